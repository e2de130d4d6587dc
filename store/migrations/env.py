"""What Alembic runs around the scripts; the connection and its transaction are the caller's.

Nothing is configured here: `store.migrate` passes the connection in.
"""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    render_as_batch=True,  # SQLite changes a table by building it anew
)
context.run_migrations()
