"""One thing looked at, and how it is said. The sentences are in `words.json`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"  # works, but not as well as it could
    WRONG = "wrong"  # something passes unjudged, or does not work


@dataclass(frozen=True, slots=True)
class Check:
    """`key` names the sentences; `values` fill their places."""

    part: str
    level: Level
    key: str
    values: dict[str, object] = field(default_factory=dict)

    def what(self, language: str) -> str:
        return words()[self.key][language]["what"].format_map(self.values)

    def advice(self, language: str) -> str:
        """What to do; empty when all is well."""
        text = words()[self.key][language].get("advice", "")
        return "" if self.level is Level.OK else text.format_map(self.values)


def ok(part: str, key: str, **values: object) -> Check:
    return Check(part, Level.OK, key, values)


def warn(part: str, key: str, **values: object) -> Check:
    return Check(part, Level.WARN, key, values)


def wrong(part: str, key: str, **values: object) -> Check:
    return Check(part, Level.WRONG, key, values)


@cache
def next_in(language: str) -> dict[str, str]:
    """What would help a device most (`console.coverage`), by key."""
    text = (files(__package__) / "words.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = json.loads(text)["next"]
    return {key: said[language] for key, said in found.items()}


@cache
def words() -> dict[str, dict[str, dict[str, str]]]:
    """Key -> language -> what and advice."""
    text = (files(__package__) / "words.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, dict[str, str]]] = json.loads(text)["checks"]
    return found


@cache
def advice_in(language: str) -> dict[str, str]:
    """The advice of `console.health`, which is written in English, in another language."""
    text = (files(__package__) / "words.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = json.loads(text)["health"]
    return {english: said[language] for english, said in found.items() if language in said}
