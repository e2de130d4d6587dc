"""Asking an adult: the form of a block page, the form of our own host, and the page that waits."""

from __future__ import annotations

from kidgate.policies.model import Reason
from kidgate.proxy.pages.facts import AskFacts, PageFacts, WaitingFacts
from kidgate.proxy.pages.parts import DETAIL_LIMIT, HOST, Parts
from kidgate.proxy.pages.quoting import shown

ASK_PATH = "/.well-known/kidgate/ask"  # of the stopped host, on which the form stands
TOKEN_LIMIT = 6000
# Why nobody opens a page by an answer, in words; whatever is not named here is `machine`.
CANNOT = {
    Reason.ILLEGAL_MATERIAL: "never",
    Reason.PAUSED: "time",
    Reason.BEDTIME: "time",
    Reason.LESSON: "time",
    Reason.SECURITY: "guard",
    Reason.WAY_AROUND: "guard",
    Reason.PERSONAL_DATA: "guard",
    Reason.MESSAGE: "guard",
}
SAD = ("denied", "expired", "unknown", "odd", "over")


def ask_form(parts: Parts, facts: PageFacts) -> str:
    """The form that asks for a stopped page; where there is none, why."""
    if not facts.known:
        return ""
    if not facts.ask:
        return _hint(
            parts.words("asking", "cannot", CANNOT.get(facts.reason, "machine"), parts.band)
        )
    words, band = parts.words, parts.band
    return parts.templates.fill(
        "ask_form",
        action=ASK_PATH,
        token=shown(facts.ask, TOKEN_LIMIT),
        title=words("asking", "title", band),
        label=words("asking", "note", band),
        button=words("asking", "button", band),
        hint=words("asking", "hint", band),
    )


def ask_page(parts: Parts, facts: AskFacts) -> str:
    """Naming a site, on the gateway's own host; elsewhere, what went wrong with a form."""
    words, band = parts.words, parts.band
    said = words("asking", "said", facts.said, band) if facts.said else ""
    heading = words("asking", "own", "title", band)
    lead = "lead" if facts.token else "elsewhere" if facts.known or not facts.own else "nobody"
    content = parts.templates.fill(
        "ask",
        icon=parts.templates.icons["signpost"],
        heading=heading,
        said=f'<p class="until" role="alert">{said}</p>' if said else "",
        lead=words("asking", "own", lead, band),
        form=_own_form(parts, facts) if facts.token else "",
        back="/me" if facts.own else "/",
        back_text=words("me", "link", band) if facts.own else words("asking", "back"),
    )
    return parts.templates.page(words, band, tone="plain", heading=heading, content=content)


def _own_form(parts: Parts, facts: AskFacts) -> str:
    words, band = parts.words, parts.band
    return parts.templates.fill(
        "ask_own",
        token=shown(facts.token, TOKEN_LIMIT),
        site=shown(facts.site, DETAIL_LIMIT),
        site_label=words("asking", "own", "site", band),
        label=words("asking", "note", band),
        button=words("asking", "button", band),
        hint=words("asking", "hint", band),
    )


def waiting_page(parts: Parts, facts: WaitingFacts) -> str:
    """How a request stands. That the page looks again by itself is said, and can be stopped."""
    words, band = parts.words, parts.band
    heading = words("waiting", facts.state, "title", band)
    answer = ""
    if facts.answer:
        label = words("waiting", "answer", band)
        said = f"<bdi>{shown(facts.answer, DETAIL_LIMIT)}</bdi>"
        answer = f'<p class="learn"><strong>{label}</strong>{said}</p>'
    content = parts.templates.fill(
        "waiting",
        icon=parts.templates.icons["signpost" if facts.state in SAD else "hourglass"],
        heading=heading,
        site=parts.site("waiting_site", facts.site),
        text=words("waiting", facts.state, "text", band),
        answer=answer,
        looking=_looking(parts, facts),
        links=_links(parts, facts),
    )
    return parts.templates.page(words, band, tone="plain", heading=heading, content=content)


def _looking(parts: Parts, facts: WaitingFacts) -> str:
    if not facts.look:
        return ""
    words, band = parts.words, parts.band
    look = shown(facts.look, TOKEN_LIMIT)
    button = f'<p><a class="button" href="{look}">{words("waiting", "look", band)}</a></p>'
    if not facts.seconds:
        return f"<p>{words('waiting', 'still', band)}</p>{button}"
    kind = "seconds" if facts.seconds < 60 else "minutes"
    number = str(facts.seconds if facts.seconds < 60 else facts.seconds // 60)
    again = words.fill("waiting", kind, band, number=number)
    stop = f'<a href="{look}&amp;still">{words("waiting", "stop", band)}</a>'
    return f'<p>{again}</p>{button}<p class="hint">{stop}</p>'


def _links(parts: Parts, facts: WaitingFacts) -> str:
    if not HOST.fullmatch(facts.own_name):
        return ""
    return f'<a href="http://{facts.own_name}/me">{parts.words("me", "link", parts.band)}</a>'


def _hint(sentence: str) -> str:
    return f'<p class="hint">{sentence}</p>'
