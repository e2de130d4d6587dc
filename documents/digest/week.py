"""A week of one child in words: facts come in, plain text and HTML go out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

from kidgate.documents.digest.alerts import category_about, category_title, said, shown
from kidgate.documents.digest.messages import Composed, html_page
from kidgate.documents.digest.questions import questions
from kidgate.documents.sentences import Sentences, load_sentences
from kidgate.policies.alerts import Facts

type Counts = Sequence[tuple[str, int]]
LINES = 5  # of each list
PRAISED = 7  # days


@dataclass(frozen=True, slots=True)
class Week:
    """What happened to one child; counts have the most first."""

    child: str
    name: str = ""
    age: int | None = None
    total: int = 0
    before: int | None = None  # in the week before; None: the child was not here yet
    categories: Counts = ()
    reasons: Counts = ()  # of what no category says
    new: Counts = ()  # categories that were not there in the four weeks before
    lookalikes: int = 0
    lookalike_hosts: Sequence[str] = ()
    minutes: Counts = ()  # all, service:K, category:K
    asked: int = 0
    approved: int = 0
    denied: int = 0
    still_open: int = 0
    streak: int = 0  # days without anything dangerous
    alerts: Sequence[tuple[str, Facts, int]] = ()  # kind, facts, count


def compose(
    weeks: Sequence[Week],
    first: date,
    last: date,
    *,
    language: str,
    you: str = "con",
    link: str = "",
) -> Composed:
    """The digest of some children for one adult; `you`: how the adult calls a child, in Vietnamese.

    The days are the first and the last one that it tells of.
    """
    words = load_sentences(__package__ or "", language)
    days = {"from": _day(first, language), "to": _day(last, language)}
    if len(weeks) == 1:
        title = words.fill("digest", "title", who=_name(weeks[0]), **days)
    else:
        title = words.fill("digest", "title_all", **days)
    turn = last.isocalendar().week
    sections = [(_name(week), list(_section(week, words, turn, you))) for week in weeks]
    ending = [] if weeks else [words("digest", "nobody")]
    ending.append(words("digest", "footer"))
    if link:
        ending.append(words.fill("digest", "look", link=link))
    ending.append(words("messages", "made_by"))
    return Composed(
        title, _text(title, sections, ending), _html(title, sections, ending, words.language)
    )


@dataclass(frozen=True, slots=True)
class Part:
    """A heading (empty: none) and its lines."""

    heading: str
    lines: Sequence[str]


def _section(week: Week, words: Sentences, turn: int, you: str) -> Iterator[Part]:
    language = words.language
    yield Part("", [_total(week, words), *_praise(week, words)])
    alerts = [said(kind, facts, count, language).what for kind, facts, count in week.alerts]
    yield Part(words("digest", "alerts"), alerts[:LINES])
    yield Part(
        words("digest", "categories"),
        [
            words.fill(
                "digest",
                "category",
                title=category_title(key, language),
                count=count,
                about=category_about(key, language),
            ).strip()
            for key, count in week.categories[:LINES]
        ],
    )
    yield Part(
        words("digest", "other_reasons"),
        [
            words.fill("digest", "reason", title=reason_title(key, language), count=count)
            for key, count in week.reasons[:LINES]
        ],
    )
    yield Part(
        words("digest", "new"),
        [
            words.fill("digest", "new_line", title=category_title(key, language), count=count)
            for key, count in week.new[:LINES]
        ],
    )
    yield Part(words("digest", "lookalikes"), _lookalikes(week, words))
    yield Part(words("digest", "minutes"), _minutes(week, words))
    yield Part(words("digest", "requests"), _requests(week, words))
    happened = [key for key, _ in (*week.categories, *week.reasons)]
    happened += [kind for kind, _, _ in week.alerts] + (["asked"] if week.asked else [])
    asked = questions(happened, age=week.age, language=language, turn=turn, you=you)
    yield Part(words("digest", "questions"), asked)


def reason_title(reason: str, language: str) -> str:
    """A reason in words; one that nobody knows stays itself."""
    words = load_sentences(__package__ or "", language)
    return words.get("reasons", reason, default=reason)


def _total(week: Week, words: Sentences) -> str:
    if not week.total:
        return words("digest", "nothing")
    if week.before is None:
        return words.fill("digest", "total_first", count=week.total)
    return words.fill("digest", "total", count=week.total, before=week.before)


def _praise(week: Week, words: Sentences) -> list[str]:
    return [words.fill("digest", "streak", days=week.streak)] if week.streak >= PRAISED else []


def _lookalikes(week: Week, words: Sentences) -> list[str]:
    if not week.lookalikes:
        return []
    hosts = ", ".join(map(shown, week.lookalike_hosts[:LINES])) or words("labels", "no_host")
    return [words.fill("digest", "lookalikes_line", count=week.lookalikes, hosts=hosts)]


def _minutes(week: Week, words: Sentences) -> list[str]:
    def title(key: str) -> str:
        kind, _, name = key.partition(":")
        if kind == "all":
            return words("digest", "minutes_all")
        return category_title(name, words.language) if kind == "category" else shown(name)

    return [
        words.fill("digest", "minutes_line", title=title(key), minutes=minutes)
        for key, minutes in week.minutes[:LINES]
    ]


def _requests(week: Week, words: Sentences) -> list[str]:
    if not week.asked:
        return []
    counts = {"asked": week.asked, "approved": week.approved, "denied": week.denied}
    return [words.fill("digest", "requests_line", **counts, open=week.still_open)]


def _name(week: Week) -> str:
    return shown(week.name or week.child)


def _day(day: date, language: str) -> str:
    return f"{day:%d/%m}" if language == "vi" else day.isoformat()


def _text(title: str, sections: Sequence[tuple[str, Sequence[Part]]], ending: Sequence[str]) -> str:
    lines = [title, ""]
    for name, parts in sections:
        lines += [name, "=" * len(name)] if len(sections) > 1 else []
        for part in parts:
            if part.lines:
                bullet = "- " if part.heading else ""
                lines += [part.heading] if part.heading else []
                lines += [f"{bullet}{line}" for line in part.lines]
                lines.append("")
    return "\n".join([*lines, *ending]) + "\n"


def _html(
    title: str,
    sections: Sequence[tuple[str, Sequence[Part]]],
    ending: Sequence[str],
    language: str,
) -> str:
    body = [f"<h1>{escape(title)}</h1>"]
    for name, parts in sections:
        body += [f"<h2>{escape(name)}</h2>"] if len(sections) > 1 else []
        for part in parts:
            if not part.lines:
                continue
            if not part.heading:
                body += [f"<p>{escape(line)}</p>" for line in part.lines]
                continue
            items = "".join(f"<li>{escape(line)}</li>" for line in part.lines)
            body.append(f"<h3>{escape(part.heading)}</h3><ul>{items}</ul>")
    body += [f"<p>{escape(line)}</p>" for line in ending]
    return html_page(title, "".join(body), language)
