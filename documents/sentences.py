"""Sentences that adults read: data in JSON files, one file for each language, by their path."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Sentences:
    """`sentences("alerts", "feed", "advice")` is a sentence; `fill` fills its `{names}`."""

    language: str
    texts: Mapping[str, str]

    def __call__(self, *path: str) -> str:
        return self.texts["/".join(path)]

    def get(self, *path: str, default: str) -> str:
        return self.texts.get("/".join(path), default)

    def fill(self, *path: str, **values: object) -> str:
        return self.filled(values, *path)

    def filled(self, values: Mapping[str, object], *path: str) -> str:
        return self.texts["/".join(path)].format_map(values)


@cache
def load_sentences(package: str, language: str) -> Sentences:
    """Those in `words/LANGUAGE.json` of a package; of another language, the English ones."""
    known = language if language in LANGUAGES else "en"
    path = files(package) / "words" / f"{known}.json"
    return Sentences(known, dict(flat("", json.loads(path.read_text(encoding="utf-8")))))


def flat(path: str, node: Any, between: str = "/") -> Iterator[tuple[str, str]]:
    """Every text of a tree of mappings and lists, with its path from `path` on."""
    if isinstance(node, str):
        yield path, node
        return
    for key, child in node.items() if isinstance(node, dict) else enumerate(node):
        yield from flat(f"{path}{between}{key}" if path else str(key), child, between)
