"""One content coding being undone: bytes are written in, pieces come out at a sink."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

type Sink = Callable[[bytes], None]
PIECE = 64 * 1024  # bytes that come out at once, so that a bomb is noticed early


class Stopped(Exception):
    """No more of this body is decoded; the text says why, in words for `unread`."""


class Stage(ABC):
    """A decoder of one coding. Raises `Stopped`, its own for broken data or the sink's."""

    name: ClassVar[str]  # as Content-Encoding spells it

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    @abstractmethod
    def write(self, data: bytes) -> None:
        """Decodes the next bytes and hands what comes out to the sink, PIECE bytes at most."""

    def close(self) -> None:
        """The body ended; most codings hold nothing back."""
        return

    def _broken(self) -> Stopped:
        return Stopped(f"broken {self.name} body")
