"""Charts of minutes: by day, and by app."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import g
from markupsafe import Markup

from kidgate.dashboard.web.called import called
from kidgate.dashboard.web.charts import Chart, columns, rows
from kidgate.dashboard.web.showing import day, minutes
from kidgate.dashboard.web.words import Words


def by_day(used: Sequence[tuple[date, int]]) -> Markup:
    """Nothing where no minute was used."""
    words: Words = g.words
    long = [(day(at, words), count) for at, count in used]
    most = max(long, key=lambda pair: pair[1], default=("", 0))
    if not most[1]:
        return Markup("")
    short = [words(f"today.weekdays.{at.weekday()}") for at, _ in used]
    return columns(_chart("minutes", "day", most), long, short)


def by_service(used: Sequence[tuple[str, int]]) -> Markup:
    title = called()["time_key"]
    named = [(title(key), count) for key, count in used]
    return rows(_chart("services", "service", named[0]), named) if named else Markup("")


def _chart(name: str, head: str, most: tuple[str, int]) -> Chart:
    words: Words = g.words
    text = words(f"today.{name}_chart.text", name=most[0], most=minutes(most[1], words))
    heads = (words(f"today.heads.{head}"), words("today.heads.used"))
    title = words(f"today.{name}_chart.title")
    return Chart(name, title, text, heads, words("today.numbers"), lambda n: minutes(n, words))
