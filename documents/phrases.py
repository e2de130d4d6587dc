"""Phrase lists: the house's own in `policies/tiers/phrases/`, and imported ones in the home.

Own lists are YAML, strictly read: a mapping of `category`, `language`, `phrases` (text -> weight
1..100), `together` (`[[texts], weight]`, all of them on the page), `context` (text -> weight -100..
-1), `safe_folded` (texts that are harmless without diacritics) and `never_folded` (texts that are
everyday words without them: `tự tử` and `từ từ`). What a phrase is worth on a page
is `kidgate.content.phrases`; lists of others are read there and kept as `imported_phrases.py` says.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated, Any, Literal

from msgspec import Meta

from kidgate.documents.faults import Fault, Faults
from kidgate.documents.strict_yaml import Document, Sequence, read
from kidgate.documents.strict_yaml import Mapping as Lines
from kidgate.documents.typed import BAD, Decoder, Parsed
from kidgate.policies.phrases import Phrase

EVERY = "every"
"""The category of a file that holds nothing but context, for every other."""

Category = Literal[
    "adult",
    "violence",
    "gore",
    "gambling",
    "drugs",
    "alcohol",
    "tobacco",
    "weapons",
    "self_harm",
    "hate",
    "bullying",
    "proxy",
    "scam",
    "grooming",
    "every",
]
LONGEST = 100  # characters of a phrase


def _phrase(text: str) -> str:
    if text != " ".join(text.split()):
        raise ValueError(f"`{text}` has blanks at its ends or in a row; write single spaces")
    if not any(character.isalnum() for character in text):
        raise ValueError(f"`{text}` holds no letter and no digit; write words")
    if len(text) > LONGEST:
        raise ValueError(f"is longer than {LONGEST} characters; write the words that matter")
    return text


Text = Annotated[str, Parsed(_phrase)]
Weight = Annotated[float, Meta(ge=1, le=100)]
Relief = Annotated[float, Meta(ge=-100, le=-1)]


@dataclass(frozen=True, slots=True)
class _List:
    category: Category
    language: Literal["vi", "en"]
    phrases: Mapping[Text, Weight] = field(default_factory=dict)
    context: Mapping[Text, Relief] = field(default_factory=dict)
    safe_folded: tuple[Text, ...] = ()
    never_folded: tuple[Text, ...] = ()
    together: Any = None  # read by `_combinations`


@cache
def own_phrases() -> tuple[Phrase, ...]:
    """Every phrase that comes with the program. Raises Faults, those of all files at once."""
    rows: list[Phrase] = []
    faults: list[Fault] = []
    for entry in sorted(_folder().iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".yaml"):
            document = read(entry.read_text(encoding="utf-8"), f"phrases/{entry.name}")
            rows += phrases_of(document)
            faults += document.faults
    if faults:
        raise Faults(faults)
    return tuple(rows)


def phrases_of(document: Document) -> tuple[Phrase, ...]:
    """The phrases of one file; what is wrong gathers in `document.faults`."""
    decoder = Decoder(document, {})
    top = decoder.top()
    together = tuple(_combinations(decoder, top))
    found = decoder.struct(top, _List, 1, "")
    if not isinstance(found, _List):
        return ()
    _refuse_contradictions(decoder, top, found)
    rows = tuple(_rows(document.name, top, found, together))
    if found.category == EVERY and any(row.weight > 0 for row in rows):
        decoder.fault(
            1, f"`category: {EVERY}` takes only `context`; name what the phrases are about"
        )
    return rows


def _combinations(decoder: Decoder, top: Lines) -> Iterator[tuple[tuple[str, ...], float, int]]:
    """Texts, weight and line of each item of `together`."""
    items = top.get("together")
    if items is None:
        return
    if not isinstance(items, Sequence):
        decoder.fault(top.lines["together"], "`together`: must be a list of `[[texts], weight]`")
        return
    for item, line in zip(items, items.lines, strict=True):
        if not isinstance(item, Sequence) or len(item) != 2 or not isinstance(item[0], Sequence):
            decoder.fault(line, "`together`: must be `[[text, text], weight]`")
            continue
        texts = decoder.value(item[0], tuple[Text, ...], line, "together")
        kind = Relief if isinstance(item[1], int | float) and item[1] < 0 else Weight
        weight = decoder.value(item[1], kind, line, "together")
        if texts is BAD or weight is BAD:
            continue
        if len(set(texts)) < max(2, len(texts)):
            decoder.fault(line, "`together`: needs two texts or more, each once")
        yield texts, weight, line


def _refuse_contradictions(decoder: Decoder, top: Lines, found: _List) -> None:
    for text in found.context:
        if text in found.phrases:
            line = top["context"].lines[text]
            decoder.fault(line, f"`context`: `{text}` is among the phrases too; remove one")
    known = {*found.phrases, *found.context}
    known |= set(map(_without_marks, known))
    for key, texts in (("safe_folded", found.safe_folded), ("never_folded", found.never_folded)):
        for text in texts:
            if text not in known:
                line = top.lines[key]
                decoder.fault(line, f"`{key}`: `{text}` is none of the phrases; write it as there")


def _rows(
    name: str, top: Lines, found: _List, together: tuple[tuple[tuple[str, ...], float, int], ...]
) -> Iterator[Phrase]:
    category = "" if found.category == EVERY else found.category
    safe = frozenset(map(_without_marks, found.safe_folded))
    never = frozenset(map(_without_marks, found.never_folded))
    for key, table in (("phrases", found.phrases), ("context", found.context)):
        for text, weight in table.items():
            source = f"{name}:{_line(top[key], text)}"
            plain = _without_marks(text)
            yield Phrase(
                (text,), weight, category, source, plain in safe, never_folded=plain in never
            )
    for texts, weight, line in together:
        marked = any(_without_marks(text) in never for text in texts)
        yield Phrase(texts, weight, category, f"{name}:{line}", never_folded=marked)


def _line(table: Any, text: str) -> int:
    line: int = table.lines[text]
    return line


def _without_marks(text: str) -> str:
    """What `safe_folded` and `never_folded` compare: they may be written either way."""
    letters = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return letters.encode("ascii", "ignore").decode()


def _folder() -> Traversable:
    return files("kidgate.policies") / "tiers" / "phrases"
