"""Charts as SVG, made on the server: a title and a sentence for who hears them, the numbers in a
table for who reads them; colours by CSS class, so that they follow light and dark.

Labels are plain text and are escaped here; whoever gives names from outside makes them visible
first (`showing.outside`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from kidgate.proxy.pages.quoting import visible

WIDTH = 300  # units: about as many pixels as a phone has, so that letters keep their size
ROW = 40  # of a bar that lies
TALL = 120  # of a bar that stands
LONGEST = 36  # letters of a label
_BAR = Markup('<rect class="bar" x="{}" y="{}" width="{}" height="{}" rx="3"/>')
_TEXT = Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>')


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart says beside its bars. `name` is unique on a page: ids are made of it."""

    name: str
    title: str
    text: str  # in a sentence
    heads: tuple[str, str]  # of the table
    numbers: str  # what opens the table
    said: Callable[[int], str] = str  # a value, as people read it


def columns(chart: Chart, data: Sequence[tuple[str, int]], short: Sequence[str]) -> Markup:
    """Bars that stand side by side, as of days; `short` stands below each."""
    most = max((value for _, value in data), default=0) or 1
    step = WIDTH / max(len(data), 1)
    parts = []
    for place, ((_, value), below) in enumerate(zip(data, short, strict=True)):
        left, high = place * step, max(round(TALL * value / most), 2 if value else 0)
        middle = round(left + step / 2, 1)
        parts.append(
            _BAR.format(round(left + step * 0.15, 1), 18 + TALL - high, round(step * 0.7, 1), high)
        )
        parts.append(_TEXT.format("value", middle, 13 + TALL - high, "middle", value))
        parts.append(_TEXT.format("label", middle, TALL + 36, "middle", below))
    line = Markup('<line class="line" x1="0" y1="{0}" x2="{1}" y2="{0}"/>').format(18 + TALL, WIDTH)
    return _figure(chart, data, Markup("").join([*parts, line]), TALL + 44)


def rows(chart: Chart, data: Sequence[tuple[str, int]]) -> Markup:
    """Bars that lie one above the other, each with its name above it."""
    most = max((value for _, value in data), default=0) or 1
    parts = []
    for place, (label, value) in enumerate(data):
        top = place * ROW
        cut = label if len(label) <= LONGEST else label[: LONGEST - 1] + "…"
        parts.append(_TEXT.format("label", 0, top + 13, "start", visible(cut)))
        parts.append(_TEXT.format("value", WIDTH, top + 13, "end", chart.said(value)))
        parts.append(_BAR.format(0, top + 19, max(round(WIDTH * value / most), 2), 12))
    return _figure(chart, data, Markup("").join(parts), max(len(data), 1) * ROW)


def _figure(chart: Chart, data: Sequence[tuple[str, int]], drawn: Markup, height: float) -> Markup:
    lines = Markup("").join(
        Markup('<tr><th scope="row"><bdi>{}</bdi></th><td class="number">{}</td></tr>').format(
            visible(label), chart.said(value)
        )
        for label, value in data
    )
    return Markup(
        '<figure class="chart"><svg class="chart" role="img" viewBox="0 0 {width} {height}" '
        'aria-labelledby="{name}-title {name}-text"><title id="{name}-title">{title}</title>'
        '<desc id="{name}-text">{text}</desc>{drawn}</svg>'
        '<details><summary>{numbers}</summary><table><thead><tr><th scope="col">{first}</th>'
        '<th scope="col" class="number">{second}</th></tr></thead><tbody>{lines}</tbody></table>'
        "</details></figure>"
    ).format(
        width=WIDTH,
        height=height,
        name=escape(chart.name),
        title=chart.title,
        text=chart.text,
        drawn=drawn,
        numbers=chart.numbers,
        first=chart.heads[0],
        second=chart.heads[1],
        lines=lines,
    )
