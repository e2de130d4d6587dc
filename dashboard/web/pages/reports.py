"""Reports: numbers over a time, on the page and as a table to take along."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Response, g, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from kidgate.dashboard.acts import papers
from kidgate.dashboard.acts import reports as acts
from kidgate.dashboard.acts.papers import PackWanted, Paper
from kidgate.dashboard.acts.reports import Numbers, NumbersWanted
from kidgate.dashboard.gate import Nothing
from kidgate.dashboard.web.called import Choices, called, child_choices, group_choices
from kidgate.dashboard.web.charts import Chart, columns, rows
from kidgate.dashboard.web.routes import Family, form_values, here
from kidgate.dashboard.web.showing import day, link
from kidgate.policies.people import Need

FAMILY = Family("reports")
FILTERS = ("days", "first", "last", "child", "group")
PERIODS = ("1", "7", "30", "90")
COLUMNS = 14  # days that fit side by side
BARS = 12


@FAMILY.page("/reports", Need.LOOK)
def index() -> ResponseReturnValue:
    wanted, names = _wanted(), called()
    found = acts.numbers(*here(), wanted)
    return render_template(
        "reports/index.html",
        found=found,
        wanted=wanted,
        choices=_choices(),
        charts=_charts(found, names),
        csv=link("/reports.csv", **_query()),
        bars=BARS,
        **names,
    )


@FAMILY.page("/reports.csv", Need.LOOK)
def sheet() -> ResponseReturnValue:
    wanted = _wanted()
    text = acts.as_csv(*here(), wanted).text
    answer = Response("\ufeff" + text, content_type="text/csv; charset=utf-8")  # for spreadsheets
    answer.headers["Content-Disposition"] = 'attachment; filename="kidgate.csv"'
    return answer


@FAMILY.form("/reports/school", Need.LOOK)
def school() -> ResponseReturnValue:
    asked = papers.school.from_text({**form_values(), "language": g.words.language})
    return _file(papers.school(*here(), asked))


@FAMILY.form("/reports/check", Need.CHANGE)
def check() -> ResponseReturnValue:
    found = papers.check(*here(), Nothing())
    return render_template("reports/checked.html", found=found, **called())


@FAMILY.form("/journal/<int:number>/pack", Need.CHANGE)
def pack(number: int) -> ResponseReturnValue:
    named = form_values().get("named") == "true"
    return _file(papers.pack_(*here(), PackWanted(number, named)))


def _file(paper: Paper) -> Response:
    answer = Response(paper.data, content_type=paper.kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{paper.name}"'
    return answer


def _wanted() -> NumbersWanted:
    found: NumbersWanted = acts.numbers.from_text(_query())
    return found


def _query() -> dict[str, str]:
    return {name: request.args.get(name, "") for name in FILTERS}


def _choices() -> dict[str, Choices]:
    return {
        "days": [(key, g.words(f"reports.days_options.{key}")) for key in PERIODS],
        "child": child_choices(),
        "group": group_choices(),
    }


def _charts(found: Numbers, names: dict[str, Callable[[str], str]]) -> dict[str, Markup]:
    """Those that have something to show."""
    charts: dict[str, Markup] = {}
    days = [(day(at, g.words), count) for at, count in found.days]
    if found.total and len(days) > 1:
        chart = _chart("day", days)
        short = [str(at.day) for at, _ in found.days]
        few = len(days) <= COLUMNS
        charts["day"] = columns(chart, days, short) if few else columns(chart, days, _thin(short))
    for name, counts, called_ in (
        ("child", found.children, names["child_name"]),
        ("category", found.categories, names["category_name"]),
        ("reason", found.reasons, names["reason_name"]),
    ):
        if counts:
            data = [(called_(key), count) for key, count in counts[:BARS]]
            charts[name] = rows(_chart(name, data), data)
    return charts


def _thin(labels: Sequence[str]) -> list[str]:
    """Every fifth: more have no room."""
    return [label if place % 5 == 0 else "" for place, label in enumerate(labels)]


def _chart(name: str, data: Sequence[tuple[str, int]]) -> Chart:
    first = max(data, key=lambda pair: pair[1])
    return Chart(
        f"by-{name}",
        g.words(f"reports.by.{name}"),
        g.words("reports.chart_text", name=first[0], most=first[1]),
        (g.words("reports.name"), g.words("reports.attempts")),
        g.words("reports.numbers"),
    )
