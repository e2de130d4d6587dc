"""Root at work in a home that is somebody else's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kidgate.console.ownership import give_back
from tests.console.runner import Kidgate

SERVICE = 65534
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


def of_others(home: Path) -> set[str]:
    paths = (home, *home.rglob("*"))
    return {str(p) for p in paths if p.stat(follow_symlinks=False).st_uid != SERVICE}


def test_what_root_writes_in_the_home_of_the_service_is_the_services(kidgate: Kidgate) -> None:
    for path in (kidgate.home, *kidgate.home.rglob("*")):
        os.chown(path, SERVICE, SERVICE)
    kidgate("profile", "add", "an", "--tier", "6-8")
    assert of_others(kidgate.home) == set()


def test_nothing_changes_hands_outside_the_home_nor_in_roots_own(tmp_path: Path) -> None:
    outside, home = tmp_path / "outside", tmp_path / "home"
    outside.mkdir()
    (outside / "secret").write_text("root's")
    home.mkdir()
    (home / "link").symlink_to(outside)
    (home / "file").write_text("root's")
    give_back(home)
    assert (home / "file").stat().st_uid == 0
    os.chown(home, SERVICE, SERVICE)
    give_back(home)
    assert (home / "file").stat().st_uid == SERVICE
    assert outside.stat().st_uid == (outside / "secret").stat().st_uid == 0
