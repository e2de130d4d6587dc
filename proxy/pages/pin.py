"""Signing in on a shared device: choose a name, enter a PIN; or say goodbye."""

from __future__ import annotations

from kidgate.proxy.pages.facts import PinFacts
from kidgate.proxy.pages.moments import in_words
from kidgate.proxy.pages.parts import NAME_LIMIT, Parts
from kidgate.proxy.pages.quoting import shown

KEY_LIMIT = 64


def pin_page(parts: Parts, facts: PinFacts) -> str:
    words, said = parts.words, ""
    if facts.said:
        text = words("pin", "said", facts.said, parts.band)
        said = f'<p class="until" role="alert">{text}</p>'
    heading = words("pin", "title", parts.band)
    content = parts.templates.fill(
        "pin",
        icon=parts.templates.icons["gate"],
        heading=heading,
        said=said,
        lead=_lead(parts, facts),
        form=_form(parts, facts),
        home=words("own", "home_link"),
    )
    return parts.templates.page(words, parts.band, tone="plain", heading=heading, content=content)


def _lead(parts: Parts, facts: PinFacts) -> str:
    if not facts.shared:
        return parts.words("pin", "own_device", parts.band)
    if facts.name:
        name = f"<bdi>{shown(facts.name, NAME_LIMIT)}</bdi>"
        return parts.words.fill("pin", "signed_in", parts.band, name=name)
    return parts.words("pin", "lead" if facts.names else "no_pins", parts.band)


def _form(parts: Parts, facts: PinFacts) -> str:
    words, token = parts.words, shown(facts.token, 200)
    if facts.shared and facts.until is not None:
        until = words.fill("pin", "until", until=in_words(facts.until, words))
        button = words("pin", "leave")
        return parts.templates.fill("pin_leave", token=token, until=until, button=button)
    if not (facts.shared and facts.names):
        return ""
    return parts.templates.fill(
        "pin_enter",
        token=token,
        who=words("pin", "who"),
        names="".join(
            f'<option value="{shown(key, KEY_LIMIT)}">{shown(name, NAME_LIMIT)}</option>'
            for key, name in facts.names
        ),
        pin=words("pin", "pin"),
        button=words("pin", "button"),
        note=words("pin", "note", parts.band),
    )
