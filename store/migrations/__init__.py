"""The database's history: one script for each change, run by `store.migrate` through Alembic's API.

The list below is how the program knows, without Alembic, whether a database is of today, older or
newer.
"""

REVISIONS = (
    "0001",
    "0002",
    "0003",
    "0004",
    "0005",
    "0006",
    "0007",
    "0008",
    "0009",
    "0010",
    "0011",
)  # oldest first; a test holds it against the scripts
HEAD = REVISIONS[-1]
