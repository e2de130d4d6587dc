"""The sentences of an alert: what happened, and what to do."""

from __future__ import annotations

from typing import NamedTuple

from kidgate.documents.builtin import load_categories
from kidgate.documents.sentences import Sentences, load_sentences
from kidgate.policies.alerts import Facts

LONGEST = 120  # characters of one fact in a sentence
_KINDS = "alerts"


class Said(NamedTuple):
    title: str
    what: str
    advice: str


def said(kind: str, facts: Facts, count: int, language: str) -> Said:
    """An alert in words, as plain text; a kind that nobody knows in general ones."""
    words = load_sentences(__package__ or "", language)
    values = _values(facts, words)
    spelled = (_KINDS, kind)
    if words.get(*spelled, "title", default="") == "":
        spelled, values["kind"] = (_KINDS, "other"), kind
    what = words.filled(values, *spelled, _form(facts, words, kind))
    if count > 1:
        what = f"{what} {words.fill('labels', 'repeated', count=count)}"
    advice = words.filled(values, *spelled, "advice")
    return Said(words.filled(values, *spelled, "title"), what, advice)


def _form(facts: Facts, words: Sentences, kind: str) -> str:
    """Which sentence tells it: some facts have one of their own."""
    form = str(facts.get("state") or facts.get("category") or "")
    own = f"what_{form}"
    return own if words.get(_KINDS, kind, own, default="") else "what"


class _Values(dict[str, str]):
    """Facts that an alert does not have are told as unknown, not as a fault."""

    def __missing__(self, key: str) -> str:
        return "?"


def _values(facts: Facts, words: Sentences) -> _Values:
    values = _Values({name: shown(value) for name, value in facts.items() if name != "hosts"})
    nobody = words("labels", "nobody")
    values["who"] = shown(facts.get("name") or facts.get("child") or facts.get("device") or nobody)
    hosts = [shown(host) for host in facts.get("hosts", ())]
    values["hosts"] = ", ".join(hosts) or words("labels", "no_host")
    values["about"] = category_title(str(facts.get("category", "")), words.language)
    for name in ("called", "made_up", "kept"):
        given = facts.get(name)
        values[name] = words.fill("extra", name, value=shown(given)) if given else ""
    return values


def category_title(key: str, language: str) -> str:
    """What people call a category; a key that nobody knows stays itself."""
    for category in load_categories():
        if category.key == key:
            return category.title.vi if language == "vi" else category.title.en
    return key


def category_about(key: str, language: str) -> str:
    """One sentence on what a category is; empty for one that nobody knows."""
    for category in load_categories():
        if category.key == key:
            return category.about.vi if language == "vi" else category.about.en
    return ""


def shown(value: object, longest: int = LONGEST) -> str:
    """One fact as text on one line: what would steer a reader's screen is shown as an escape."""
    text = str(value)
    text = text if len(text) <= longest else text[: longest - 1] + "…"
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
