"""An answer that arrives piece by piece: event streams, lines of JSON, or JSON as a whole.

Fed with decoded bytes as they come (`content/text/coding.py` undoes gzip and the like), it gives
what was said so far, so that a chat can be stopped before its end. Google's answers (`)]}'`, then
lines of numbers and of JSON) are lines of JSON too. Bounded: what is longer than the buffer is
given up and told.
"""

from __future__ import annotations

import codecs

from kidgate.content.messages.frames import said_in_frame
from kidgate.content.messages.said import MACHINE, ME, Heard, Said
from kidgate.content.messages.values import parsed, said_in
from kidgate.policies.chats import ChatRow

BUFFER = 1024 * 1024  # characters of one event, one line or one JSON document
_LINES = ("event-stream", "ndjson", "jsonl", "json-seq", "stream+json")
_QUIET = ("event:", "id:", "retry:", ":", ")]}'")


class Stream:
    """One body. `who` said what does not tell its author: an assistant for answers of one."""

    def __init__(self, row: ChatRow | None, content_type: str, *, outgoing: bool = False) -> None:
        self._row = row
        self._who = ME if outgoing else MACHINE if row and row.kind == "assistant" else ""
        self._joins = row is not None and row.kind == "assistant" and not outgoing
        self._by_line = any(word in content_type.lower() for word in _LINES)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._line = ""  # the last one, not ended yet
        self._data: list[str] = []  # `data:` lines of the event under way
        self._whole: list[str] = []  # what is no line of JSON: perhaps one document
        self._held = 0  # characters in the two lists
        self.unread = ""

    def feed(self, chunk: bytes) -> list[Said]:
        """What was said in the lines that this chunk ends."""
        return self._lines(self._decoder.decode(chunk))

    def finish(self) -> Heard:
        """What was still to be said, and whether anything was not read."""
        said = self._lines(self._decoder.decode(b"", True) + "\n")
        said += self._event()
        if self._whole and not self.unread:
            value = parsed("\n".join(self._whole))
            if value is None:
                self.unread = "not JSON"
            else:
                said += said_in(value, self._row, self._who)
        return Heard(tuple(said), self.unread)

    def _lines(self, text: str) -> list[Said]:
        if self.unread:
            return []
        *lines, self._line = (self._line + text).split("\n")
        if len(self._line) > BUFFER:
            self._give_up()
            return []
        return [said for line in lines for said in self._one(line.rstrip("\r"))]

    def _one(self, line: str) -> list[Said]:
        if line.startswith("data:"):
            self._by_line = True
            self._keep(self._data, line[5:].removeprefix(" "))
            return []
        if not line.strip():
            return self._event()
        if line.startswith(_QUIET) or line.strip().isdigit():
            return []
        if self._by_line:
            return self._pieces(said_in_frame(line, self._row, self._who))
        value = parsed(line) if line[:1] in ("{", "[") and line[-1:] in ("}", "]") else None
        if value is None or self._whole:
            self._keep(self._whole, line)
            return []
        return self._pieces(said_in(value, self._row, self._who))

    def _event(self) -> list[Said]:
        text = "\n".join(self._data)
        self._held -= len(text)
        self._data.clear()
        if not text or text == "[DONE]":
            return []
        return self._pieces(said_in_frame(text, self._row, self._who))

    def _pieces(self, said: list[Said]) -> list[Said]:
        return [one._replace(joins=True) for one in said] if self._joins else said

    def _keep(self, lines: list[str], line: str) -> None:
        self._held += len(line)
        if self._held > BUFFER:
            self._give_up()
        else:
            lines.append(line)

    def _give_up(self) -> None:
        self.unread = f"longer than {BUFFER} characters without an end"
        self._line = ""
        self._data.clear()
        self._whole.clear()
