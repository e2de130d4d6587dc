"""Apply the plan to this box and undo it: all or nothing, as often as one likes.

What was there before is remembered in one file, once, so that removal restores it however often the
gateway was installed in between.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from kidgate.proxy.netfilter.plan import FAMILY, SYSCTLS, TABLE, Plan
from kidgate.proxy.netfilter.table import removal_text, table_text

PROC = Path("/proc/sys")


class CannotApply(OSError):
    """The kernel does not take it; the message says what to do."""


def install(plan: Plan, memory: Path) -> list[str]:
    """Rules and kernel settings of the plan; what was changed, in words. Raises CannotApply."""
    nft(table_text(plan))
    before = _remembered(memory)
    changed = []
    for key, value in SYSCTLS.items():
        old = read_sysctl(key)
        if old is None or old == value:
            continue
        before.setdefault(key, old)
        _remember(memory, before)
        _write_sysctl(key, value)
        changed.append(f"{key}: {old} -> {value}")
    return [f"table {FAMILY} {TABLE} is in force", *changed]


def remove(memory: Path) -> list[str]:
    """The box as it was. Raises CannotApply."""
    nft(removal_text())
    done = [f"table {FAMILY} {TABLE} is gone"]
    for key, old in _remembered(memory).items():
        _write_sysctl(key, old)
        done.append(f"{key}: {old} again")
    memory.unlink(missing_ok=True)
    return done


def installed() -> bool:
    """Whether our table is there. Raises CannotApply when nobody may look."""
    return f"table {FAMILY} {TABLE}" in _run(("list", "tables"))


def nft(text: str) -> str:
    """Run an nft file as one transaction. Raises CannotApply."""
    return _run(("-f", "-"), text)


def read_sysctl(key: str) -> str | None:
    """The value now; None where the kernel has no such setting."""
    try:
        return _path(key).read_text().strip()
    except OSError:
        return None


def _write_sysctl(key: str, value: str) -> None:
    try:
        _path(key).write_text(value)
    except OSError as fault:
        raise CannotApply(f"{key} cannot be set ({fault.strerror}): run this as root") from fault


def _path(key: str) -> Path:
    return PROC.joinpath(*key.split("."))


def _run(arguments: tuple[str, ...], text: str = "") -> str:
    try:
        done = subprocess.run(
            ["nft", *arguments], input=text, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise CannotApply("there is no nft here; install the package nftables") from None
    if done.returncode:
        why = done.stderr.strip().splitlines() or ["no reason given"]
        hint = ": run this as root" if "not permitted" in done.stderr else ""
        raise CannotApply(f"nftables refuses: {why[0]}{hint}")
    return done.stdout


def _remembered(memory: Path) -> dict[str, str]:
    try:
        return dict(json.loads(memory.read_text()))
    except (OSError, ValueError):
        return {}


def _remember(memory: Path, values: Mapping[str, str]) -> None:
    part = memory.with_suffix(".part")
    part.write_text(json.dumps(values))
    part.replace(memory)
