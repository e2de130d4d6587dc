"""The key of links: made once, for its owner alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from kidgate.documents.home import Home
from kidgate.documents.key_file import SIZE, NoKey
from kidgate.documents.link_key import make_link_key


def test_key_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    key = make_link_key(home)
    assert len(key) == SIZE
    assert make_link_key(home) == key
    assert stat.S_IMODE(home.link_key.stat().st_mode) == 0o600


def test_key_that_others_may_read_or_that_is_none_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path)
    make_link_key(home)
    home.link_key.chmod(0o640)
    with pytest.raises(NoKey, match="chmod 600"):
        make_link_key(home)
    home.link_key.chmod(0o600)
    for text in ("", "nonsense", "é", "00" * (SIZE - 1)):
        home.link_key.write_text(text)
        with pytest.raises(NoKey, match="holds no key"):
            make_link_key(home)
