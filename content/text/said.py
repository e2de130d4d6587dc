"""What tags say by themselves, and where the texts of a document are gathered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kidgate.content.text.limits import Limits
from kidgate.content.text.markup import NEW_LINE, NOTHING
from kidgate.content.text.page import Kind, Page, Part

_INVISIBLE = re.compile("[\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]+")
_RARE_SPACES = re.compile("[\x0b\x1c-\x1f\x85\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_SAID = ("alt", "title", "placeholder", "aria-label")
_DISPLAY_NONE = re.compile(r"display\s*+:\s*+none", re.IGNORECASE)
_DESCRIBING = re.compile(r"description|keywords|(?:og|twitter):.*", re.IGNORECASE)
_WRITTEN_ON = frozenset({"", "button", "reset", "search", "submit", "text"})


class Collected:
    """The texts of a document and of those inside it, by kind, and what is left of the limits."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.texts: dict[Kind, list[str]] = {kind: [] for kind in Kind}
        self.language = ""
        self.unread = ""
        self._left = limits.tags

    def allowed(self, text: str, mark: str) -> str:
        """As much of a text as the limits leave; `mark` is what every tag or string begins with."""
        count = text.count(mark)
        self._left -= count
        if self._left >= 0:
            return text
        self.unread = "too many tags or strings"
        kept, self._left = max(0, self._left + count), 0
        return mark.join(text.split(mark, kept + 1)[: kept + 1])

    def add(self, kind: Kind, text: str) -> None:
        """A text that stands by itself."""
        self.texts[kind] += (NEW_LINE, text.replace(NEW_LINE, ""), NEW_LINE)

    def add_lines(self, kind: Kind, lines: Iterable[str]) -> None:
        """Texts that stand by themselves, each."""
        lines = [line.replace(NEW_LINE, "") if NEW_LINE in line else line for line in lines]
        self.texts[kind] += (NEW_LINE, NEW_LINE.join(lines), NEW_LINE)

    def title(self, text: str) -> None:
        """The first is the page's title; browsers show no other."""
        self.add(Kind.HIDDEN if self.texts[Kind.TITLE] else Kind.TITLE, text)

    def page(self) -> Page:
        """What was gathered, one part a kind, one line a block."""
        texts = ((kind, _tidy("".join(chunks))) for kind, chunks in self.texts.items())
        parts = tuple(Part(kind, text) for kind, text in texts if text)
        return Page(parts, language=self.language, unread=self.unread)


def say(name: str, found: Mapping[str, str], collected: Collected) -> None:
    """Adds the texts in the attributes of one tag."""
    for attribute in _SAID:
        if attribute in found:
            collected.add(Kind.HIDDEN, found[attribute])
    if name == "meta" and _DESCRIBING.fullmatch(found.get("property") or found.get("name", "")):
        collected.add(Kind.HIDDEN, found.get("content", ""))
    if name == "input" and found.get("type", "").lower() in _WRITTEN_ON:
        collected.add(Kind.BODY, found.get("value", ""))
    elif name in ("option", "optgroup"):
        collected.add(Kind.BODY, found.get("label", ""))


def hides(name: str, found: Mapping[str, str]) -> bool:
    """Whether an element with these attributes is not on the screen."""
    if name == "template":
        return "shadowrootmode" not in found  # that one is shown
    return "hidden" in found or ("style" in found and _hides(found["style"]))


def _hides(style: str) -> bool:
    return _DISPLAY_NONE.search(style) is not None


def _tidy(text: str) -> str:
    """Lines without what browsers do not show, with single spaces."""
    text = text.replace(NOTHING, "")
    for space in "\n\r\t\f\u00a0":
        text = text.replace(space, " ")
    lines = [line.strip(" ") for line in text.split(NEW_LINE)]
    if not _is_tidy(" ".join(filter(None, lines))):  # asked of all at once, as it seldom is not
        lines = [line if _is_tidy(line) else _tidied(line) for line in lines]
    return "\n".join(filter(None, lines))


def _is_tidy(line: str) -> bool:
    return "  " not in line and line.isprintable()


def _tidied(line: str) -> str:
    if not line.isprintable():
        line = _INVISIBLE.sub("", _RARE_SPACES.sub(" ", line)).strip(" ")
    while "  " in line:
        line = line.replace("  ", " ")
    return line
