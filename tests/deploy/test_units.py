"""The units as systemd reads them: no word in them that it does not know."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kidgate.console import units

NFT = shutil.which("nft") or sys.executable
MOST = [("kidgate.service", 20), ("kidgate-filter.service", 35)]
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The units as `gateway install` writes them, for programs that are here."""
    monkeypatch.setattr(units, "program", lambda: Path(sys.executable))
    monkeypatch.setattr(units.shutil, "which", lambda name: NFT)
    found = []
    for name, text in units.texts("table inet kidgate {}").items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        found += [path] if path.suffix == ".service" else []
    return sorted(found)


@needs_systemd
def test_systemd_finds_no_fault_with_them(generated: list[Path]) -> None:
    assert [path.name for path in generated] == ["kidgate-filter.service", "kidgate.service"]
    words = ["systemd-analyze", "verify", "--man=no", *map(str, generated)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    faults = [line for line in done.stderr.splitlines() if "kidgate" in line]
    assert faults == []


@needs_systemd
@pytest.mark.parametrize(
    ("name", "most"), [("kidgate.service", 20), ("kidgate-filter.service", 35)]
)
def test_they_expose_little(generated: list[Path], name: str, most: int) -> None:
    """In tenths of the points that `systemd-analyze security` gives; 10.0 is no protection."""
    (unit,) = (path for path in generated if path.name == name)
    words = ["systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={most}"]
    done = subprocess.run(
        [*words, str(unit)], capture_output=True, text=True, timeout=60, check=False
    )
    if "offline" in done.stderr:
        pytest.skip("this systemd-analyze judges no files (before 250)")
    assert done.returncode == 0, done.stdout[-300:]


def test_service_starts_the_program_that_is_here(generated: list[Path]) -> None:
    text = generated[1].read_text()
    assert f"ExecStart={sys.executable} up\n" in text
    assert f"ExecStartPre=+{sys.executable} gateway install --if-configured\n" in text
    assert "/usr/bin/kidgate" not in text
    assert f"ExecStart={NFT} -f /etc/kidgate/gateway.nft\n" in generated[0].read_text()
