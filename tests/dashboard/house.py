"""A house whose writer the test itself holds: many tests, each with a home of its own, fast."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from argon2 import PasswordHasher

from kidgate.dashboard.signing_in import passwords
from kidgate.documents.home import Home
from kidgate.policies.rows import PolicyRows
from tests.dashboard.conftest import Site, opened, write_policy
from tests.dashboard.visiting import add_user, real_app

CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)  # a hundred sign-ins in a run
_made: dict[str, Path] = {}


def _template(
    folder: Path, name: str, rows: PolicyRows, users: tuple[tuple[str, str], ...]
) -> Path:
    """A home that is made once in a run and copied from then on."""
    if name not in _made:
        with opened(Home(folder / name).make(), real_app, {}, create=True) as site:
            write_policy(site, rows)
            for user, role in users:
                add_user(site.desk, user, role, groups=["8A"] if role == "teacher" else [])
        _made[name] = folder / name
    return _made[name]


@contextmanager
def house(
    folder: Path, path: Path, name: str, rows: PolicyRows, users: tuple[tuple[str, str], ...] = ()
) -> Iterator[Site]:
    """The house `name`, in `path`; browsers of it really sign in."""
    with patch.object(passwords, "_hasher", lambda: CHEAP):
        template = _template(folder, name, rows, users)
        shutil.copytree(template, path, dirs_exist_ok=True)
        with opened(Home(path), real_app, {}) as site:
            yield site
