"""Generators that are too large to be made at once: made piece by piece, the rest by
`bodygen.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType

PIECE = 1 << 16


def stream(bodygen: ModuleType, spec: str, *, scale: float = 1.0) -> Callable[[], Iterator[bytes]]:
    """The bytes of a `*_gen` spec, made when they are asked for; `scale` shortens counted ones."""
    kind, _, arg = spec.partition(":")

    def make() -> Iterator[bytes]:
        if kind == "repeat":
            unit, _, count = arg.partition(":")
            yield from _repeated(unit.encode(), int(int(count) * scale))
        elif kind == "header-lines":
            count, _, name = arg.partition(":")
            yield from _lines(int(int(count) * scale), name)
        else:
            yield body(bodygen, spec, scale=scale)

    return make


def body(bodygen: ModuleType, spec: str, *, scale: float = 1.0) -> bytes:
    """A whole body; `random-mb` is shortened by `scale`."""
    kind, _, arg = spec.partition(":")
    if kind == "random-mb" and scale != 1.0:
        spec = f"{kind}:{max(1, int(int(arg) * scale))}"
    made = bodygen.body(spec)
    return made if isinstance(made, bytes) else b"".join(piece for _, piece in made)


def _repeated(unit: bytes, count: int) -> Iterator[bytes]:
    each = max(1, PIECE // len(unit))
    for _ in range(count // each):
        yield unit * each
    yield unit * (count % each)


def _lines(count: int, name: str) -> Iterator[bytes]:
    for start in range(0, count, 1000):
        numbers = range(start, min(start + 1000, count))
        yield b"".join(b"%s: v%d\r\n" % ((name or f"X-{n}").encode(), n) for n in numbers)
