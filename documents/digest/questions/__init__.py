"""Conversation starters for the weekly digest: curious and warm, never accusing.

One file for each language: topic -> reading age -> questions. In Vietnamese `{you}` is how the
adult calls the child: a parent says `con`, a teacher `em`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from kidgate.documents.sentences import LANGUAGES

BANDS = ("0-8", "9-12", "13+")
CALM = "calm"
ASKED_FOR = 2
# What happened -> what to talk about. The order is that of urgency; categories, then reasons.
TOPICS: Mapping[str, tuple[str, ...]] = {
    "low": ("self_harm",),
    "strangers": ("grooming", "anonymous_chat", "dating", "ai_companion"),
    "hurt": ("bullying", "hate"),
    "bodies": ("adult", "suggestive", "sexual_education"),
    "danger": ("phishing", "scam", "impersonation", "malware", "risky", "security"),
    "privacy": ("personal_data",),
    "substances": ("drugs", "tobacco", "alcohol"),
    "scary": ("violence", "gore", "weapons", "cults"),
    "money": ("gambling", "loans", "crypto", "shopping"),
    "around": ("way_around", "proxy", "vpn", "hacking", "cheating"),
    "social": ("social", "chat", "forums", "video"),
    "games": ("games",),
    "time": ("quota", "bedtime"),
}


def band_of(age: int | None) -> str:
    """The reading age; of somebody whose age nobody knows, the middle one."""
    if age is None:
        return BANDS[1]
    return BANDS[0] if age < 9 else BANDS[1] if age < 13 else BANDS[2]


def questions(
    happened: Iterable[str], *, age: int | None, language: str, turn: int, you: str = "con"
) -> list[str]:
    """Two questions about what happened (categories and reasons; `asked`), calm ones where there is
    less to talk about. `turn` (the week's number) lets calm ones go round."""
    bank, band, seen = load_questions(language), band_of(age), set(happened)
    topics = [topic for topic, about in TOPICS.items() if not seen.isdisjoint(about)]
    if "asked" in seen:
        topics.insert(min(1, len(topics)), "asked")
    calm = bank[CALM][band]
    chosen = [bank[topic][band][0] for topic in topics[:ASKED_FOR]]
    chosen += [calm[(turn + n) % len(calm)] for n in range(ASKED_FOR - len(chosen))]
    return [text.format(you=you, You=you.capitalize()) for text in chosen]


@cache
def load_questions(language: str) -> Mapping[str, Mapping[str, list[str]]]:
    known = language if language in LANGUAGES else "en"
    text = (files(__package__ or "") / f"{known}.json").read_text(encoding="utf-8")
    bank: Mapping[str, Mapping[str, list[str]]] = json.loads(text)
    return bank
