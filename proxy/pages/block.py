"""The page that says what was stopped, why, what to do next and whom to ask."""

from __future__ import annotations

from kidgate.policies.model import Reason, Verdict
from kidgate.proxy.pages.asking import ask_form
from kidgate.proxy.pages.facts import PageFacts
from kidgate.proxy.pages.parts import DETAIL_LIMIT, NAME_LIMIT, Parts
from kidgate.proxy.pages.plan import Look, shown_verdict, with_likeness, with_personal
from kidgate.proxy.pages.quoting import shown, shown_host


def block_page(parts: Parts, facts: PageFacts) -> str:
    verdict = shown_verdict(facts.verdict, facts.reason, may_continue=facts.may_continue)
    look = parts.plan.look(verdict, facts.reason, facts.category)
    if facts.likeness is not None:
        look = with_likeness(parts.plan, look, facts.likeness.kind)
    why = _why(parts, look, facts.reason)
    if facts.reason is Reason.PERSONAL_DATA:
        look = with_personal(parts.plan, look, facts.personal)
        why += parts.personal(facts.personal)
    if verdict is Verdict.ASK:
        why.append(parts.words("ask", "line", parts.band))
    return parts.page(
        look,
        heading=_heading(parts, look, verdict, facts.reason),
        greeting=parts.greeting(facts.name),
        site=parts.site("site_warn" if verdict is Verdict.WARN else "site", facts.site),
        why=why,
        likeness=parts.likeness(facts.likeness, sure=verdict is Verdict.BLOCK),
        until=parts.until(look.until, facts.until),
        form=parts.form() if verdict is Verdict.WARN else ask_form(parts, facts),
        details=_details(parts, facts, verdict),
        foot=parts.foot(facts.own_name),
    )


def _heading(parts: Parts, look: Look, verdict: Verdict, reason: Reason) -> str:
    topic = look.family and look.category == "instead" and verdict is Verdict.BLOCK
    if look.leads or topic:
        return parts.words("families", look.family, "title", parts.band)
    if verdict is Verdict.BLOCK:
        return parts.words("reasons", reason.value, "title", parts.band)
    return parts.words(verdict.value, "title", parts.band)


def _why(parts: Parts, look: Look, reason: Reason) -> list[str]:
    own = parts.words("reasons", reason.value, "why", parts.band)
    if not look.family:
        return [own]
    topic = parts.words("families", look.family, "why", parts.band)
    return [topic] if look.leads or look.category == "instead" else [own, topic]


def _details(parts: Parts, facts: PageFacts, verdict: Verdict) -> str:
    source = facts.source
    if facts.reason is Reason.INTERNAL_ERROR:
        source = source.partition(":")[0]  # what broke inside is for `kidgate status`
    return parts.details(
        (
            ("detail_site", shown_host(facts.site, DETAIL_LIMIT)),
            ("detail_verdict", parts.words("labels", "verdicts", verdict.value)),
            ("detail_reason", facts.reason.value),
            ("detail_category", shown(facts.category, NAME_LIMIT)),
            ("detail_source", shown(source, DETAIL_LIMIT)),
            ("detail_until", facts.until.isoformat() if facts.until else ""),
            ("detail_entry", shown(facts.entry_id, NAME_LIMIT)),
        ),
        hint="adults_hint",
    )
