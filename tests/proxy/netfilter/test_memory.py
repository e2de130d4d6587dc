"""What is remembered of the kernel's settings lies in the home, whose owner root does not trust."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kidgate.proxy.netfilter import apply
from kidgate.proxy.netfilter.plan import SYSCTLS, Plan

PLAN = Plan(("house0",), transparent=8081)


@pytest.fixture
def proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kernel whose settings are files, and that takes every rule."""
    folder = tmp_path / "proc"
    for key in SYSCTLS:
        path = folder.joinpath(*key.split("."))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("0\n" if SYSCTLS[key] == "1" else "1\n")
    monkeypatch.setattr(apply, "PROC", folder)
    monkeypatch.setattr(apply, "_run", lambda program, words, text="": "")
    return folder


def settings(proc: Path) -> dict[str, str]:
    return {key: proc.joinpath(*key.split(".")).read_text().strip() for key in SYSCTLS}


def test_settings_from_before_come_back(proc: Path, tmp_path: Path) -> None:
    before, memory = settings(proc), tmp_path / "gateway.json"
    for _ in range(2):
        apply.install(PLAN, memory)
        assert settings(proc) == dict(SYSCTLS)
    apply.remove(memory)
    assert settings(proc) == before and not memory.exists()


@pytest.mark.parametrize(
    "planted",
    [
        {"/etc/passwd": "root::0:0"},
        {"kernel.core_pattern": "|/tmp/x"},
        {"net.ipv4.ip_forward": "|/tmp/x"},
        ["net.ipv4.ip_forward"],
    ],
)
def test_planted_memory_sets_nothing(proc: Path, tmp_path: Path, planted: object) -> None:
    before, memory = settings(proc), tmp_path / "gateway.json"
    memory.write_text(json.dumps(planted))
    apply.remove(memory)
    assert settings(proc) == before
    assert {p.name for p in proc.rglob("*") if p.is_file()} == {k.split(".")[-1] for k in SYSCTLS}


@pytest.mark.parametrize("name", ["gateway.json", "gateway.part"])
def test_link_is_not_followed(proc: Path, tmp_path: Path, name: str) -> None:
    theirs = tmp_path / "theirs"
    theirs.write_text("precious")
    (tmp_path / name).symlink_to(theirs)
    apply.install(PLAN, tmp_path / "gateway.json")
    assert theirs.read_text() == "precious"


def test_disk_that_cannot_be_written_is_said_with_the_rules_in_force(
    proc: Path, tmp_path: Path
) -> None:
    with pytest.raises(apply.CannotApply, match="the rules are in force"):
        apply.install(PLAN, tmp_path / "none" / "gateway.json")
