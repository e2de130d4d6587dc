"""HTML to parts, in one pass and in linear time: what a browser shows, by kind.

No tree is built. Text is joined across tags inside a line (`po<b></b>rn`) and parted at blocks;
whatever is open at the end stays open. Scripts, styles and comments are dropped, what is there but
not on the screen is HIDDEN. Zero-width marks stay: they are the business of the Vietnamese views.
"""

from __future__ import annotations

from kidgate.content.text.elements import BLOCKS, BREAKS, RAW, UNSEEN
from kidgate.content.text.embedded import CARRIERS, document_in
from kidgate.content.text.foreign import Foreign
from kidgate.content.text.limits import LIMITS, Limits
from kidgate.content.text.markup import (
    NEW_LINE,
    NOTHING,
    QUICK_STEP,
    STEP,
    attributes,
    plain,
    text_of_run,
)
from kidgate.content.text.page import Kind, Page
from kidgate.content.text.rawtext import end_of_raw
from kidgate.content.text.said import Collected, hides, say
from kidgate.content.text.standing import Standing

_FOREIGN = frozenset({"svg", "math"})
_TELLING = frozenset(
    {"embed", "frame", "html", "iframe", "img", "input", "meta", "object", "template"}
    | {"optgroup", "option"}
)


def read_html(text: str, limits: Limits = LIMITS, *, xml: bool = False) -> Page:
    """The parts of an HTML document, at most one of each kind.

    `xml` reads XHTML and SVG: `<script/>` ends itself, and CDATA sections are text.
    """
    collected = Collected(limits)
    Document(collected, xml=xml).read(text)
    return collected.page()


class Document:
    """One document being read; documents inside it are read by another, into the same parts."""

    def __init__(
        self,
        collected: Collected,
        base: Kind = Kind.BODY,
        inside: int = 0,
        *,
        xml: bool = False,
        apart: bool = False,
    ) -> None:
        self._collected = collected
        self._inside = inside  # how many documents this one stands in
        self._xml = xml
        self._apart = apart  # every element is a block
        self._foreign = Foreign()
        self._standing = Standing(base)
        self._kind = base
        self._into = collected.texts[base]

    def read(self, text: str) -> None:
        """Reads to the end, or until there are too many tags."""
        source = self._collected.allowed(text, "<")
        source = source.replace("\0", NOTHING) if "\0" in source else source
        self._into.append(NEW_LINE)
        at = 0
        while at < len(source):
            at = self._run(source, at)
        self._into.append(NEW_LINE)

    def _run(self, source: str, start: int) -> int:
        """Reads on until something must be jumped over or another grammar holds; where to go on."""
        quick = self._quick
        for match in (QUICK_STEP if quick else STEP).finditer(source, start):
            run, slash, name, written, section = match.groups()
            if run:
                self._into.append(text_of_run(run) if "<" in run or "&" in run else run)
            if name is None:
                if section:
                    return self._section(source, match.end())
                if match[0] == run + "<":
                    self._into.append("<")
                continue
            name = name.lower()
            if slash:
                self._end(name)
            elif self._start(name, written):
                return self._raw(source, name, match.end())
            if self._quick is not quick:
                return match.end()
        return len(source)

    @property
    def _quick(self) -> bool:
        """Whether the usual tags only part lines: none is hidden, foreign or may end a heading."""
        return self._standing.plain and not self._foreign.inside and not self._apart

    def _start(self, name: str, source: str) -> bool:
        """A start tag; whether raw text follows."""
        if self._foreign.inside or name in _FOREIGN:
            self._enter(name, source)
        foreign = self._foreign.inside
        closed = source.endswith("/") and (self._xml or foreign or name in _FOREIGN)
        self._part(name)
        self._standing.start(name)
        if self._standing.kind is not self._kind:
            self._turn()
        if source and (name in _TELLING or _tells(source)):
            self._attributes(name, source, closed=closed)
        elif name == "template":
            self._hide(name)
        if not self._xml and not foreign:
            return name in RAW or name == "plaintext"
        if name in UNSEEN and not closed:
            self._hide(name)
        return name == "title" and not (foreign or self._apart or closed)

    def _enter(self, name: str, source: str) -> None:
        """A start tag in svg or math, or theirs; a paragraph in the `style` of svg is shown."""
        inside = self._foreign.inside
        self._foreign.start(name, source)
        if inside and not self._foreign.inside and self._standing.hidden_by in UNSEEN:
            self._standing.show()

    def _end(self, name: str) -> None:
        if self._foreign.inside:
            self._foreign.end(name)
        self._part(name)  # `</br>` too: browsers read it as `<br>`
        self._standing.end(name)
        if self._standing.kind is not self._kind:
            self._turn()

    def _part(self, name: str) -> None:
        """A line ends where a block begins or ends."""
        if name in BLOCKS or self._apart:
            self._into.append(NEW_LINE)
        elif name in BREAKS:
            self._into.append(" ")

    def _hide(self, name: str) -> None:
        self._standing.hide(name)
        if self._standing.kind is not self._kind:
            self._turn()

    def _turn(self) -> None:
        """Where text goes from now on."""
        kind, before = self._standing.kind, self._kind
        self._kind = kind
        self._into = self._collected.texts[kind]
        if kind is Kind.HIDDEN or before is not Kind.HIDDEN:  # what is hidden in a word does not
            self._into.append(NEW_LINE)  # part it

    def _attributes(self, name: str, source: str, *, closed: bool) -> None:
        found = attributes(source)
        if name == "html":
            self._collected.language = self._collected.language or found.get("lang", "").lower()
        say(name, found, self._collected)
        if not closed and hides(name, found):
            self._hide(name)
        if name in CARRIERS:
            document = document_in(name, found)
            if document:
                self._within(document, self._kind)

    def _within(self, text: str, base: Kind) -> None:
        """Reads a document that stands in this one."""
        if self._inside < self._collected.limits.nested:
            Document(self._collected, base, self._inside + 1).read(text)
        else:
            self._collected.unread = "documents nested too deep"

    def _section(self, source: str, at: int) -> int:
        """CDATA: text in svg, math and XML; in HTML a comment up to the next `>`."""
        if self._xml or self._foreign.inside:
            end = source.find("]]>", at)
            self._into.append(source[at : end if end >= 0 else len(source)])
            return end + 3 if end >= 0 else len(source)
        end = source.find(">", at)
        return end + 1 if end >= 0 else len(source)

    def _raw(self, source: str, name: str, at: int) -> int:
        """The text of an element without markup inside; where its end tag begins."""
        end = len(source) if name == "plaintext" else end_of_raw(source, name, at)
        text = source[at:end]
        if name == "title" and not self._inside:
            self._collected.title(plain(text))
        elif name == "title":
            self._collected.add(Kind.HIDDEN, plain(text))
        elif name == "textarea":
            self._into.append(plain(text))
        elif name in ("xmp", "plaintext"):
            self._into.append(text)
        elif name not in UNSEEN and self._inside < self._collected.limits.nested:
            self._within(text, Kind.HIDDEN)  # noscript, noframes: only where scripts are off
        return end


def _tells(source: str) -> bool:
    """Whether the attributes of a tag may hold text, or hide something; most tags' do not."""
    written = source.lower()
    return (
        "title" in written
        or "hidden" in written
        or "display" in written
        or "aria-label" in written
        or "alt" in written
        or "placeholder" in written
    )
