"""A home that is set up, copied for each test; and one with a family in it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.console.runner import Kidgate


@pytest.fixture(scope="session")
def home_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as `kidgate setup` leaves it."""
    home = tmp_path_factory.mktemp("template") / "home"
    Kidgate(home)("setup", "--zone", "Asia/Ho_Chi_Minh", "--language", "en", "--quiet")
    return home


@pytest.fixture(scope="session")
def family_template(home_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Mai (10) with a tablet, Nam (4), a class."""
    home = tmp_path_factory.mktemp("family") / "home"
    shutil.copytree(home_template, home)
    kidgate = Kidgate(home)
    kidgate("group", "add", "8A", "--kind", "class")
    kidgate("profile", "add", "mai", "--name", "Mai Nguyễn", "--born", "2016-05-01")
    kidgate("profile", "add", "nam", "--tier", "0-5", "--group", "8A")
    kidgate("device", "add", "tablet", "--of", "mai", "--address", "127.0.0.5")
    return home


@pytest.fixture
def empty(tmp_path: Path) -> Kidgate:
    """A home that does not exist yet."""
    return Kidgate(tmp_path / "home")


@pytest.fixture
def house(home_template: Path, tmp_path: Path) -> Kidgate:
    """A home that is set up, with nobody in it."""
    shutil.copytree(home_template, tmp_path / "home")
    return Kidgate(tmp_path / "home")


@pytest.fixture
def kidgate(family_template: Path, tmp_path: Path) -> Kidgate:
    """A home with a family."""
    shutil.copytree(family_template, tmp_path / "home")
    return Kidgate(tmp_path / "home")


@pytest.fixture
def gambling(tmp_path: Path) -> Path:
    """A small list in hosts form."""
    path = tmp_path / "gambling.txt"
    path.write_text("# bets\n0.0.0.0 bet.example\n0.0.0.0 casino.example\n0.0.0.0 bet.example\n")
    return path
