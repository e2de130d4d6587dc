"""Apply the plan to this box and undo it: all or nothing, as often as one likes.

What was there before is remembered in one file, once, so that removal restores it however often the
gateway was installed in between; it is there for as long as the rules are to be. It lies in the
home, whose owner root does not trust: it is written anew each time and never through a link, and
only what we might have written is read back.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from kidgate.proxy.netfilter.plan import FAMILIES, FAMILY, PREFERENCE, SYSCTLS, TABLE, Plan, routing
from kidgate.proxy.netfilter.table import removal_text, table_text

PROC = Path("/proc/sys")
PACKAGES = {"nft": "the package nftables", "ip": "the package iproute2"}


class CannotApply(OSError):
    """The kernel does not take it; the message says what to do."""


def install(plan: Plan, memory: Path) -> list[str]:
    """Rules and kernel settings of the plan; what was changed, in words. Raises CannotApply."""
    nft(table_text(plan))
    _unroute()
    for words in routing(plan):
        _run("ip", words)
    before = _remembered(memory)
    _remember(memory, before)
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
    done = []
    for key, old in _remembered(memory).items():
        _write_sysctl(key, old)
        done.append(f"{key}: {old} again")
    # Before the rules: while it is there, a running keeper brings them back.
    memory.unlink(missing_ok=True)
    _unroute()
    nft(removal_text())
    return [f"table {FAMILY} {TABLE} is gone", *done]


def installed() -> bool:
    """Whether our table is there. Raises CannotApply when nobody may look."""
    return f"table {FAMILY} {TABLE}" in _run("nft", ("list", "tables"))


def nft(text: str) -> str:
    """Run an nft file as one transaction. Raises CannotApply."""
    return _run("nft", ("-f", "-"), text)


def _unroute() -> None:
    """Take our routing rules away."""
    for family in FAMILIES:
        shown = _run("ip", (family, "rule", "show", "pref", PREFERENCE))
        for _ in shown.splitlines():
            _run("ip", (family, "rule", "del", "pref", PREFERENCE))


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


def _run(program: str, arguments: tuple[str, ...], text: str = "") -> str:
    try:
        done = subprocess.run(
            [program, *arguments], input=text, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise CannotApply(f"there is no {program} here; install {PACKAGES[program]}") from None
    if done.returncode:
        why = done.stderr.strip().splitlines() or ["no reason given"]
        hint = ": run this as root" if "not permitted" in done.stderr else ""
        raise CannotApply(f"{program} refuses: {why[0]}{hint}")
    return done.stdout


def _remembered(memory: Path) -> dict[str, str]:
    try:
        with os.fdopen(os.open(memory, os.O_RDONLY | os.O_NOFOLLOW), encoding="utf-8") as file:
            found = json.load(file)
        return {key: found[key] for key in SYSCTLS if found.get(key) in ("0", "1", "2")}
    except (OSError, ValueError, AttributeError):
        return {}


def _remember(memory: Path, values: Mapping[str, str]) -> None:
    part = memory.with_suffix(".part")
    try:
        part.unlink(missing_ok=True)
        fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            file.write(json.dumps(values))
        part.replace(memory)
    except OSError as fault:
        raise CannotApply(
            f"`{memory}` cannot be written ({fault.strerror}): see to the disk; the rules are in "
            "force, and nothing passes until Kidgate runs"
        ) from fault
