"""Texts and addresses without the personal data in them, for the journal.

What is cut out leaves its kind between stars: `*phone*`. Masking twice is masking once. Where it
cannot be told which part says what (a name over two fields), everything goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

from kidgate.content.personal_data.bodies import read_form
from kidgate.content.personal_data.fields import LIMITS, Fields, Limits
from kidgate.content.personal_data.find import judged
from kidgate.content.personal_data.folding import fold
from kidgate.content.personal_data.kinds import Span
from kidgate.content.personal_data.known import own_kinds
from kidgate.content.personal_data.own import OwnData
from kidgate.content.personal_data.shapes import spans

_ROUNDS = 8  # what is cut out may bring two neighbours together
UNREAD = "*unread*"


def mask(text: str, own: OwnData | None = None, limits: Limits = LIMITS) -> str:
    """A text without personal data; over the limits nothing of it is left."""
    if len(text) > limits.text:
        return UNREAD
    if own is not None:
        kinds, complete = own_kinds(fold(text), own, limits)
        if kinds or not complete:
            return _starred(kinds) if kinds else UNREAD
    for _ in range(_ROUNDS):
        folded = fold(text)
        found = spans(folded)
        if not found:
            return text
        text = _cut(folded.text, found)
    return UNREAD


def mask_query(query: str, own: OwnData | None = None, limits: Limits = LIMITS) -> str:
    """A query (without `?`) whose values tell nothing personal, passwords least of all."""
    if not query or not _tells(query, own, limits):
        return query
    kept = []
    for pair in query.split("&")[: limits.fields]:
        name, equals, _ = pair.partition("=")
        kinds = _tells(pair, own, limits)
        kept.append(f"{name if equals else ''}{equals}{_starred(kinds)}" if kinds else pair)
    masked = "&".join(kept)
    left = _tells(masked, own, limits)
    return _starred(left) if left else masked


def mask_path(path: str, own: OwnData | None = None, limits: Limits = LIMITS) -> str:
    """A path whose segments tell nothing personal."""
    return "/".join(_segment(segment, own, limits) for segment in path.split("/"))


def _segment(segment: str, own: OwnData | None, limits: Limits) -> str:
    said = unquote(segment).replace("+", " ").replace("_", " ")
    return segment if mask(said, own, limits) == said else mask(said, own, limits)


def _tells(query: str, own: OwnData | None, limits: Limits) -> list[str]:
    """The kinds in a query; besides them `password` and `unread`."""
    fields = Fields(limits)
    read_form(query, fields)
    found = judged(fields, own)
    more = ["password"] * bool(fields.passwords) + ["unread"] * bool(found.unread)
    return [*found.kinds, *more]


def _starred(kinds: Iterable[str]) -> str:
    return f"*{'+'.join(sorted(set(map(str, kinds))))}*"


def _cut(text: str, found: list[Span]) -> str:
    kept, at = [], 0
    for span in found:
        if span.start >= at:
            kept += [text[at : span.start], _starred([span.kind])]
            at = span.end
    return "".join([*kept, text[at:]])
