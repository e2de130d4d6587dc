"""A word about time, before the page that was opened: its link leads on to the same address."""

from __future__ import annotations

from kidgate.proxy.pages.facts import TimeFacts
from kidgate.proxy.pages.frame import paragraphs
from kidgate.proxy.pages.parts import NAME_LIMIT, Parts
from kidgate.proxy.pages.quoting import shown

NAMED = ("all", "games", "video", "social")  # the others are a kind of site


def time_notice_page(parts: Parts, facts: TimeFacts) -> str:
    words, band = parts.words, parts.band
    heading = words("time_notice", "title", facts.kind, band)
    content = parts.templates.fill(
        "time_notice",
        icon=parts.templates.icons["hourglass"],
        heading=heading,
        text=paragraphs(
            (
                words.fill(
                    "time_notice",
                    facts.kind,
                    band,
                    minutes=str(facts.minutes),
                    what=_what(parts, facts),
                ),
                words("time_notice", "more", band),
            )
        ),
        button=words("time_notice", "button", band),
    )
    return parts.templates.page(words, band, tone="plain", heading=heading, content=content)


def _what(parts: Parts, facts: TimeFacts) -> str:
    if facts.service:
        return f"<bdi>{shown(facts.service, NAME_LIMIT)}</bdi>"
    subject = facts.subject if facts.subject in NAMED else "other"
    return parts.words("time_notice", "what", subject)
