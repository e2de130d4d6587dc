"""`python -m benchmarks [NAME ...] [--large] [--tiny]`: measure, show, write
`results/NAME.json`."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from dataclasses import replace

from benchmarks.profile import TINY, Profile
from benchmarks.report import Report

NAMES = (
    "decision",
    "index",
    "rules",
    "proxy",
    "memory",
    "scale",
    "idle",
    "blocked",
    "door",
    "lookalike",
    "false_positives",
    "dns",
    "accuracy",
    "images",
    "reading",
    "personal_data",
    "dashboard",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; else all")
    parser.add_argument("--large", action="store_true", help="five million names in the index too")
    parser.add_argument("--tiny", action="store_true", help="only show that it works")
    chosen = parser.parse_args()
    for name in chosen.names:
        if name not in NAMES:
            parser.error(f"no benchmark is called `{name}`; there are {', '.join(NAMES)}")
    profile = TINY if chosen.tiny else Profile()
    for name in chosen.names or NAMES:
        report = benchmark(name)(replace(profile, large=chosen.large))
        print(report.table(), end="\n\n", flush=True)
        report.write()


def benchmark(name: str) -> Callable[[Profile], Report]:
    """A benchmark by its name."""
    found: Callable[[Profile], Report] = importlib.import_module(f"benchmarks.{name}").run
    return found


if __name__ == "__main__":
    main()
