"""The lines, or the records, of a list's files, taken into sorted runs and counted in a report.

Refuses what is no list. Files are opened and results written by `importing.py`; what a line means
is known in `formats/` and `structured/`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kidgate.lists import structured
from kidgate.lists.distinct import RECORD
from kidgate.lists.entries import Cancel, Entries, Entry
from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.formats import v2fly
from kidgate.lists.formats.detect import SAMPLE, detect, open_parser, short_form
from kidgate.lists.formats.grammar import Format, Opening
from kidgate.lists.items import Passed, Said
from kidgate.lists.report import Report, Skip
from kidgate.lists.sorting import Runs
from kidgate.lists.streams import CHUNK, Limits, Reader, lines

_JUDGED_EVERY = 100_000  # rows
_HTML = (b"<!doctype", b"<html", b"<head", b"<body", b"<?xml", b"<script", b"<!--")
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")

Beside = Callable[[], Mapping[str, bytes]]
"""The files of the same folder by their names, small ones only; read when it is asked for."""


def nothing_beside() -> Mapping[str, bytes]:
    return {}


class Intake:
    """Reads the files of one list into sorted runs."""

    def __init__(
        self,
        report: Report,
        entries: Entries,
        runs: Runs,
        limits: Limits,
        attributes: tuple[str, ...] = (),
        known: Format | None = None,
    ) -> None:
        """`attributes`: of a v2fly list, those an entry must have. `known`: the format, where
        somebody knows it better than the content tells."""
        self._report, self._runs, self._limits = report, runs, limits
        self._entries, self._attributes, self._known = entries, attributes, known
        self._taken = 0

    def read(self, reader: Reader, file: str, beside: Beside = nothing_beside) -> None:
        """Take in one file. Raises ImportRefused."""
        head = reader.read(CHUNK)
        if self._known is None and (records := structured.detect(head, file)):
            self._note_format(records.format)
            before = self._report.rows
            for item in records(_Joined(head, reader), self._entries):
                self._report.rows = max(self._report.rows, before + item.row)
                self._take(before + item.row, item.text, item.said)
            return
        _refuse_other_files(head, file)
        head = head.removeprefix(_UTF8_MARK)
        opening = self._opening(head, file, beside)
        self._lines(_Joined(head, reader), *opening)

    def judge(self, what: str) -> None:
        """Refuse a list that holds nothing, or next to nothing, of use."""
        self._judge_rubbish(what)
        if not self._taken:
            raise self.empty(what)

    def empty(self, what: str) -> ImportRefused:
        """Why a list is refused of which nothing is left."""
        message = f"`{what}` holds no name or address that can be used{_why(self._report)}"
        return ImportRefused(Refusal.EMPTY, message)

    def _opening(self, head: bytes, file: str, beside: Beside) -> tuple[Format, Opening]:
        text = head.rpartition(b"\n")[0] if len(head) >= CHUNK else head  # no line that is cut
        sample = [line.decode("latin-1") for line in text.split(b"\n", SAMPLE)[:SAMPLE]]
        known = self._known or detect(sample, file)
        if known is Format.PHRASES:
            message = (
                f"`{file}` is a list of phrases for the text of pages and no list of sites: "
                "import it with kidgate phrases import"
            )
            raise ImportRefused(Refusal.PHRASES, message)
        around: Mapping[str, bytes] = {}
        if known in (Format.V2FLY, Format.DOMAINS):
            around = beside()
            known = Format.V2FLY if v2fly.is_library(around) else known
        if self._attributes and known is not Format.V2FLY:
            message = (
                f"`{file}` has no attributes, only v2fly lists have: leave out `@` and what follows"
            )
            raise ImportRefused(Refusal.NO_SUCH_LIST, message)
        self._note_format(known)
        return known, Opening(self._entries, sample, file, around, self._attributes)

    def _lines(self, reader: Reader, known: Format, opening: Opening) -> None:
        report, entries, add = self._report, self._entries, self._runs.add
        short, parse = short_form(known).fullmatch, open_parser(known, opening)
        for raw in lines(reader, self._limits.line):
            report.rows += 1
            if report.rows % _JUDGED_EVERY == 0:
                self._judge_rubbish(opening.file)
            if raw is None:
                report.skip(Skip.TOO_LONG, report.rows, f"(more than {self._limits.line} bytes)")
                continue
            try:
                text = raw.decode()
            except UnicodeDecodeError:
                text = raw.decode("latin-1")
                self._take(report.rows, text, _of_other_encoding(parse(text), text))
                continue
            found = short(text)
            if not found:
                self._take(report.rows, text, parse(text))
                continue
            outcome = entries.plain(found["name"])
            if isinstance(outcome, Entry):  # as `_take` does, for most lines of every list
                report.lines += 1
                self._taken += 1
                add(RECORD % (outcome.key.encode(), outcome.mode.encode(), report.rows))
            else:
                self._take(report.rows, text, (outcome,))

    def _take(self, row: int, text: str, said: Said) -> None:
        report = self._report
        if isinstance(said, Passed):
            report.pass_over(said)
            return
        for outcome in said:
            if isinstance(outcome, Skip):
                report.skip(outcome, row, text)
                continue
            cancels = isinstance(outcome, Cancel)
            entry = outcome.entry if isinstance(outcome, Cancel) else outcome
            mode = entry.mode.upper() if cancels else entry.mode
            report.lines += 1
            self._taken += 1
            self._runs.add(RECORD % (entry.key.encode(), mode.encode(), row))

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


class _Joined:
    """The first bytes, which were looked at, and the rest."""

    def __init__(self, head: bytes, reader: Reader) -> None:
        self._head, self._reader = head, reader

    def read(self, size: int, /) -> bytes:
        if self._head:
            head, self._head = self._head[:size], self._head[size:]
            return head
        return self._reader.read(size)


def _of_other_encoding(said: Said, text: str) -> Said:
    """What holds of a line that is not UTF-8, read as Latin-1: names that are written in ASCII."""
    if isinstance(said, Passed):
        return said
    lower = text.lower()
    return [
        outcome if isinstance(outcome, Entry) and outcome.key in lower else Skip.NOT_UTF8
        for outcome in said
    ]


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
    return f"{said}: choose another form of it, such as hosts or domains"
