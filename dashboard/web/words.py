"""All sentences of the dashboard: `words/LANGUAGE/FAMILY.json`; none stands in code or templates.

Plain text; templates escape it. `{name}` is filled. Where a number decides, a sentence has the
forms `one` and `other` (Vietnamese has but one: both say the same).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kidgate.documents.sentences import flat
from kidgate.proxy.pages.languages import LANGUAGES

__all__ = ["LANGUAGES", "Words", "load_words"]


@dataclass(frozen=True, slots=True)
class Words:
    """`w("journal.title")`, `w("journal.found", number=3)`. KeyError for an unknown key."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        text = self.texts[key]
        return text.format_map(values) if values else text

    def number(self, key: str, number: int, **values: object) -> str:
        """The form that fits a number."""
        form = "one" if number == 1 else "other"
        return self(f"{key}.{form}", number=number, **values)

    def named(self, key: str, name: str) -> str:
        """The word for a stable name (a reason, a category); the name where there is no word."""
        return self.texts.get(f"{key}.{name}", name)

    def has(self, key: str) -> bool:
        return key in self.texts


@cache
def load_words(language: str) -> Words:
    texts: dict[str, str] = {}
    folder = files(__package__) / "words" / language
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        family = path.name.removesuffix(".json")
        texts.update(flat(family, json.loads(path.read_text(encoding="utf-8")), "."))
    return Words(language, texts)
