"""The gateway's own pages: who is asking, what is recorded, where the certificate is."""

from __future__ import annotations

from kidgate.proxy.pages.facts import OwnFacts
from kidgate.proxy.pages.frame import paragraphs, rows
from kidgate.proxy.pages.parts import NAME_LIMIT, Parts
from kidgate.proxy.pages.quoting import shown
from kidgate.proxy.pages.words import Words


def own_page(parts: Parts, facts: OwnFacts, *, certificate: bool) -> str:
    """What the reader's own device may know about itself, and about nobody else."""
    words, band = parts.words, parts.band
    heading = words("own", "title", band)
    content = parts.templates.fill(
        "own",
        icon=parts.templates.icons["gate"],
        working=words("own", "working"),
        heading=heading,
        lead=words("own", "lead", band),
        rows=_who(words, facts),
        recorded_title=words("labels", "recorded", band),
        recorded=paragraphs(
            (
                words("own", "level", facts.level.value, band),
                words("own", "also", band),
                words.fill("own", "kept", days=str(facts.retention_days)),
            )
        ),
        me=f'<p><a class="button" href="/me">{words("me", "link", band)}</a></p>'
        if facts.name
        else "",
        pin=parts.templates.fill("pin_link", link=words("pin", "link")) if facts.shared else "",
        certificate=_certificate(parts) if certificate else "",
    )
    return parts.templates.page(words, band, tone="plain", heading=heading, content=content)


def missing_page(parts: Parts) -> str:
    """For an address that the gateway does not know (404)."""
    words = parts.words
    heading = words("own", "missing_title")
    content = parts.templates.fill(
        "missing",
        icon=parts.templates.icons["signpost"],
        heading=heading,
        text=words("own", "missing_text"),
        link=words("own", "home_link"),
    )
    return parts.templates.page(words, parts.band, tone="plain", heading=heading, content=content)


def _who(words: Words, facts: OwnFacts) -> str:
    return rows(
        (
            (words("own", "who"), shown(facts.name, NAME_LIMIT) or words("own", "nobody")),
            (words("own", "device"), shown(facts.device, NAME_LIMIT) or words("own", "no_device")),
            (words("own", "tier"), shown(facts.tier, NAME_LIMIT)),
        )
    )


def _certificate(parts: Parts) -> str:
    words = parts.words
    return parts.templates.fill(
        "certificate",
        title=words("own", "ca_title"),
        text=words("own", "ca_text"),
        link=words("own", "ca_link"),
    )
