"""A house whose writer the test itself holds: many tests, each with a home of its own, fast."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from argon2 import PasswordHasher

from kidgate.dashboard.desk import Desk
from kidgate.dashboard.signing_in import passwords
from kidgate.documents.home import Home
from kidgate.keeper import commands
from kidgate.keeper.writer import own_writer
from kidgate.policies.rows import PolicyRows
from kidgate.policies.rows_json import to_json
from kidgate.store.database import open_database
from tests.dashboard.conftest import NOW, Site
from tests.dashboard.visiting import add_user, real_app

CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)  # a hundred sign-ins in a run
_made: dict[str, Path] = {}


def _template(
    folder: Path, name: str, rows: PolicyRows, users: tuple[tuple[str, str], ...]
) -> Path:
    """A home that is made once in a run and copied from then on."""
    if name not in _made:
        with _open(Home(folder / name).make(), [NOW], create=True) as site:
            args = {"rows": to_json(rows), "base": None, "author": "t", "comment": "t"}
            site.do("policy.write", **args)
            for user, role in users:
                add_user(site.desk, user, role, groups=["8A"] if role == "teacher" else [])
        _made[name] = folder / name
    return _made[name]


@contextmanager
def _open(home: Home, clock: list[datetime], *, create: bool = False) -> Iterator[Site]:
    url = f"sqlite:///{home.database}"
    with own_writer(home, url, lambda: clock[0], create=create) as writer:

        def do(op: str, **args: Any) -> dict[str, Any]:
            return commands.run(writer, op, args)

        desk = Desk(home, open_database(url, create=False), do, lambda: clock[0])
        yield Site(home, desk, real_app(desk), {}, clock)
        desk.database.close()


@contextmanager
def house(
    folder: Path, path: Path, name: str, rows: PolicyRows, users: tuple[tuple[str, str], ...] = ()
) -> Iterator[Site]:
    """The house `name`, in `path`; browsers of it really sign in."""
    with patch.object(passwords, "_hasher", lambda: CHEAP):
        template = _template(folder, name, rows, users)
        shutil.copytree(template, path, dirs_exist_ok=True)
        with _open(Home(path), [NOW]) as site:
            yield site
