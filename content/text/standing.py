"""What a place in a document is: on the screen or hidden, body, heading or navigation.

Followed by the names of the tags alone; where they are not closed as they should be, what comes
after counts as shown rather than as hidden.
"""

from __future__ import annotations

from kidgate.content.text.elements import (
    AFTER_HEADING,
    CONTAINERS,
    ENDED_BY,
    HEADINGS,
    NAVIGATION,
    VOID,
)
from kidgate.content.text.page import Kind

_TURNING = NAVIGATION | HEADINGS


class Standing:
    """Told of every tag whose name is not only for letters inside a line.

    `kind` is what text is here; `plain` says that no tag of a usual name can change anything.
    """

    def __init__(self, base: Kind) -> None:
        self._base = base
        self._in_heading = False
        self._headers = self._asides = 0  # open `header`, and open navigation of another name
        self.hidden_by, self._depth = "", 0  # the element that hides, and how often it is open
        self._containers = 0  # open in it, of other names
        self.kind, self.plain = base, True

    def _settle(self) -> None:
        self.kind = self._kind()
        self.plain = not (self.hidden_by or self._in_heading)

    def _kind(self) -> Kind:
        if self.hidden_by or self._base is Kind.HIDDEN:
            return Kind.HIDDEN
        if self._asides:
            return Kind.NAVIGATION
        if self._in_heading:
            return Kind.HEADING
        return Kind.NAVIGATION if self._headers else self._base

    def start(self, name: str) -> None:
        """A start tag."""
        if self.plain and name not in _TURNING:
            return
        if self.hidden_by:
            self._deeper(name)
        if name in NAVIGATION:
            self._navigate(name, 1)
        elif name in HEADINGS:
            self._in_heading = True
        elif name in AFTER_HEADING:
            self._in_heading = False
        self._settle()

    def end(self, name: str) -> None:
        """An end tag."""
        if self.plain and name not in _TURNING:
            return
        if self.hidden_by:
            self._shallower(name)
        if name in NAVIGATION:
            self._navigate(name, -1)
        elif name in HEADINGS:
            self._in_heading = False
        self._settle()

    def hide(self, name: str) -> None:
        """What follows is hidden until the element ends. A whole page is not: a script shows it."""
        if not self.hidden_by and name not in VOID and name not in ("html", "body"):
            self.hidden_by, self._depth, self._containers = name, 1, 0
            self._settle()

    def show(self) -> None:
        """The element that hides has ended."""
        self.hidden_by = ""
        self._settle()

    def _navigate(self, name: str, step: int) -> None:
        if name == "header":
            self._headers = max(0, self._headers + step)
        else:
            self._asides = max(0, self._asides + step)

    def _deeper(self, name: str) -> None:
        """One more of the same name inside what is hidden, or its unwritten end."""
        if self._depth == 1 and name in ENDED_BY.get(self.hidden_by, ()):
            self.show()
        elif name == self.hidden_by:
            self._depth += 1
        elif name in CONTAINERS:
            self._containers += 1

    def _shallower(self, name: str) -> None:
        """An end tag inside what is hidden; that of an element around it ends it as well."""
        if name == self.hidden_by:
            self._depth -= 1
        elif name in CONTAINERS:
            self._containers -= 1
        if not self._depth or self._containers < 0:
            self.show()
