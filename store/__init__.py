"""SQLAlchemy: schema, queries, migrations, the journal. Never imported by a worker.

Nothing here decides, reads a clock or knows of HTTP: times are arguments, rows come from
`policies.rows`. SQL that only one database understands stands in `dialects.py` alone. Alembic is
imported when a migration really has to run, never before (it weighs more than all the rest).
"""
