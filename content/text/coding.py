"""Content codings undone as browsers do, in bounded memory: gzip, deflate, br, zstd, stacked.

What is returned is all that may be delivered: a second reader of the same bytes might see a second
gzip member, or a deflate body without its header, that the first did not. How one coding is undone
is `inflating.py` and `windows.py`; what the bytes mean is no business of this room's.
"""

from __future__ import annotations

from typing import NamedTuple

from kidgate.content.text import inflating, windows
from kidgate.content.text.limits import GRACE, LIMITS, Limits
from kidgate.content.text.stages import Sink, Stage, Stopped

STAGES: dict[str, type[Stage]] = {
    "gzip": inflating.Gzip,
    "x-gzip": inflating.Gzip,  # RFC 9110 8.4.1.3
    "deflate": inflating.Deflate,
    "br": windows.Brotli,
    "zstd": windows.Zstandard,
}


class Decoded(NamedTuple):
    """The whole decoded body when `unread` is ""; else what came out before the fault it names.

    A coding that nobody knows leaves the bytes as they came, which is what browsers show.
    """

    data: bytes
    unread: str = ""


def decode(body: bytes, content_encoding: str, limits: Limits = LIMITS) -> Decoded:
    """The body with every coding of the Content-Encoding header undone."""
    decoder = Decoder(content_encoding, limits)
    data = decoder.feed(body) + decoder.finish()
    return Decoded(data, decoder.unread)


class Decoder:
    """The same for a body that comes in pieces; `unread` is set as soon as something is amiss.

    After a fault `feed` returns nothing more.
    """

    def __init__(self, content_encoding: str, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._received = 0
        self._delivered = 0
        self._ready = bytearray()
        self.unread = ""
        names = codings(content_encoding)
        unknown = [name for name in names if name not in STAGES]
        self._stages: list[Stage] = []
        if unknown:
            self.unread = f"unknown content coding `{unknown[0][:40]}`"
        elif len(names) > limits.codings:
            self.unread = f"more than {limits.codings} content codings"
        else:
            self._stages = _chained(names, self._collect, limits)
        self._plain = bool(unknown)

    def feed(self, chunk: bytes) -> bytes:
        """What the next piece of the body decodes to, at most `limits.size` bytes in all."""
        self._received += len(chunk)
        try:
            if self._plain or not (self._stages or self.unread):
                self._collect(chunk)
            elif not self.unread:
                self._stages[0].write(chunk)
        except Stopped as stopped:
            self._stop(str(stopped))
        return self._taken()

    def finish(self) -> bytes:
        """What is left after the last piece. A body cut short is no fault: browsers show it."""
        try:
            for stage in self._stages:
                if not self.unread:
                    stage.close()
        except Stopped as stopped:
            self._stop(str(stopped))
        return self._taken()

    def _collect(self, data: bytes) -> None:
        room = self._limits.size - self._delivered
        self._ready += data[:room] if room < len(data) else data
        self._delivered += min(room, len(data))
        if room < len(data):
            raise Stopped(f"larger than {self._limits.size} bytes")
        if self._delivered > GRACE + self._limits.ratio * self._received:
            raise Stopped(f"grows more than {self._limits.ratio} times")

    def _stop(self, why: str) -> None:
        self.unread = self.unread or why
        self._stages = []
        self._plain = False

    def _taken(self) -> bytes:
        data = bytes(self._ready)
        self._ready.clear()
        return data


def codings(content_encoding: str) -> list[str]:
    """The names in a Content-Encoding value, in the order in which they were applied."""
    names = (name.strip(" \t").lower() for name in content_encoding.split(","))
    return [name for name in names if name not in ("", "identity")]


def _chained(names: list[str], sink: Sink, limits: Limits) -> list[Stage]:
    """The stages, the outermost coding first; between two of them the size is bounded too."""
    stages: list[Stage] = []
    for name in names:  # the innermost coding was applied first and is undone last
        stages.insert(0, STAGES[name](sink))
        sink = _Gauge(stages[0], limits.size).write
    return stages


class _Gauge:
    """Counts what a stage hands to the next: gzip of gzip of zeros must not grow in between."""

    def __init__(self, stage: Stage, size: int) -> None:
        self._stage = stage
        self._room = size

    def write(self, data: bytes) -> None:
        self._room -= len(data)
        if self._room < 0:
            raise Stopped("larger inside than it may be outside")
        self._stage.write(data)
