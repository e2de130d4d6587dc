from __future__ import annotations

import stat
from pathlib import Path

import pytest

from kidgate.proxy.wireguard.keys import NAME, NoKey, new_pair, public_of, server_key


def test_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "wireguard"
    key = server_key(folder)
    assert server_key(folder) == key
    assert stat.S_IMODE((folder / NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_pair_belongs_together() -> None:
    private, public = new_pair()
    assert public_of(private) == public != private
    assert new_pair()[0] != private


def test_key_that_others_may_read_or_that_is_none_is_not_used(tmp_path: Path) -> None:
    server_key(tmp_path)
    (tmp_path / NAME).chmod(0o640)
    with pytest.raises(NoKey, match="chmod 600"):
        server_key(tmp_path)
    (tmp_path / NAME).chmod(0o600)
    (tmp_path / NAME).write_text("secret nonsense")
    with pytest.raises(NoKey, match="holds no WireGuard key") as caught:
        server_key(tmp_path)
    assert "nonsense" not in str(caught.value)
