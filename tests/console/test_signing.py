"""PINs for shared devices, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kidgate.cli import cli
from kidgate.keeper.sessions import is_right
from kidgate.proxy.who.sessions import load
from kidgate.store.database import open_database
from kidgate.store.pins import pin_hash
from tests.console.runner import NOW, Kidgate


def set_pin(kidgate: Kidgate, text: str, *words: str) -> Result:
    env = {"KIDGATE_HOME": str(kidgate.home), "KIDGATE_CLOCK": NOW}
    return CliRunner(env=env).invoke(cli, ["profile", "pin", "mai", *words], input=text)


def kept(home: Path) -> str:
    database = open_database(home / "kidgate.db", create=False)
    with database.reading() as session:
        found = pin_hash(session, "mai")
    database.close()
    return found


def test_pin_is_kept_as_a_hash_that_no_policy_shows(kidgate: Kidgate) -> None:
    result = set_pin(kidgate, "4827\n")
    assert (result.exit_code, result.output) == (0, "mai has a PIN now.\n")
    hash = kept(kidgate.home)
    assert hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert is_right(hash, "4827") and not is_right(hash, "4828")
    assert load((kidgate.home / "run/sessions.json").read_bytes()).pins == ("mai",)
    for text in (kidgate("policy", "export"), kidgate("profile", "show", "mai")):
        assert "argon2" not in text
    assert b"argon2" not in (kidgate.home / "snapshot.json").read_bytes()
    assert "mai has no PIN" in set_pin(kidgate, "", "--remove").output
    assert kept(kidgate.home) == ""


@pytest.mark.parametrize("pin", ["", "123", "123456789", "48a7", "٤٨٢٧", "1234", "4321", "0000"])
def test_pin_that_is_none_or_everybody_s_is_refused_unshown(kidgate: Kidgate, pin: str) -> None:
    result = set_pin(kidgate, f"{pin}\n")
    assert result.exit_code == 2
    assert not pin or pin not in result.output
    assert kept(kidgate.home) == ""


def test_unknown_child_and_device_are_named(kidgate: Kidgate) -> None:
    assert "no profile is called `mia`" in kidgate.fails(2, "profile", "pin", "mia")
    assert "no device is called `pc`" in kidgate.fails(2, "device", "sign-out", "pc")
    assert kidgate.json("device", "sign-out", "tablet") == {"device": "tablet", "ended": False}
