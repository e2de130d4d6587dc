from __future__ import annotations

from datetime import date

import pytest

from kidgate.documents.digest.messages import alert_message, summed_message, trial_message
from kidgate.documents.digest.week import Week, compose

FIRST, LAST = date(2026, 11, 15), date(2026, 11, 22)
FULL = Week(
    "mai",
    name="Mai Nguyễn",
    age=10,
    total=21,
    before=12,
    categories=[("games", 12), ("phishing", 3)],
    reasons=[("bedtime", 6)],
    new=[("phishing", 3)],
    lookalikes=2,
    lookalike_hosts=["vietcornbank.example"],
    minutes=[("all", 300), ("category:games", 120), ("service:youtube", 90)],
    asked=3,
    approved=2,
    denied=0,
    still_open=1,
    streak=9,
    alerts=[("security", {"child": "mai", "hosts": ["a.example"], "category": "phishing"}, 1)],
)


def test_full_week_tells_everything_in_english() -> None:
    made = compose([FULL], FIRST, LAST, language="en", link="https://kidgate.example")
    assert made.title == "The week with Mai Nguyễn: 2026-11-15 to 2026-11-22"
    for part in (
        "Stopped 21 times (12 in the week before).",
        "9 days in a row",
        "- Games: 12.",
        "- bedtime: 6",
        "Phishing, for the first time in a month (3)",
        "Stopped 2 times at sites that only look like known ones: vietcornbank.example.",
        "- In all: 300 minutes",
        "3 asked: 2 granted, 0 refused, 1 still open.",
        "https://kidgate.example",
    ):
        assert part in made.text
        assert part.removeprefix("- ") in made.html


def test_week_is_told_in_vietnamese_with_two_questions() -> None:
    made = compose([FULL], FIRST, LAST, language="vi")
    assert made.title == "Tuần của Mai Nguyễn: 15/11 đến 22/11"
    _, _, end = made.text.partition("Hai câu hỏi cho lúc thong thả\n")
    assert [line[:2] for line in end.splitlines()[:3]] == ["- ", "- ", ""]
    assert "The " not in made.text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_empty_parts_are_left_out(language: str) -> None:
    quiet = compose([Week("an")], FIRST, LAST, language=language)
    assert "0" not in quiet.text.replace("2026-11-15", "").replace("2026-11-22", "")
    assert quiet.html.count("<h3>") == 1
    assert compose([], FIRST, LAST, language=language).text


def test_several_children_have_headings() -> None:
    made = compose([FULL, Week("an", name="An")], FIRST, LAST, language="en")
    assert "\nAn\n==\n" in made.text and "<h2>An</h2>" in made.html


def test_markup_and_marks_come_as_text() -> None:
    nasty = Week("x", name="<script>\u202e", total=1, lookalikes=1, lookalike_hosts=["<b>&"])
    made = compose([nasty], FIRST, LAST, language="en", link='https://k.example/"><script>')
    assert "<script" not in made.html and "<b>" not in made.html
    assert "\u202e" not in made.html + made.text + made.title


def test_alert_says_what_to_do_and_where_to_look() -> None:
    facts = {"child": "mai", "name": "Mai", "device": "tablet", "hosts": []}
    made = alert_message("self_harm", "urgent", facts, 1, "vi", "https://k.example/alerts")
    assert made.title == "Khẩn: Mai có thể đang không ổn"
    assert "111" in made.text and "https://k.example/alerts" in made.text


def test_several_messages_become_one() -> None:
    made = summed_message([("a", "first"), ("b", "second")], "en")
    assert made.title == "Kidgate: 2 things at once"
    assert "* a\nfirst" in made.text and "* b\nsecond" in made.text
    assert trial_message("vi").text != trial_message("en").text
