"""What children ask for: those that wait, the answer, what was answered; and links in messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec
from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from kidgate.dashboard.acts import requests as acts
from kidgate.dashboard.acts.requests import AnswerAsked, ListAsked, One, Request, Way
from kidgate.dashboard.faults import Invalid
from kidgate.dashboard.gate import Nothing
from kidgate.dashboard.web.routes import Family, actor, desk, form_values, here
from kidgate.dashboard.web.showing import link
from kidgate.dashboard.web.words import Words
from kidgate.documents.digest.alerts import category_title
from kidgate.policies.people import Need
from kidgate.policies.requests import Duration, Scope, Whom
from kidgate.policies.rows import ServiceRow
from kidgate.proxy.pages.quoting import visible

FAMILY = Family("requests")
WHOLE = 3  # requests whose ways are shown in the list at once
LONGEST_LABEL = 60  # characters of a name from outside
# What is chosen before somebody chooses: enough to go on, and over by itself.
USUAL = ((Scope.SITE, Duration.HOUR), (Scope.SITE, Duration.TODAY), (Scope.PAGE, Duration.HOUR))


@FAMILY.blueprint.app_context_processor
def waiting() -> dict[str, Any]:
    """For the navigation of every page."""
    return {"requests_waiting": _waiting}


@FAMILY.page("/requests", Need.ANSWER)
def index() -> ResponseReturnValue:
    open_, past = acts.list_(*here(), ListAsked()), acts.list_(*here(), _past())
    whole = [acts.one(*here(), One(one.id)) for one in open_.requests[:WHOLE]]
    return render_template(
        "requests/index.html",
        open=[*whole, *open_.requests[WHOLE:]],
        more=open_.more,
        past=past,
        newest=max((one.id for one in (*open_.requests, *past.requests)), default=0),
        words_of=_words_of,
        choices_of=_choices,
    )


@FAMILY.page("/requests/<int:number>", Need.ANSWER)
def one(number: int) -> ResponseReturnValue:
    found = acts.one(*here(), One(number))
    return render_template("requests/one.html", one=found, words_of=_words_of, choices_of=_choices)


@FAMILY.form("/requests/answer", Need.ANSWER)
def answer() -> ResponseReturnValue:
    asked = acts.answer.from_text(_answered())
    found = acts.one(*here(), One(asked.id))
    if found.state != "open":
        return redirect(f"/requests/{asked.id}")
    if _is_dangerous(found.ways, asked):
        return render_template(
            "requests/confirm.html",
            one=found,
            asked=msgspec.to_builtins(asked),
            action="/requests/answer",
            words_of=_words_of,
        )
    acts.answer(*here(), asked)
    return redirect(link("/requests", said="answered"))


@FAMILY.page("/live/requests", Need.ANSWER)
def live() -> ResponseReturnValue:
    return render_template("requests/live.html")


@FAMILY.page("/live/requests/new", Need.ANSWER)
def newer() -> ResponseReturnValue:
    """Whether somebody asked since the list was opened; what is typed there stays."""
    after = request.args.get("after", 0, type=int)
    found = acts.list_(*here(), ListAsked()).requests
    number = sum(one.id > after for one in found)
    return render_template("requests/newer.html", number=number)


# --- links in messages: good for one answer, without signing in ---


@FAMILY.page("/answer/<token>", None)
def by_link(token: str) -> ResponseReturnValue:
    """Looking changes nothing: mail is looked through by machines."""
    try:
        found = desk().do("request.by_link", token=token)
    except ValueError:
        return _too_late(token)
    return _linked(token, found)


@FAMILY.form("/answer/<token>", None)
def answer_by_link(token: str) -> ResponseReturnValue:
    asked = acts.answer.from_text(_answered() | {"id": "0"})
    try:
        found = desk().do("request.by_link", token=token)
        shown = _of(found)
        if not _is_dangerous(shown.ways, asked):
            args = msgspec.to_builtins(asked)
            del args["id"]
            by = {"address": request.remote_addr or ""}
            desk().do("request.by_link", token=token, by=by, **args)
            said = "yes" if asked.yes else "no"
            return render_template("requests/linked_done.html", one=shown, said=said)
    except ValueError:
        return _too_late(token)
    return render_template(
        "requests/confirm.html",
        one=shown,
        asked=msgspec.to_builtins(asked),
        action=f"/answer/{token}",
        words_of=_words_of,
    )


def _too_late(token: str) -> ResponseReturnValue:
    """Why a link leads nowhere: who answered already, if it is one of ours."""
    try:
        found = desk().do("request.linked", token=token)
    except ValueError:
        found = {"state": "", "answered_by": "", "answered_at": None}
    at = found["answered_at"]
    found = {**found, "answered_at": datetime.fromisoformat(at) if at else None}
    return render_template("requests/dead_link.html", found=found), 410 if at else 404


def _linked(token: str, found: dict[str, Any]) -> ResponseReturnValue:
    return render_template(
        "requests/by_link.html",
        one=_of(found),
        user=found["user"],
        action=f"/answer/{token}",
        words_of=_words_of,
        choices_of=_choices,
    )


def _of(found: dict[str, Any]) -> Request:
    """What the keeper tells of a request, as the acts do."""
    names = {row.key: row.name or row.key for row in desk().rows.profiles}
    child = str(found["profile"])
    given = {**found, "child": child, "name": names.get(child, child), "ways": found["offers"]}
    return msgspec.convert(given, Request)


# --- reading forms, and words ---


def _past() -> ListAsked:
    return acts.list_.from_text({"before": request.args.get("before"), "open": "false"})


def _answered() -> dict[str, Any]:
    """A form's answer: `choice` is scope, whom and duration at once; `own` goes before `kind`."""
    given = form_values()
    parts = str(given.pop("choice", "")).split("|")
    own, kind = str(given.pop("own", "")).strip(), str(given.pop("kind", ""))
    if len(parts) == 3:
        given |= dict(zip(("scope", "whom", "duration"), parts, strict=True))
    if any(isinstance(value, list) for value in given.values()):
        raise Invalid("one answer at a time")
    if "text" not in given:
        given["text"] = own or (kind if given.get("yes") == "false" else "")
    return given


def _is_dangerous(ways: Iterable[Way], asked: AnswerAsked) -> bool:
    """Whether the adult must be warned first."""
    wanted = (asked.scope, asked.whom)
    return (
        asked.yes
        and not asked.confirmed
        and any(way.confirm for way in ways if (way.scope, way.whom) == wanted)
    )


def _waiting() -> int:
    who = actor()
    if who is None or not who.may(Need.ANSWER):
        return 0
    if "requests_waiting" not in g:  # the navigation stands on a page twice
        g.requests_waiting = acts.count(desk(), who, Nothing()).waiting
    return int(g.requests_waiting)


def _words_of(one: Request) -> dict[str, str]:
    """What is asked for and why it was stopped, in words that templates still escape."""
    words: Words = g.words
    service = _services().get(one.service) if one.service else None
    category = category_title(one.category, words.language) if one.category else ""
    what = _cut(service.title or service.key) if service is not None else _cut(one.site)
    key = f"requests.why.{one.reason}"
    return {
        "what": what,
        "category": category,
        "why": words(key, category=category) if words.has(key) else one.reason,
    }


def _services() -> Mapping[str, ServiceRow]:
    if "services" not in g:  # asked for every request on a page
        g.services = desk().services
    found: Mapping[str, ServiceRow] = g.services
    return found


def _choices(one: Request) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Groups of what may be opened for whom, each with value, duration and whether it is chosen."""
    return [*_groups(one, _usual(one.ways))]


def _groups(one: Request, usual: str) -> Iterator[tuple[str, list[tuple[str, str, bool]]]]:
    words: Words = g.words
    shown = _words_of(one)
    for way in one.ways:
        title = {
            Scope.SERVICE: shown["what"],
            Scope.CATEGORY: shown["category"],
        }.get(way.scope, _cut(one.site))
        what = words(f"requests.scopes.{way.scope}", title=title)
        whom = words(f"requests.whom.{way.whom}", name=_cut(one.name))
        durations = [
            (value, words(f"requests.durations.{duration}"), value == usual)
            for duration in way.durations
            for value in [f"{way.scope}|{way.whom}|{duration}"]
        ]
        yield f"{what}, {whom}", durations


def _usual(ways: Iterable[Way]) -> str:
    child = {way.scope: way.durations for way in ways if way.whom is Whom.CHILD}
    for scope, duration in USUAL:
        if duration in child.get(scope, ()):
            return f"{scope}|{Whom.CHILD}|{duration}"
    return ""


def _cut(text: str) -> str:
    """Text from outside on one short line; templates escape it."""
    shown = visible(text)
    return shown if len(shown) <= LONGEST_LABEL else shown[: LONGEST_LABEL - 1] + "…"
