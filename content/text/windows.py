"""`br` (RFC 7932) and `zstd` (RFC 8878): codings whose window the sender chooses.

Both libraries come with mitmproxy.
"""

from __future__ import annotations

from typing import IO, cast

import brotli  # type: ignore[import-untyped]
import zstandard

from kidgate.content.text.stages import PIECE, Sink, Stage

_WINDOW = 8 * 1024 * 1024  # RFC 9659: the most that a sender of zstd on the web may ask for
_SLICE = 512  # of brotli input at once: what has to be read again where the data breaks


class Brotli(Stage):
    """`br`. What follows the end of the data is ignored, as browsers do."""

    name = "br"

    def __init__(self, sink: Sink) -> None:
        super().__init__(sink)
        self._state = brotli.Decompressor()
        self._read = bytearray()  # all input: the library cannot go back to before a fault

    def write(self, data: bytes) -> None:
        for start in range(0, len(data), _SLICE):
            if self._state.is_finished():
                return
            part = data[start : start + _SLICE]
            try:
                self._pour(part)
            except brotli.error:
                self._salvage(part)
                return
            self._read += part

    def _pour(self, data: bytes) -> None:
        out = self._state.process(data, output_buffer_limit=PIECE)
        self._sink(out)
        while not self._state.can_accept_more_data():
            self._sink(self._state.process(b"", output_buffer_limit=PIECE))

    def _salvage(self, data: bytes) -> None:
        """Reads `data` again byte by byte: it breaks, or it ends and garbage follows."""
        sink, self._sink = self._sink, _nowhere
        self._state = brotli.Decompressor()
        self._pour(bytes(self._read))
        self._sink = sink
        try:
            for index in range(len(data)):
                self._pour(data[index : index + 1])
                if self._state.is_finished():
                    return
        except brotli.error:
            raise self._broken() from None


class Zstandard(Stage):
    """`zstd`: every frame, one behind the other; a window above 8 MB is refused."""

    name = "zstd"

    def __init__(self, sink: Sink) -> None:
        super().__init__(sink)
        decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        target = cast(IO[bytes], _Target(sink))
        self._writer = decompressor.stream_writer(target, write_size=PIECE)

    def write(self, data: bytes) -> None:
        try:
            self._writer.write(data)
        except zstandard.ZstdError:
            raise self._broken() from None


class _Target:
    """The file that the zstandard library writes to."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def write(self, data: bytes) -> int:
        self._sink(bytes(data))
        return len(data)


def _nowhere(data: bytes) -> None:
    """Output that was handed on before."""
