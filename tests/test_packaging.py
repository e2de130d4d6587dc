"""The checkout, the link package and the wheel must list the same parts."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
WHEEL = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"][
    "wheel"
]
NOT_SHIPPED = ("tests", "benchmarks")
PARTS = sorted(
    p.parent.name for p in ROOT.glob("*/__init__.py") if p.parent.name not in NOT_SHIPPED
)


@pytest.mark.parametrize("part", PARTS)
def test_part_is_linked_and_shipped(part: str) -> None:
    link = ROOT / "src" / "kidgate" / part
    assert link.is_symlink() and link.resolve() == ROOT / part
    assert WHEEL["sources"][part] == f"kidgate/{part}"
    assert part in WHEEL["only-include"]


def test_wheel_has_every_module(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = {n for n in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in n}
    want = {f"kidgate/{p.relative_to(ROOT)}" for part in PARTS for p in (ROOT / part).rglob("*.py")}
    assert want | {"kidgate/__init__.py", "kidgate/cli.py", "kidgate/py.typed"} <= names
    assert all(n.startswith("kidgate/") for n in names)


def test_wheel_has_the_data_that_the_program_reads(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    data = [*ROOT.glob("policies/*/*.yaml"), *(ROOT / "proxy/pages").rglob("*.json")]
    assert data
    assert {f"kidgate/{path.relative_to(ROOT)}" for path in data} <= names
