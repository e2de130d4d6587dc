"""A worker carries no library that it does not use."""

from __future__ import annotations

import subprocess
import sys

UNUSED = (
    "flask",
    "ldap3",
    "sqlalchemy",
    "alembic",
    "sqlite3",
    "yaml",
    "msgspec",
    "tldextract",
    "click",
    "rich",
)


def test_worker_loads_nothing_it_does_not_use() -> None:
    code = f"import sys, kidgate.addons.worker; print([m for m in {UNUSED!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
