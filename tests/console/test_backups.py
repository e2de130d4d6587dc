"""`backup`, `restore` and `ca`: what must outlive the SD card."""

from __future__ import annotations

from pathlib import Path

import pytest

from kidgate.documents.home import Home
from kidgate.keeper.writer import writer_lock
from tests.console.runner import Kidgate


def test_restore_brings_all_back_when_the_card_is_lost(
    kidgate: Kidgate, gambling: Path, tmp_path: Path
) -> None:
    kidgate("feed", "import", gambling, "--category", "gambling")
    fingerprint = kidgate.json("ca", "show")["sha256"]
    policy = kidgate("policy", "export")
    file = tmp_path / "kidgate.backup"
    answer = kidgate.json("backup", file)
    assert answer["bytes"] == file.stat().st_size
    assert file.stat().st_mode & 0o777 == 0o600
    fresh = Kidgate(tmp_path / "new")
    fresh("restore", file)
    assert fresh.json("ca", "show")["sha256"] == fingerprint
    assert fresh("policy", "export") == policy
    found = fresh.json("check", "http://bet.example", "--as", "mai", status=1)
    assert found["source"] == "feed gambling: bet.example (line 2)"
    assert (fresh.home / "ca" / "mitmproxy-ca.pem").stat().st_mode & 0o777 == 0o600


def test_backup_never_overwrites_when_the_file_is_there(kidgate: Kidgate, tmp_path: Path) -> None:
    file = tmp_path / "kidgate.backup"
    file.write_text("mine")
    assert "name another" in kidgate.fails(3, "backup", file)
    assert file.read_text() == "mine"


def test_restore_changes_nothing_when_a_gateway_runs(kidgate: Kidgate, tmp_path: Path) -> None:
    file = tmp_path / "kidgate.backup"
    kidgate("backup", file)
    kidgate("profile", "remove", "mai")
    before = kidgate.files()
    with writer_lock(Home(kidgate.home)):
        assert "another kidgate process" in kidgate.fails(3, "restore", file)
    assert kidgate.files() == before


@pytest.mark.parametrize("damage", ["cut", "text", "empty"])
def test_restore_changes_nothing_when_the_file_is_damaged(
    kidgate: Kidgate, tmp_path: Path, damage: str
) -> None:
    file = tmp_path / "kidgate.backup"
    kidgate("backup", file)
    data = file.read_bytes()
    file.write_bytes({"cut": data[:-500], "text": b"hello", "empty": b""}[damage])
    before = kidgate.files()
    assert "no whole backup" in kidgate.fails(1, "restore", file)
    assert kidgate.files() == before


@pytest.mark.parametrize(
    ("name", "options", "starts"),
    [
        ("a.pem", (), b"-----BEGIN"),
        ("a.crt", (), b"\x30"),
        ("a.CER", (), b"\x30"),
        ("a.der", (), b"\x30"),
        ("a.mobileconfig", (), b"<?xml"),
        ("a.txt", ("--format", "der"), b"\x30"),
        ("a.crt", ("--format", "pem"), b"-----BEGIN"),
    ],
)
def test_ca_export_writes_the_form_that_was_asked_for(
    kidgate: Kidgate, tmp_path: Path, name: str, options: tuple[str, ...], starts: bytes
) -> None:
    kidgate("ca", "export", tmp_path / name, *options)
    data = (tmp_path / name).read_bytes()
    assert data.startswith(starts) and b"PRIVATE" not in data


def test_ca_export_asks_for_the_form_when_the_name_does_not_say(
    kidgate: Kidgate, tmp_path: Path
) -> None:
    assert "--format" in kidgate.fails(2, "ca", "export", tmp_path / "a.exe")
    assert not (tmp_path / "a.exe").exists()


def test_ca_show_leads_to_the_page_and_draws_its_code(kidgate: Kidgate) -> None:
    assert kidgate.json("ca", "show")["page"] == "http://kidgate.home.arpa/install"
    (kidgate.home / "config.yaml").write_text('listen: ["192.168.1.2:8080", "[::1]:8081"]\n')
    assert kidgate.json("ca", "show")["page"] == "http://192.168.1.2:8080/install"
    plain, drawn = kidgate("ca", "show"), kidgate("ca", "show", "--qr")
    assert drawn.startswith(plain) and "█" in drawn


def test_ca_export_gives_the_certificate_and_never_the_key(
    kidgate: Kidgate, tmp_path: Path
) -> None:
    path = tmp_path / "ca.pem"
    text = kidgate("ca", "export", path)
    assert kidgate.json("ca", "show")["sha256"] in text
    pem = path.read_text()
    assert "BEGIN CERTIFICATE" in pem and "PRIVATE" not in pem
    kidgate("ca", "export", tmp_path)
    assert (tmp_path / "kidgate-ca.pem").read_text() == pem
    assert "until" in kidgate("ca", "show")


def test_ca_says_what_to_do_when_it_is_gone_or_damaged(kidgate: Kidgate, tmp_path: Path) -> None:
    public = kidgate.home / "ca" / "kidgate-ca.pem"
    public.write_text("no certificate")
    assert "restore a backup" in kidgate.fails(3, "ca", "show")
    public.unlink()
    assert "run kidgate setup" in kidgate.fails(3, "ca", "export", tmp_path / "x")
