"""What a benchmark tells: a table for people, JSON for programs, and on what it was measured."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `aim` is empty, or a bound in words; `met` then says whether it holds."""

    name: str
    value: float
    unit: str
    aim: str = ""
    met: bool | None = None


@dataclass(slots=True)
class Report:
    """The figures of one benchmark, and what it was run with."""

    name: str
    settings: Mapping[str, object] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def add(
        self,
        name: str,
        value: float,
        unit: str,
        *,
        at_most: float | None = None,
        at_least: float | None = None,
    ) -> None:
        """A figure; `at_most` or `at_least` is its aim."""
        aim, met = "", None
        if at_most is not None:
            aim, met = f"<= {at_most:g}", value <= at_most
        elif at_least is not None:
            aim, met = f">= {at_least:g}", value >= at_least
        self.rows.append(Row(name, value, unit, aim, met))

    @property
    def figures(self) -> dict[str, float]:
        return {row.name: row.value for row in self.rows}

    def table(self) -> str:
        """Names, values with units, aims."""
        width = max(len(row.name) for row in self.rows)
        lines = [f"{self.name}: {_facts(machine())}", f"  {_facts(self.settings)}"]
        for row in self.rows:
            verdict = f"   aim {row.aim}: {'met' if row.met else 'NOT met'}" if row.aim else ""
            lines.append(f"  {row.name:<{width}} {_shown(row.value):>12} {row.unit}{verdict}")
        return "\n".join(lines)

    def write(self, folder: Path = RESULTS) -> Path:
        """Write `NAME.json`; the path."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}.json"
        document = {
            "name": self.name,
            "machine": machine(),
            "settings": dict(self.settings),
            "rows": [asdict(row) for row in self.rows],
        }
        path.write_text(json.dumps(document, indent=1) + "\n")
        return path


def machine() -> dict[str, str]:
    """Where and how this was measured."""
    return {
        "processor": f"{os.cpu_count()} x {_processor()}",
        "memory": f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.1f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "date": datetime.now(UTC).date().isoformat(),
        "command": "python -m benchmarks " + " ".join(sys.argv[1:]),
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _facts(facts: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {value}" for name, value in facts.items())


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"
