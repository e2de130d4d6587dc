"""What can be done, by family. `load` makes every act known to the gate."""

from __future__ import annotations

from importlib import import_module

FAMILIES: tuple[str, ...] = (
    "requests",
    "account",
    "people",
    "children",
    "child_times",
    "rules",
    "pauses",
    "versions",
    "devices",
    "inbox",
    "classes",
    "lessons",
    "feeds",
    "tiers",
    "settings",
    "weeks",
    "today",
    "journal",
    "tester",
    "alerts",
    "audit",
    "health",
    "reports",
    "papers",
    "connect",
    "setup",
)


def load() -> None:
    for family in FAMILIES:
        import_module(f"{__name__}.{family}")
