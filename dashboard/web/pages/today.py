"""The first page: each child today, then the week; and the pause at one touch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kidgate.dashboard.acts import pauses
from kidgate.dashboard.acts import today as acts
from kidgate.dashboard.acts.today import HouseWanted, WeekPast
from kidgate.dashboard.gate import Nothing
from kidgate.dashboard.web.called import called, categories, group_choices
from kidgate.dashboard.web.charts import Chart, columns, rows
from kidgate.dashboard.web.minutes_charts import by_service
from kidgate.dashboard.web.routes import Family, form_values, here
from kidgate.dashboard.web.showing import day, link
from kidgate.dashboard.web.words import Words
from kidgate.policies.people import Need

FAMILY = Family("today")
LENGTHS = {"15m": 15, "1h": 60, "tomorrow": 0}  # its word, and the minutes that mean it
PLACE = ("group", "page")  # where on the page somebody was


@FAMILY.page("/", Need.LOOK)
def index() -> ResponseReturnValue:
    found = acts.week(*here(), Nothing())
    return render_template(
        "today/index.html",
        groups=group_choices(),
        charts=_charts(found),
        services=by_service(acts.times(*here(), Nothing()).services),
        **_now(),
    )


@FAMILY.page("/live/today", Need.LOOK)
def live() -> ResponseReturnValue:
    return render_template("today/now.html", **_now())


@FAMILY.form("/today/pause", Need.LESSON)
def pause() -> ResponseReturnValue:
    pauses.start(*here(), pauses.start.from_text(form_values()))
    return redirect(_back())


@FAMILY.form("/today/resume", Need.LESSON)
def resume() -> ResponseReturnValue:
    pauses.end(*here(), pauses.end.from_text(form_values()))
    return redirect(_back())


def _now() -> dict[str, Any]:
    query = {name: request.args.get(name, "") for name in PLACE}
    wanted: HouseWanted = acts.house.from_text(query | {"language": g.words.language})
    return {"house": acts.house(*here(), wanted), "wanted": wanted, "lengths": LENGTHS, **called()}


def _back() -> str:
    return link("/", said="saved", **{name: request.form.get(name, "") for name in PLACE})


def _charts(week: WeekPast) -> dict[str, Markup]:
    words: Words = g.words
    total = sum(count for _, count in week.days)
    if not total:
        return {}
    long = [(day(at, words), count) for at, count in week.days]
    short = [words(f"today.weekdays.{at.weekday()}") for at, _ in week.days]
    most = max(long, key=lambda pair: pair[1])
    text = words("today.week_chart.text", total=total, day=most[0], most=most[1])
    chart = _chart("week", "day", text)
    found = {"week": columns(chart, long, short)}
    titles = categories(words.language)
    for name, counts in (
        ("kinds", [(titles.get(key, key), count) for key, count in week.categories]),
        ("reasons", [(words.named("why.reasons", key), count) for key, count in week.reasons]),
    ):
        if counts:
            found[name] = rows(_chart(name, name.removesuffix("s"), _most(name, counts)), counts)
    return found


def _chart(name: str, head: str, text: str) -> Chart:
    words: Words = g.words
    title = words(f"today.{name}_chart.title")
    heads = (words(f"today.heads.{head}"), words("today.heads.attempts"))
    return Chart(name, title, text, heads, words("today.numbers"))


def _most(name: str, counts: Sequence[tuple[str, int]]) -> str:
    words: Words = g.words
    return words(f"today.{name}_chart.text", name=counts[0][0], most=counts[0][1])
