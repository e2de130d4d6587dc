"""Where svg and math begin and end: inside them `style` holds markup and CDATA holds text.

Taking HTML for svg, or the other way round, hides from us what a browser shows. The elements are
followed as far as pages of some browser's make go; no tree is built.
"""

from __future__ import annotations

from kidgate.content.text.elements import BREAK_OUT, ISLANDS

_ROOTS = frozenset({"svg", "math"})
_DEEPEST = 100  # further down nothing is followed: every end tag looks through all of them


class Foreign:
    """A stack of `svg`, `math` and the elements in them that hold HTML again. `inside` says that
    the next tag is read by the rules of svg and math."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self.inside = False

    def start(self, name: str, attributes: str) -> None:
        """A start tag; the name is in lower case."""
        if name in BREAK_OUT and self.inside:
            while self._open and self._open[-1] in _ROOTS:
                self._open.pop()
            self.inside = False
            return
        opens = name in _ROOTS or (name in ISLANDS and self.inside)
        if opens and not attributes.endswith("/") and len(self._open) < _DEEPEST:
            self._open.append(name)
            self.inside = name in _ROOTS

    def end(self, name: str) -> None:
        """An end tag; one without its start tag means nothing."""
        if name in self._open:
            last = len(self._open) - 1 - self._open[::-1].index(name)
            del self._open[last:]
            self.inside = bool(self._open) and self._open[-1] in _ROOTS
