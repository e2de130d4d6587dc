"""What hears along with an answer that streams: talk, or any other words. Decides nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from kidgate.content.messages.said import Heard
from kidgate.content.page_text import page_text
from kidgate.policies.chats import ChatRow
from kidgate.policies.model import Facts, Visit
from kidgate.proxy.content.analysers import Analysers
from kidgate.proxy.content.chats import Talks

BEFORE = 8192  # bytes of a stream that a piece is read with


class Ear(Protocol):
    """Hears what a stream says; `unread` tells why it hears no more."""

    @property
    def unread(self) -> str: ...

    def begin(self, content_type: str) -> None: ...

    def hear(self, data: bytes, *, ended: bool) -> Facts | None:
        """What is known with the next of it; None: it said nothing."""
        ...


class Talk:
    """An answer of a chat."""

    def __init__(self, talks: Talks, row: ChatRow, visit: Visit) -> None:
        self._talks, self._row, self._visit = talks, row, visit

    @property
    def unread(self) -> str:
        return self._stream.unread

    def begin(self, content_type: str) -> None:
        self._stream = self._talks.stream(self._row, content_type)

    def hear(self, data: bytes, *, ended: bool) -> Facts | None:
        said = tuple(self._stream.feed(data))
        if ended:
            said += self._stream.finish().said
            self._talks.end_answer(self._visit, self._row)
        if not said:
            return None
        scores = self._talks.heard(self._visit, self._row, Heard(said))
        return replace(self._visit.facts, messages=scores)


class Words:
    """Any other stream of text: each piece is read as a page, with what came before it."""

    unread = ""

    def __init__(self, analysers: Analysers, visit: Visit) -> None:
        self._analysers, self._visit = analysers, visit
        self._before = b""

    def begin(self, content_type: str) -> None:
        self._type = content_type

    def hear(self, data: bytes, *, ended: bool) -> Facts | None:
        lists = self._analysers.lists
        if not data:
            return None
        if lists is None:
            self.unread = self._analysers.missing
            return None
        read = page_text(self._before + data, self._type, "", lists.phrases)
        begun = (self._before + data)[-BEFORE:]
        self._before = begun[begun.find(b"\n") + 1 :] if len(begun) == BEFORE else begun
        self.unread = read.unread
        return replace(self._visit.facts, text=read.scored.scores)
