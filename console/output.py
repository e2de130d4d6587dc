"""How answers reach a terminal, a pipe or a program.

Whatever was written by others (hosts, titles, reasons) passes through `shown`, so that no page name
can colour, move or reorder what an adult reads.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import click


def shown(text: object) -> str:
    """Text with every control, direction and otherwise invisible character as an escape."""
    return "".join(c if c.isprintable() else _escape(c) for c in str(text))


def shown_lines(text: str) -> str:
    """The same for a text that is meant to have several lines."""
    return "\n".join(map(shown, text.split("\n")))


def _escape(character: str) -> str:
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def emit(value: object, *, line: bool = False) -> None:
    """A value as JSON; `line`: on one line in every case, as one of many."""
    pretty = 2 if sys.stdout.isatty() and not line else None
    text = json.dumps(value, ensure_ascii=False, indent=pretty)
    # Whatever is not printable stands inside a string, where an escape means the same.
    safe = (c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)
    click.echo("".join(safe))


def say(text: str) -> None:
    click.echo(shown_lines(text))


def note(text: str) -> None:
    """Something to know beside the answer: on standard error, so that pipes stay clean."""
    click.echo(shown_lines(text), err=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows under their headings: drawn on a terminal, plain columns everywhere else."""
    cells = [[shown(_text(cell)) for cell in row] for row in rows]
    if sys.stdout.isatty():
        _draw(columns, cells)
    else:
        _columns([list(columns), *cells])


def facts(pairs: Iterable[tuple[str, object]]) -> None:
    """Names and what they are, one on a line."""
    found = [[f"{name}:", shown(_text(value))] for name, value in pairs]
    _columns(found)


def local(at: datetime | None, zone: ZoneInfo) -> str:
    """A moment as the house's clocks show it."""
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at is not None else ""


def stamp(at: datetime | None, zone: ZoneInfo) -> str | None:
    """A moment for programs: ISO 8601 with the house's offset."""
    return at.astimezone(zone).isoformat() if at is not None else None


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case list() | tuple():
            return ", ".join(map(str, cell))
        case dict():
            return ", ".join(f"{name}={_text(item)}" for name, item in cell.items())
    return str(cell)


def _columns(cells: list[list[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        click.echo("  ".join(padded).rstrip())


def _draw(columns: Sequence[str], cells: list[list[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        drawn.add_column(name, overflow="fold")
    for row in cells:
        drawn.add_row(*(Text(cell) for cell in row))  # Text: brackets in a host are no markup
    Console().print(drawn)
