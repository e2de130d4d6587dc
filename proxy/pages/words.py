"""All sentences of one language, by their path in `words/LANGUAGE.json`; none stands in code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from importlib.resources import files

from kidgate.documents.sentences import flat

BANDS = ("0-8", "9-12", "13+")  # reading ages


def band_of(age: int) -> str:
    """The reading age band of somebody who is at least `age` years old."""
    return BANDS[0] if age < 9 else BANDS[1] if age < 13 else BANDS[2]


@dataclass(frozen=True, slots=True)
class Words:
    """`words("reasons", "bedtime", "title", "0-8")` is a sentence, escaped for HTML.

    `{name}` in a sentence is filled by `fill`, whose values must be escaped already.
    """

    language: str
    texts: Mapping[str, str]

    def __call__(self, *path: str) -> str:
        return self.texts["/".join(path)]

    def fill(self, *path: str, **values: str) -> str:
        return self.texts["/".join(path)].format_map(values)


def load_words(language: str) -> Words:
    path = files(__package__) / "words" / f"{language}.json"
    tree = json.loads(path.read_text(encoding="utf-8"))
    return Words(language, {key: escape(text) for key, text in flat("", tree)})
