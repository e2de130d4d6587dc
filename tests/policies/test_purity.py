"""The core imports the standard library alone, and nothing of it that talks to the world."""

from __future__ import annotations

import subprocess
import sys
from pkgutil import iter_modules

import pytest

import kidgate.policies

MODULES = [f"kidgate.policies.{found.name}" for found in iter_modules(kidgate.policies.__path__)]
WORLDLY = (
    "asyncio",
    "socket",
    "ssl",
    "sqlite3",
    "subprocess",
    "http",
    "multiprocessing",
    "logging",
)
REPORT = """
import sys
before = set(sys.modules)
import {module}
print("\\n".join(sorted(set(sys.modules) - before)))
"""


@pytest.mark.parametrize("module", ["all", *MODULES])
def test_importing_the_core_loads_the_standard_library_alone(module: str) -> None:
    names = ", ".join(MODULES) if module == "all" else module
    loaded = subprocess.run(
        [sys.executable, "-c", REPORT.format(module=names)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    tops = {name.partition(".")[0] for name in loaded if not name.startswith("_sysconfigdata")}
    assert tops - {"kidgate"} <= sys.stdlib_module_names
    assert not tops & set(WORLDLY)
    ours = {name for name in loaded if name.startswith("kidgate")}
    assert all(name == "kidgate" or name.startswith("kidgate.policies") for name in ours)
