from __future__ import annotations

from xml.etree import ElementTree

from kidgate.dashboard.web.charts import Chart, columns, rows

CHART = Chart("week", "A <title>", "Most on Mon: 9.", ("Day", "Attempts"), "The numbers")
DATA = [("Mon <b>", 9), ("Tue\u202e", 0), ("W" * 80, 3)]


def tree(markup: str) -> ElementTree.Element:
    return ElementTree.fromstring(markup)


def test_chart_has_a_name_a_sentence_and_its_numbers_in_a_table() -> None:
    for found in (columns(CHART, DATA, ["M", "T", "W"]), rows(CHART, DATA)):
        root = tree(found)
        svg = root.find("svg")
        assert svg is not None
        ids = (svg.get("aria-labelledby") or "").split()
        named = {one.get("id"): one.text for one in (*svg.findall("title"), *svg.findall("desc"))}
        assert [named[key] for key in ids] == [CHART.title, CHART.text]
        cells = ["".join(cell.itertext()) for cell in root.iter("td")]
        assert cells == ["9", "0", "3"]
        heads = ["".join(head.itertext()) for head in root.iter("th")]
        assert heads[:3] == ["Day", "Attempts", "Mon <b>"]


def test_chart_has_no_style_of_its_own_and_nothing_that_turns_text_around() -> None:
    found = columns(CHART, DATA, ["M", "T", "W"]) + rows(CHART, DATA)
    assert "style=" not in found
    assert "\u202e" not in found


def test_bars_are_as_long_as_their_numbers() -> None:
    bars = [int(bar.get("width", "")) for bar in tree(rows(CHART, DATA)).iter("rect")]
    assert bars == [300, 2, 100]
    assert list(tree(columns(CHART, [], [])).iter("rect")) == []
