"""The key is made once, for its owner alone, and a bad one is never used."""

from __future__ import annotations

from pathlib import Path

import pytest

from kidgate.documents.home import Home
from kidgate.documents.key_file import NoKey
from kidgate.documents.personal_key import make_personal_key, read_personal_key


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").make()


def test_key_is_made_once(home: Home) -> None:
    assert read_personal_key(home) is None
    key = make_personal_key(home)
    assert len(key) == 32
    assert make_personal_key(home) == key == read_personal_key(home)
    assert home.personal_key.stat().st_mode & 0o777 == 0o600


def test_key_differs_from_home_to_home(home: Home, tmp_path: Path) -> None:
    assert make_personal_key(home) != make_personal_key(Home(tmp_path / "other").make())


@pytest.mark.parametrize("text", ["", "zz" * 32, "ab" * 31, "\u00e9"])
def test_key_is_refused_when_damaged(home: Home, text: str) -> None:
    make_personal_key(home)
    home.personal_key.write_text(text, encoding="utf-8")
    with pytest.raises(NoKey, match="holds no key"):
        read_personal_key(home)


def test_key_is_refused_when_others_may_read_it(home: Home) -> None:
    make_personal_key(home)
    home.personal_key.chmod(0o644)
    with pytest.raises(NoKey, match="chmod 600"):
        make_personal_key(home)
