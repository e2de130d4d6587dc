"""What the pages of what happened call things, and the choices of their filters: plain text in the
reader's language, visible and not yet escaped (templates escape it)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from flask import g

from kidgate.dashboard.web.naming import Names, names
from kidgate.dashboard.web.routes import here
from kidgate.dashboard.web.words import Words
from kidgate.documents.builtin import load_categories
from kidgate.policies.model import Reason
from kidgate.proxy.pages.quoting import visible

type Choices = list[tuple[str, str]]

_LINE = re.compile(r"(.*?)(?: \(line (\d+)\))?", re.DOTALL)
DAYS = ("0", "1", "7", "30", "90")  # back from now; 0: no end


def called() -> dict[str, Any]:
    """Functions for templates."""
    desk, actor = here()
    words: Words = g.words
    children = {row.key: visible(row.name or row.key) for row in actor.seen(desk.rows.profiles)}
    services, titles = desk.services, categories(words.language)

    def time_key(key: str) -> str:
        kind, _, name = key.partition(":")
        if kind == "service":
            return visible((services[name].title or name) if name in services else name)
        return titles.get(name, visible(name)) if name else words("today.all")

    return {
        "child_name": lambda key: children.get(key, visible(key)) or words("frame.nobody"),
        "category_name": lambda key: titles.get(key, visible(key)),
        "time_key": time_key,
        "reason_name": lambda key: words.named("why.reasons", key),
        "source_name": source_name(words),
    }


def source_name(words: Words) -> Callable[[str], str]:
    """`feed porn: a.example (line 3)` -> `a list: porn: a.example (line 3)`, as
    `policies.model.Source` writes it."""
    named = names()

    def said(text: str) -> str:
        text, line = _LINE.fullmatch(text).groups()  # type: ignore[union-attr]  # matches all
        kind, _, rest = text.partition(" ")
        name, _, entry = rest.partition(": ")
        if kind == "tier":
            name = visible(named.tier(name))
        parts = [words.named("why.sources", kind), name, _entry(named, entry)]
        end = f" ({words('why.label.line', line=line)})" if line else ""
        return ": ".join(part for part in parts if part) + end

    return said


def _entry(named: Names, entry: str) -> str:
    """What of a source it was: a schedule in the reader's words, a service or topic by title."""
    head, _, rest = entry.partition(" ")
    kind, colon, key = entry.partition(":")
    if head in ("bedtime", "hours") and rest:
        return f"{named.words(f'weeks.what.{head}')} {named.when(rest)}"
    if colon and kind == "service":
        return visible(named.service(key))
    if colon and kind == "category":
        return visible(named.category(key))
    return entry


@cache
def categories(language: str) -> Mapping[str, str]:
    """The title of each kind of site, by key."""
    return {
        row.key: row.title.vi if language == "vi" else row.title.en for row in load_categories()
    }


# --- choices; the first one chooses nothing ---


def child_choices() -> Choices:
    desk, actor = here()
    return _choices((row.key, row.name or row.key) for row in actor.seen(desk.rows.profiles))


def device_choices() -> Choices:
    """Devices of children whom the reader sees; who sees the house, every one."""
    desk, actor = here()
    seen = {row.key for row in actor.seen(desk.rows.profiles)}
    return _choices(
        (row.key, row.key) for row in desk.rows.devices if actor.sees_all or row.of in seen
    )


def group_choices() -> Choices:
    desk, actor = here()
    return _choices(
        (row.key, row.title or row.key)
        for row in desk.rows.groups
        if actor.sees_all or row.key in actor.groups
    )


def reason_choices() -> Choices:
    return _choices((reason.value, g.words.named("why.reasons", reason)) for reason in Reason)


def category_choices() -> Choices:
    return _choices(categories(g.words.language).items())


def verdict_choices() -> Choices:
    keys = ("block", "warn", "ask", "allow")
    return _choices((key, g.words(f"frame.verdicts.{key}")) for key in keys)


def day_choices() -> Choices:
    return [(key, g.words(f"journal.days_options.{key}")) for key in DAYS]


def _choices(found: Iterable[tuple[str, str]]) -> Choices:
    shown = [(key, visible(title)) for key, title in found]
    return [("", g.words("frame.all")), *sorted(shown, key=lambda pair: pair[1].casefold())]
