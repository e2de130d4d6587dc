"""Lists of hashes as text: one to a line, the PDQ tools' own lines, and CSV.

- `HEX`, the kind told from outside;
- `hash=HEX,norm=128,delta=0,quality=100,filename=...` and `HEX,anything`: what pdq-photo-hasher
  writes and hashio reads (facebook/ThreatExchange, pdq/cpp/io/hashio.cpp);
- CSV whose first line names columns: a hash (`hash`, `value`, `indicator`, `pdq`, `sha256`, ...),
  perhaps its `type` and `quality`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from kidgate.content.images.entries import Entry, Kind, ListRefused, Skipped, kind_named

LONGEST_LINE = 10_000  # characters
_HASHES = ("hash", "hashvalue", "value", "indicator", "rawindicator", "signal", "fingerprint")
_TYPES = ("type", "hashtype", "signaltype", "indicatortype", "algorithm", "kind")
_HEX = re.compile("[0-9a-fA-F]{64}")
_QUALITY = re.compile("quality=([0-9]{1,3})(?![0-9])")


def read_lines(lines: Iterable[str], kind: Kind | None) -> Iterator[Entry]:
    """The entries of a text. `kind` is what hashes are that do not say it.

    Raises ListRefused when neither the text nor `kind` tells.
    """
    wanted = (line.strip("\ufeff \t\r\n") for line in lines)
    given = (line for line in wanted if line and not line.startswith("#"))
    first = next(given, None)
    if first is None:
        return iter(())
    columns = _columns(first)
    if columns is not None:
        return _read_csv(given, columns, kind)
    return _read_plain(chain((first,), given), kind)


def _columns(line: str) -> Mapping[str, int] | None:
    """The columns by name, if this is a line that names them."""
    cells = [re.sub("[^a-z0-9]", "", cell.lower()) for cell in _cells(line)]
    if any(_HEX.fullmatch(cell) for cell in cells):
        return None
    known = [cell for cell in cells if cell in _HASHES or kind_named(cell)]
    return {name: cells.index(name) for name in cells} if known else None


def _read_csv(
    lines: Iterator[str], columns: Mapping[str, int], kind: Kind | None
) -> Iterator[Entry]:
    named = [(kind_named(name), at) for name, at in columns.items() if kind_named(name)]
    value = next((columns[name] for name in _HASHES if name in columns), None)
    type_ = next((columns[name] for name in _TYPES if name in columns), None)
    quality = columns.get("quality")
    if value is not None and type_ is None and kind is None and not named:
        raise ListRefused(NO_KIND)
    for line in lines:
        cells = _cells(line)
        good = _number(_cell(cells, quality))
        for one, at in named:
            if text := _cell(cells, at):
                yield Entry(one, text, good)
        if value is not None and (text := _cell(cells, value)):
            said = _cell(cells, type_)
            yield Entry(kind_named(said) if said else kind, text, good)


def _read_plain(lines: Iterator[str], kind: Kind | None) -> Iterator[Entry]:
    if kind is None:
        raise ListRefused(NO_KIND)
    for line in lines:
        text, _, rest = line.partition(",")
        quality = _QUALITY.search(rest[:LONGEST_LINE])
        text = text.removeprefix("hash=").strip(" \t\"'")
        if len(line) > LONGEST_LINE or not text:
            yield Entry(kind, skipped=Skipped.NOT_A_HASH)
        else:
            yield Entry(kind, text, _number(quality[1] if quality else rest.strip()))


def _cells(line: str) -> Sequence[str]:
    if len(line) > LONGEST_LINE:
        return ()
    separator = "\t" if "\t" in line else ";" if ";" in line and "," not in line else ","
    try:
        return next(csv.reader([line], delimiter=separator), ())
    except csv.Error:
        return ()


def _cell(cells: Sequence[str], at: int | None) -> str:
    return cells[at].strip() if at is not None and at < len(cells) else ""


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else None


NO_KIND = "a SHA-256 and a PDQ look alike: say which with --kind sha256 or --kind pdq"
