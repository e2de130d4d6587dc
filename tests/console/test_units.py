"""The files of the service: written whole or not at all, and only ours taken away."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kidgate.console import units
from kidgate.console.units import CannotServe, check, installed, removed
from kidgate.documents.config import SERVICE_HOME


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, ...]]]:
    """What systemd was asked; /etc is an empty folder."""
    found: list[tuple[str, ...]] = []
    monkeypatch.setattr(units, "ETC", tmp_path)
    monkeypatch.setattr(units, "_run", lambda *words: found.append(words))
    yield found


def files(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*") if p.is_file()}


def test_files_are_written_once_and_all_of_them_go(
    asked: list[tuple[str, ...]], tmp_path: Path
) -> None:
    wanted = units.texts("the rules")
    with installed(wanted) as changed:
        assert len(changed) == 4
    assert files(tmp_path) == wanted
    with installed(wanted) as changed:
        assert changed == []
    assert asked[1] == (
        *("systemctl", "enable", "--quiet"),
        *("kidgate-filter.service", "kidgate.service"),
    )
    assert len(removed()) == 4 and files(tmp_path) == {}
    assert asked[4][:5] == ("systemctl", "disable", "--quiet", "--now", "kidgate.service")
    assert removed() == []


def test_what_was_there_is_back_when_the_rest_fails(
    asked: list[tuple[str, ...]], tmp_path: Path
) -> None:
    with installed(units.texts(None)):
        pass
    before = files(tmp_path)
    with pytest.raises(ZeroDivisionError), installed(units.texts("other rules")):
        raise ZeroDivisionError
    assert files(tmp_path) == before


def test_file_of_somebody_else_stays(asked: list[tuple[str, ...]], tmp_path: Path) -> None:
    theirs = tmp_path / units.SERVICE
    theirs.parent.mkdir(parents=True)
    theirs.write_text("[Unit]\n")
    assert removed() == [] and theirs.exists() and asked == []


def test_rules_of_the_next_boot_follow_only_where_there_are_some(
    asked: list[tuple[str, ...]], tmp_path: Path
) -> None:
    units.refresh_rules("new")
    assert files(tmp_path) == {}
    with installed(units.texts("old")):
        units.refresh_rules("new")
    assert (tmp_path / units.RULES).read_text() == units.MARK + "new"


def test_service_that_would_not_find_its_program_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CannotServe, match=str(SERVICE_HOME)):
        check(tmp_path)
    monkeypatch.setattr(units, "program", lambda: tmp_path / "kidgate")
    with pytest.raises(CannotServe, match="no program kidgate"):
        check(SERVICE_HOME)
    monkeypatch.setattr(units, "program", lambda: Path(sys.executable))
    monkeypatch.setattr(units, "UNSEEN", (str(Path(sys.prefix).resolve()),))
    with pytest.raises(CannotServe, match="below /opt or /usr"):
        check(SERVICE_HOME)
