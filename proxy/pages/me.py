"""A child's own page: what is closed for me, what is written down about me, what I asked."""

from __future__ import annotations

from collections.abc import Iterable

from kidgate.policies.schedule import Part, Schedule
from kidgate.proxy.pages.facts import MeFacts, Recorded, Ruled, Spent
from kidgate.proxy.pages.frame import items, paragraphs
from kidgate.proxy.pages.moments import in_words
from kidgate.proxy.pages.parts import DETAIL_LIMIT, NAME_LIMIT, SITE_LIMIT, Parts
from kidgate.proxy.pages.quoting import shown, shown_host
from kidgate.proxy.pages.words import BANDS

RULES = 20  # shown
TITLES = 30
DAYS = {frozenset(range(7)): "daily", frozenset(range(5)): "weekdays", frozenset((5, 6)): "weekend"}


def me_page(parts: Parts, facts: MeFacts) -> str:
    words, band = parts.words, parts.band
    heading = words("me", "title", band)
    sections = _sections(parts, facts) if facts.known else ()
    name = f"<bdi>{shown(facts.name, NAME_LIMIT)}</bdi>"
    tier = f"<bdi>{shown(facts.tier, NAME_LIMIT)}</bdi>"
    lead = words.fill("me", "lead", band, name=name, tier=tier)
    content = parts.templates.fill(
        "me",
        icon=parts.templates.icons["heart"],
        heading=heading,
        lead=lead if facts.known else words("me", "nobody", band),
        parts="".join(sections),
        ask=words("me", "ask", band),
        home=words("own", "home_link"),
    )
    return parts.templates.page(words, band, tone="plain", heading=heading, content=content)


def _sections(parts: Parts, facts: MeFacts) -> Iterable[str]:
    words, band = parts.words, parts.band
    if facts.minutes:
        minutes = items(_spent(parts, one) for one in facts.minutes)
        yield _section(parts, "minutes", f"<ul>{minutes}</ul>")
    yield _section(parts, "requests", _requests(parts, facts.requests))
    yield _section(parts, "closed", _closed(parts, facts))
    if facts.rules:
        told = items(_rule(parts, one) for one in facts.rules[:RULES])
        yield _section(parts, "rules", f"<ul>{told}</ul>")
    times = [
        words.fill("me", key, band, times=_times(parts, schedule))
        for key, schedule in (("bedtime", facts.bedtime), ("hours", facts.hours))
        if schedule is not None
    ]
    yield _section(parts, "times", paragraphs(times or [words("me", "no_times", band)]))
    recorded = paragraphs(
        (
            words("own", "level", facts.level.value, band),
            words("own", "also", band),
            words.fill("own", "kept", days=str(facts.retention_days)),
        )
    )
    yield _section(parts, "recorded", recorded + _lines(parts, facts.lines))


def _section(parts: Parts, key: str, body: str) -> str:
    title = parts.words("me", "sections", key, parts.band)
    return parts.templates.fill("me_part", title=title, body=body)


def _closed(parts: Parts, facts: MeFacts) -> str:
    """For the youngest the sentence alone: a list of what they may not see is nothing to read."""
    words, band = parts.words, parts.band
    some = facts.closed or facts.asked or facts.warned
    said = [words("me", "listed" if facts.listed else "open" if some else "open_all", band)]
    if band != BANDS[0]:
        kinds = (("closed", facts.closed), ("asked", facts.asked), ("warned", facts.warned))
        said += [
            words.fill("me", "kinds", kind, band, titles=_listed(titles))
            for kind, titles in kinds
            if titles
        ]
    return paragraphs(said)


def _listed(titles: tuple[str, ...]) -> str:
    more = "…" if len(titles) > TITLES else ""
    return ", ".join(shown(title, NAME_LIMIT) for title in titles[:TITLES]) + more


def _rule(parts: Parts, one: Ruled) -> str:
    words, band = parts.words, parts.band
    what = f'<bdi translate="no">{shown_host(one.what, SITE_LIMIT)}</bdi>'
    said = words.fill("me", "rule", one.action, band, what=what)
    if one.schedule is not None:
        said += f" ({_times(parts, one.schedule)})"
    if one.until is not None:
        said += " " + words.fill("me", "rule_until", until=in_words(one.until, words))
    return said


def _times(parts: Parts, schedule: Schedule) -> str:
    """`every day 21:00-06:00`; a part with dates or terms as it is written."""
    return "; ".join(_part(parts, part) for part in schedule.parts) or parts.words("me", "always")


def _part(parts: Parts, part: Part) -> str:
    words = parts.words
    if part.first or part.last or part.term:
        return shown(str(part), DETAIL_LIMIT)
    if key := DAYS.get(part.weekdays):
        days = words("me", "days", key)
    else:
        days = ", ".join(words("time", "weekdays", str(day)) for day in sorted(part.weekdays))
    clocks = ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in part.windows)
    return f"{days} {clocks}"


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _lines(parts: Parts, lines: tuple[Recorded, ...] | None) -> str:
    words, band = parts.words, parts.band
    if not lines:
        return paragraphs([words("me", "no_lines" if lines is not None else "away", band)])
    return f"<ul>{items(_line(parts, one) for one in lines)}</ul>"


def _line(parts: Parts, one: Recorded) -> str:
    words, band = parts.words, parts.band
    reason = f"reasons/{one.state}/title/{band}"
    what = f'<bdi translate="no">{shown_host(one.what, SITE_LIMIT)}</bdi>: ' if one.what else ""
    said = words.texts.get(reason, words("me", "watched", band))
    times = " " + words.fill("me", "times_seen", count=str(one.count)) if one.count > 1 else ""
    return f"{what}{said}{times}<small>{in_words(one.at, words)}</small>"


def _requests(parts: Parts, requests: tuple[Recorded, ...]) -> str:
    words, band = parts.words, parts.band
    if not requests:
        return paragraphs([words("me", "no_requests", band)])
    return f"<ul>{items(_request(parts, one) for one in requests)}</ul>"


def _request(parts: Parts, one: Recorded) -> str:
    words, band = parts.words, parts.band
    site = f'<bdi translate="no">{shown_host(one.what, SITE_LIMIT)}</bdi>'
    said = f"{site}: {words('me', 'states', one.state, band)}"
    if one.text:
        said += f" <q>{shown(one.text, DETAIL_LIMIT)}</q>"
    return f"{said}<small>{in_words(one.at, words)}</small>"


def _spent(parts: Parts, one: Spent) -> str:
    words = parts.words
    what = f"<bdi>{shown(one.what, NAME_LIMIT)}</bdi>" if one.what else words("me", "in_all")
    used = str(one.used)
    if one.limit is None:
        return words.fill("me", "used", what=what, used=used)
    return words.fill("me", "used_of", what=what, used=used, limit=str(one.limit))
