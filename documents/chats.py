"""The talk that is read, `chats.yaml`, and the sayings that are signs in it, `messages/*.yaml`.

Read strictly: a stage or a level that nobody knows would be a sign that nobody looks for. What is
made of the rows is `kidgate.content.messages`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from kidgate.documents.faults import Fault, Faults
from kidgate.documents.strict_yaml import Document, read
from kidgate.documents.typed import Decoder, Parsed
from kidgate.policies.chats import ChatRow, Chats, SayingsRow
from kidgate.policies.names import canonical_host

FILES = ("vi", "en", "vi_near", "en_near")
MAX_PATTERN = 400  # characters: a sign is a few words
_NAMED = re.compile(r"<([^<>]*)>")
_PATTERN = re.compile(r"[^\W_](?:[\w '?|()<>]|\.\.(?= )|-| \+ )*", re.UNICODE)


def _pattern(text: str) -> str:
    """A saying in the notation told at the head of `messages/vi.yaml`."""
    bare = text.removeprefix("(").removeprefix("<")
    if not _PATTERN.fullmatch(bare) or len(text) > MAX_PATTERN:
        raise ValueError(
            f"`{text}` is no saying; write words, `(a|b)`, `<set>`, `word?`, `..` or ` + `"
        )
    if not _balanced(text):
        raise ValueError(f"`{text}`: brackets must close and not stand inside each other")
    return text


def _balanced(text: str) -> bool:
    """Whether each bracket closes before the next opens, and `|` stands inside one alone."""
    signs = re.sub(r"[^()|<>]", "", text)
    return re.fullmatch(r"(\((\||<>)*\)|<>)*", signs) is not None


Pattern = Annotated[str, Parsed(_pattern)]
Host = Annotated[str, Parsed(canonical_host)]
Stage = Literal["authority", "trust", "secrecy", "isolation", "money", "picture", "move", "threat"]
Category = Literal["bullying", "hate", "self_harm", "adult", "scam"]
Level = Literal["weak", "plain", "strong"]
Levels = Mapping[Level, tuple[Pattern, ...]]

TYPES: Mapping[type, Mapping[str, Any]] = {
    ChatRow: {"kind": Literal["people", "assistant"], "hosts": tuple[Host, ...]},
    SayingsRow: {
        "sets": Mapping[str, tuple[Pattern, ...]],
        "stages": Mapping[Stage, Levels],
        "categories": Mapping[Category, Levels],
        "never_folded": tuple[Pattern, ...],
        "family": tuple[Pattern, ...],
        "unequal": tuple[Pattern, ...],
        "innocent": tuple[Pattern, ...],
    },
}


@cache
def load_chats() -> Chats:
    """Every service and every language. Read once in each process. Raises Faults, all at once."""
    faults: list[Fault] = []
    services = _rows("chats.yaml", ChatRow, faults)
    sayings = tuple(_sayings(language, faults) for language in FILES)
    if faults:
        raise Faults(faults)
    return Chats(services, tuple(row for row in sayings if row is not None))


def _rows(name: str, kind: type[Any], faults: list[Fault]) -> tuple[Any, ...]:
    decoder = Decoder(read(_text(name), name), TYPES)
    rows = decoder.keyed(decoder.top(), kind, 1, "")
    faults += decoder.document.faults
    return rows


def _sayings(language: str, faults: list[Fault]) -> SayingsRow | None:
    name = f"messages/{language}.yaml"
    document = read(_text(name), name)
    decoder = Decoder(document, TYPES)
    row = decoder.struct(decoder.top(), SayingsRow, 1, "", key=language)
    if isinstance(row, SayingsRow):
        _check(row, document)
    faults += document.faults
    return row if isinstance(row, SayingsRow) else None


def _check(row: SayingsRow, document: Document) -> None:
    """What no single value shows: sets nobody wrote, a saying that stands twice."""
    seen: set[str] = set()
    for text in _every(row):
        for named in _NAMED.findall(text):
            if named not in row.sets and named != "number":
                document.fault(0, f"`{text}`: there is no set `{named}`")
        if text in seen:
            document.fault(0, f"`{text}` stands twice")
        seen.add(text)


def _every(row: SayingsRow) -> Iterator[str]:
    for group in (row.stages, row.categories):
        for levels in group.values():
            for texts in levels.values():
                yield from texts


def _text(name: str) -> str:
    return (files("kidgate.policies") / "tiers" / name).read_text(encoding="utf-8")
