"""The lines of a list's files, taken one by one into sorted runs and counted in a report.

Refuses what is no list. Files are opened and results written by `importing.py`; what a line means
is known in `formats.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from kidgate.lists.entries import Entries, Mode
from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.formats import SAMPLE, Passed, detect, parse_line, short_form
from kidgate.lists.members import EXPRESSIONS
from kidgate.lists.report import Report, Skip
from kidgate.lists.sorting import Runs
from kidgate.lists.streams import CHUNK, Limits, Reader, lines
from kidgate.policies.names import is_address

_JUDGED_EVERY = 100_000  # rows
_HTML = (b"<!doctype", b"<html", b"<head", b"<body", b"<?xml", b"<script", b"<!--")
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_RECORD = b"%s\t%s\t%010d\n"  # sorts by key, mode, line
_LINE_FROM = -11  # of a record: where the line number starts
_EXACT = Mode.EXACT.encode()


class Intake:
    """Reads the files of one list into sorted runs."""

    def __init__(self, report: Report, entries: Entries, runs: Runs, limits: Limits) -> None:
        self._report, self._runs, self._limits = report, runs, limits
        self._entries = entries
        self._taken = 0

    def read(self, reader: Reader, file: str) -> None:
        head = reader.read(CHUNK)
        _refuse_other_files(head, file)
        head = head.removeprefix(_UTF8_MARK)
        joined = _Joined(head, reader)
        if file.rpartition("/")[2] == EXPRESSIONS:
            self._expressions(joined)
        else:
            self._lines(joined, head, file)

    def judge(self, what: str) -> None:
        """Refuse a list that holds nothing, or next to nothing, of use."""
        self._judge_rubbish(what)
        if not self._taken:
            message = f"`{what}` holds no name or address that can be used{_why(self._report)}"
            raise ImportRefused(Refusal.EMPTY, message)

    def _lines(self, reader: Reader, head: bytes, file: str) -> None:
        sample = [line.decode("latin-1") for line in head.split(b"\n", SAMPLE)[:SAMPLE]]
        known = detect(sample)
        self._note_format(known)
        report, entries, add = self._report, self._entries, self._runs.add
        short, parse = short_form(known).fullmatch, parse_line(known)
        for raw in lines(reader, self._limits.line):
            report.rows += 1
            if report.rows % _JUDGED_EVERY == 0:
                self._judge_rubbish(file)
            text, fault = _decoded(raw, self._limits.line)
            found = None if fault else short(text)
            outcomes = (entries.plain(found["name"]),) if found else parse(text, entries)
            if isinstance(outcomes, Passed):
                report.pass_over(comment=outcomes is Passed.COMMENT)
                continue
            for outcome in (fault,) if fault else outcomes:
                if isinstance(outcome, Skip):
                    report.skip(outcome, report.rows, text)
                else:
                    report.lines += 1
                    self._taken += 1
                    add(_RECORD % (outcome.key.encode(), outcome.mode.encode(), report.rows))

    def _expressions(self, reader: Reader) -> None:
        """Regular expressions of squidGuard: counted, never run."""
        for raw in lines(reader, self._limits.line):
            self._report.rows += 1
            text = (raw or b"").decode("utf-8", "replace").strip()
            if raw is not None and (not text or text.startswith("#")):
                self._report.pass_over(comment=bool(text))
            else:
                self._report.skip(Skip.EXPRESSION, self._report.rows, text)

    def _note_format(self, name: str) -> None:
        known = self._report.format.split("+") if self._report.format else []
        self._report.format = "+".join(dict.fromkeys([*known, name]))

    def _judge_rubbish(self, what: str) -> None:
        judged = self._taken + self._report.rubbish
        if judged < self._limits.judged_from:
            return
        if self._taken < self._limits.least_useful * judged:
            message = (
                f"`{what}` is no list that can be read: of {judged} lines only {self._taken} "
                f"hold a name or address{_why(self._report)}"
            )
            raise ImportRefused(Refusal.GARBAGE, message)


def distinct(records: Iterable[bytes], report: Report) -> Iterator[bytes]:
    """The first record of each key and mode, with the report's counts of entries filled in."""
    last = b""
    modes: Counter[bytes] = Counter()
    for item in records:
        place = item[:_LINE_FROM]
        if place == last:
            report.duplicate += 1
            continue
        last = place
        mode = place[-2:-1]
        modes[mode] += 1
        if mode == _EXACT and not is_address(place[:-3].decode()):
            report.shared_hosts += 1
        yield b"%s%d\n" % (place, int(item[_LINE_FROM:]))
    report.urls = modes[Mode.URL.encode()]
    report.exceptions = modes[Mode.EXCEPT.encode()]
    report.names = modes.total() - report.urls - report.exceptions
    report.accepted = modes.total()


class _Joined:
    """The first bytes, which were looked at, and the rest."""

    def __init__(self, head: bytes, reader: Reader) -> None:
        self._head, self._reader = head, reader

    def read(self, size: int, /) -> bytes:
        head, self._head = self._head, b""
        return head or self._reader.read(size)


def _decoded(raw: bytes | None, limit: int) -> tuple[str, Skip | None]:
    """The text of a line; with a reason when it cannot hold an entry (a comment it may be)."""
    if raw is None:
        return f"(more than {limit} bytes)", Skip.TOO_LONG
    try:
        return raw.decode(), None
    except UnicodeDecodeError:
        return raw.decode("latin-1"), Skip.NOT_UTF8


def _refuse_other_files(head: bytes, what: str) -> None:
    if head.startswith(_UTF16_MARKS):
        message = f"`{what}` is UTF-16 text: save it as UTF-8"
        raise ImportRefused(Refusal.BINARY, message)
    if b"\0" in head or head.startswith(b"\x1f\x8b"):
        message = f"`{what}` is a binary file and no list: check what was downloaded"
        raise ImportRefused(Refusal.BINARY, message)
    start = head.removeprefix(_UTF8_MARK)[:1024].lstrip().lower()
    if start.startswith(_HTML):
        message = (
            f"`{what}` is a web page and no list, perhaps an error or log-in page: "
            "check the address it came from"
        )
        raise ImportRefused(Refusal.HTML, message)


def _why(report: Report) -> str:
    """The commonest reasons, and what to do."""
    reasons = ", ".join(f"{reason} {count}" for reason, count in report.skipped.most_common(3))
    said = f" (skipped: {reasons})" if reasons else ""
    return f"{said}: choose its hosts, domains or Adblock form"
