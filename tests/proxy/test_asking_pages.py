"""The pages of asking, waiting and of the child itself: every state, reading age and language."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import product

import pytest
from hypothesis import given

from kidgate.policies.model import JournalLevel, Reason
from kidgate.policies.schedule import parse_schedule
from kidgate.proxy.pages.facts import (
    AskFacts,
    MeFacts,
    Recorded,
    Ruled,
    Spent,
    WaitingFacts,
)
from kidgate.proxy.pages.languages import LANGUAGES
from kidgate.proxy.pages.words import BANDS, load_words
from tests.proxy.test_pages import (
    AGES,
    FAST,
    HANOI,
    HOSTILE,
    PAGES,
    Reader,
    assert_complete,
    render,
)

AT = datetime(2026, 11, 22, 20, 15, tzinfo=HANOI)
LOOK = "/.well-known/kidgate/waiting?t=abc"
STATES = ("open", "approved", "over", "denied", "expired", "unknown", "odd")
SAID = ("", "odd", "name", "open", "never", "busy", "limited")
ME = MeFacts(
    known=True,
    name="Mai",
    tier="9-12",
    age=9,
    listed=False,
    closed=("Gambling",),
    asked=("Social",),
    warned=("Shopping",),
    rules=(
        *(Ruled(action, "a.example") for action in ("allow", "pass", "block", "warn", "ask")),
        Ruled("watch", "b.example", parse_schedule("mon,wed 08:00-11:30,13:00-17:00"), AT),
    ),
    bedtime=parse_schedule("daily 21:00-06:00"),
    hours=parse_schedule("weekdays 06:00-21:00 from 2026-01-01"),
    level=JournalLevel.HOST,
    retention_days=90,
    lines=(Recorded(AT, "a.example", "rule", 3), Recorded(AT, "", "")),
    requests=tuple(
        Recorded(AT, "c.example", state, text="words")
        for state in ("open", "approved", "denied", "expired")
    ),
    minutes=(Spent("", 31, 60), Spent("YouTube", 5, None)),
)
each = pytest.mark.parametrize(
    ("language", "band"), [*product(LANGUAGES, BANDS)], ids=lambda value: str(value)
)


@each
def test_form_or_why_there_is_none_stands_on_every_block_page(language: str, band: str) -> None:
    for reason, ask in product(Reason, ("", "sealed.token")):
        page = render(reason=reason, ask=ask, known=True, age=AGES[band], language=language)
        reader = assert_complete(page)
        assert reader.count("textarea") == reader.count("form") == (1 if ask else 0)
        words = load_words(language)
        reasons = [words("asking", "cannot", key, band) for key in ("never", "time", "guard")]
        reasons.append(words("asking", "cannot", "machine", band))
        assert sum(text in page for text in reasons) == (0 if ask else 1)


@each
def test_page_that_waits_says_how_it_looks_and_how_to_stop_it(language: str, band: str) -> None:
    for state, seconds in product(STATES, (0, 3, 10, 60, 300)):
        looks = state in ("open", "approved")
        facts = WaitingFacts(
            state,
            site="site.example",
            seconds=seconds if looks else 0,
            look=LOOK if looks else "",
            own_name="kidgate.home.arpa",
            age=AGES[band],
        )
        page = PAGES.waiting(facts, language)
        assert_complete(page)
        assert (LOOK in page) is looks
        assert (f"{LOOK}&amp;still" in page) is (looks and seconds > 0)
        if looks and seconds in (3, 300):
            assert str(3 if seconds == 3 else 5) in page


@each
def test_page_of_our_own_host_says_what_came_of_a_form(language: str, band: str) -> None:
    for said, known, own in product(SAID, (True, False), (True, False)):
        token = "sealed.token" if known and own else ""
        facts = AskFacts(token, known, own, said, "site.example", AGES[band])
        reader = assert_complete(PAGES.ask(facts, language))
        assert reader.count("form") == bool(token)
        assert sum("role" in attrs for _, attrs in reader.tags) == bool(said)


@each
def test_childs_own_page_is_complete(language: str, band: str) -> None:
    empty = replace(
        ME, closed=(), asked=(), warned=(), rules=(), bedtime=None, hours=None, lines=(),
        requests=(), minutes=(), listed=True,
    )  # fmt: skip
    for facts in (ME, empty, replace(empty, lines=None), replace(empty, known=False)):
        assert_complete(PAGES.me(replace(facts, age=AGES[band]), language))


def test_youngest_are_not_read_a_list_of_what_they_may_not_see() -> None:
    assert "Gambling" not in PAGES.me(replace(ME, age=6), "en")
    assert "Gambling" in PAGES.me(ME, "en")


@given(text=HOSTILE)
@FAST
def test_text_from_outside_stays_text_on_every_page(text: str) -> None:
    facts = AskFacts(text, True, True, "name", text, 13)
    waits = WaitingFacts("denied", site=text, answer=text, look="", age=13)
    me = replace(
        ME,
        name=text,
        tier=text,
        closed=(text,),
        rules=(Ruled("block", text),),
        lines=(Recorded(AT, text, text),),
        requests=(Recorded(AT, text, "denied", text=text),),
        minutes=(Spent(text, 1, None),),
    )
    for page, plain in (
        (PAGES.ask(facts, "en"), PAGES.ask(AskFacts("t", True, True, "name", "s", 13), "en")),
        (PAGES.waiting(waits, "en"), PAGES.waiting(replace(waits, answer="a", site="s"), "en")),
        (PAGES.me(me, "en"), ""),
    ):
        reader = assert_complete_hostile(page)
        if plain and text.strip():
            assert len(reader) <= len(assert_complete_hostile(plain))


def assert_complete_hostile(page: str) -> list[str]:
    """The elements of a page that is well formed and holds nothing that acts."""
    reader = Reader(page)
    assert reader.count("script") == reader.count("img") == 0
    for _, attrs in reader.tags:
        assert not [key for key in attrs if key.startswith("on") or key in ("src", "style")]
    assert "\u202e" not in page and "\x00" not in page
    return [tag for tag, _ in reader.tags]
