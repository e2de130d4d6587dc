"""The last of a conversation: bounded, fed piece by piece.

A message is looked at once; only one that still grows is looked at again. What left the window is
forgotten. One connection's or one child's use of one service, with as many rooms as it has.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kidgate.content.messages.said import Said
from kidgate.content.messages.sayings import Sayings, Sign

WINDOW = 8 * 1024  # characters
MOST = 200  # messages
GROWN = 8  # a text this long that begins the next one is the same message, sent again longer


@dataclass(slots=True)
class Message:
    """`signs` is None until somebody asks, and again when the text grows."""

    text: str
    who: str
    talk: str
    open: bool
    signs: tuple[Sign, ...] | None = None


class Conversation:
    def __init__(self, sayings: Sayings, *, window: int = WINDOW, most: int = MOST) -> None:
        self._sayings = sayings
        self._window, self._most = window, most
        self._messages: deque[Message] = deque()
        self._characters = 0

    def hear(self, said: Iterable[Said]) -> int:
        """Take in what was said, in order; how many characters of it were new."""
        return sum(map(self._hear, said))

    def end_answer(self) -> None:
        """The answer that came in pieces is over: the next piece begins another."""
        if self._messages:
            self._messages[-1].open = False

    def messages(self) -> Iterator[Message]:
        """The window, oldest first, the signs of each message found."""
        for message in self._messages:
            if message.signs is None:
                message.signs = self._sayings.signs(message.text)
            yield message

    def _hear(self, said: Said) -> int:
        text = said.text[-self._window :]
        if last := self._going_on(said):
            if len(last.text) >= GROWN and text.startswith(last.text):
                new = text[len(last.text) :]
            else:
                new = text if said.joins else ""
            self._grow(last, new)
            return len(new)
        if not text.strip() and not said.joins:
            return 0
        if any(
            m.text == text and m.who == said.who and m.talk == said.talk for m in self._messages
        ):
            return 0  # prompts bring all that was said before with them
        self._messages.append(Message(text, said.who, said.talk, open=said.joins))
        self._characters += len(text)
        self._forget()
        return len(text)

    def _going_on(self, said: Said) -> Message | None:
        """The last message, when what was said now is more of it."""
        if not self._messages:
            return None
        last = self._messages[-1]
        if last.who != said.who or last.talk != said.talk:
            return None
        if last.open and said.joins:
            return last
        grown = len(said.text) > len(last.text) >= GROWN and said.text.startswith(last.text)
        return last if grown else None

    def _grow(self, message: Message, new: str) -> None:
        if new:
            before = len(message.text)
            message.text = (message.text + new)[-self._window :]
            message.signs = None
            self._characters += len(message.text) - before
            self._forget()

    def _forget(self) -> None:
        while len(self._messages) > 1 and (
            self._characters > self._window or len(self._messages) > self._most
        ):
            self._characters -= len(self._messages.popleft().text)
