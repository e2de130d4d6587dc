"""Comma-separated values (RFC 4180), also with `;`, tab or `|`, with a header or without.

The column is found by its name in the header (also one in a comment, as URLhaus writes it), else by
what most of its cells look like. A path in a column of its own belongs to the host beside it:
`host,path` lists addresses and not hosts.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kidgate.lists.entries import Entries, Outcome
from kidgate.lists.formats import patterns
from kidgate.lists.formats.comments import COMMENT_LINE, without_comment
from kidgate.lists.formats.grammar import Format, Grammar, LineParser, Opening
from kidgate.lists.items import Passed, Said
from kidgate.lists.report import Skip

DELIMITERS = ",;\t|"
_COLUMNS = (
    "url", "urls", "link", "domain", "domains", "domain_name", "domainname", "fqdn",
    "hostname", "host", "indicator", "ioc", "ioc_value", "observable", "value", "site", "website",
    "address", "cidr", "network", "ip", "ip_address", "dst_ip", "ipv4", "ipv6", "uri",
)  # fmt: skip
_PATHS = ("path", "uri_path", "url_path", "uri", "request")
_HOSTS = frozenset({"domain", "domain_name", "domainname", "fqdn", "hostname", "host", "ip"})
_LIKE_A_SITE = re.compile(
    r"(?:[a-z]+://)?(?:[*\w-]+\.)+(?:[a-z][\w-]+|[0-9]{1,3})(?::[0-9]+)?(?:/.*)?"
    r"|[0-9a-f]*:[0-9a-f:.]*:[0-9a-f:.]*(?:/[0-9]+)?",
    re.IGNORECASE,
)
_OPEN_CELL = re.compile(r'(?:^|[,;\t|])\s*"[^"]*(?:""[^"]*)*\Z')
_SAMPLED = 200  # lines
_LEAST_SHARE = 0.8  # of the rows that must have the same form, and of the cells that are sites
_LONGEST_RECORD = 20  # lines, where a quoted cell holds newlines


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of a table are read."""

    delimiter: str
    column: int
    path: int | None = None  # column of the path below the host
    header: str = ""  # the row itself, stripped


def votes(line: str) -> bool:
    line = without_comment(line)
    return any(
        any(map(_LIKE_A_SITE.fullmatch, row))
        for delimiter in DELIMITERS
        if delimiter in line and len(row := _cells(line, delimiter)) > 1
    )


def layout_of(sample: Sequence[str]) -> Layout | None:
    """How to read a file that starts so; None when it is no table of sites."""
    lines = [line.strip() for line in sample[:_SAMPLED]]
    rows = [line for line in lines if line and not COMMENT_LINE.match(line)]
    for delimiter in DELIMITERS:
        cells = [_cells(row, delimiter) for row in rows]
        several = sum(len(row) > 1 for row in cells)
        if several and several >= _LEAST_SHARE * len(rows):
            found = _by_header(lines, cells, delimiter) or _by_content(cells, delimiter)
            if found:
                return found
    return None


def _by_header(
    lines: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str
) -> Layout | None:
    """From the first row, or from the comment just above it."""
    first = next(at for at, line in enumerate(lines) if line and not COMMENT_LINE.match(line))
    for header in (lines[first], lines[first - 1].lstrip("#! ") if first else ""):
        names = [cell.lower().replace(" ", "_") for cell in _cells(header, delimiter)]
        if any(map(_LIKE_A_SITE.fullmatch, names)):
            continue
        for name in _COLUMNS:
            column = names.index(name) if name in names else len(names)
            if any(_LIKE_A_SITE.fullmatch(row[column]) for row in rows if column < len(row)):
                path = next((names.index(one) for one in _PATHS if one in names), None)
                return Layout(delimiter, column, path if name in _HOSTS else None, header)
    return None


def _by_content(rows: Sequence[Sequence[str]], delimiter: str) -> Layout | None:
    sites = Counter(
        at for row in rows for at, cell in enumerate(row) if _LIKE_A_SITE.fullmatch(cell)
    )
    if not sites:
        return None
    column = max(sites, key=lambda at: (sites[at], -at))
    least = _LEAST_SHARE * (len(rows) - 1)  # the first may be a header
    return Layout(delimiter, column) if sites[column] >= least else None


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        row = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:  # a cell above the module's limit
        return []
    return [cell.strip() for cell in row]


class TableRows:
    """The rows of one table; a record may go over several lines."""

    def __init__(self, entries: Entries, layout: Layout) -> None:
        self._entries, self._layout = entries, layout
        self._held: list[str] = []

    def __call__(self, line: str) -> Said:
        stripped = line.strip()
        if not self._held:
            if not stripped:
                return Passed.BLANK
            if stripped == self._layout.header:
                return Passed.DIRECTIVE
            if stripped.startswith("#"):
                return Passed.COMMENT
        self._held.append(line)
        record = " ".join(self._held)
        if '"' in record and _OPEN_CELL.search(record) and len(self._held) < _LONGEST_RECORD:
            return Passed.DIRECTIVE  # its record ends on a line to come
        self._held = []
        return (self._read(_cells(record, self._layout.delimiter)),)

    def _read(self, row: Sequence[str]) -> Outcome:
        layout = self._layout
        if len(row) <= layout.column:
            return Skip.NOT_A_NAME
        site = row[layout.column]
        if layout.path is not None and layout.path < len(row):
            site = f"{site}/{row[layout.path].lstrip('/')}" if row[layout.path] else site
        return patterns.name_or_wildcard(site, self._entries) if site else Skip.NOT_A_NAME


def _opened(opening: Opening) -> LineParser:
    layout = layout_of(opening.sample)
    assert layout, "told apart by it"
    return TableRows(opening.entries, layout)


GRAMMAR = Grammar(Format.TABLE, votes, _opened)
