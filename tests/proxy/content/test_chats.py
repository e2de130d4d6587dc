"""Conversations: one for each device and service, the last of it, and only what is said now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kidgate.content.messages.hear import Services
from kidgate.content.messages.sayings import Sayings
from kidgate.content.phrases.loading import analyser
from kidgate.documents.chats import load_chats
from kidgate.policies.deciders import CRISIS
from kidgate.policies.model import Decision, Facts, Reason, Source, Verdict, Visit
from kidgate.policies.names import parse_url
from kidgate.policies.phrases import Phrase
from kidgate.proxy.content import chats
from kidgate.proxy.content.chats import Talks, lets_go_on
from tests.proxy.stand import NOW, gateway

CHATS = load_chats()
SAYINGS = Sayings(CHATS.sayings)
PHRASES = analyser(
    [Phrase((text,), 90, "scam", "t") for text in ("chuyển khoản ngay", "trúng thưởng")]
)
STAGES = (
    "em có ở nhà một mình không",
    "chụp một tấm hình gửi anh xem nào",
    "chuyện này đừng nói với bố mẹ nhé",
)


def talks() -> Talks:
    return Talks(Services(CHATS.services), SAYINGS, PHRASES)


def visit(device: str = "tablet", url: str = "https://claude.ai/api/x") -> Visit:
    return Visit(parse_url(url), NOW, "mai", device)


def said(held: Talks, text: str, device: str = "tablet") -> dict[str, float]:
    where = visit(device)
    row = held.at(where, gateway().snapshot)
    assert row is not None
    body = f'{{"prompt": "{text}"}}'.encode()
    return dict(held.body(where, row, body, "application/json", outgoing=True)[0])


def test_stages_add_up_on_one_device_alone() -> None:
    held = talks()
    assert max(said(held, STAGES[0]).values(), default=0) < 30
    assert max(said(held, STAGES[1]).values(), default=0) < 30
    assert max(said(held, STAGES[2], "phone").values(), default=0) < 30
    assert said(held, STAGES[2])["grooming"] >= 45


def test_what_was_said_before_stops_nothing_that_is_harmless() -> None:
    held = talks()
    for text in STAGES:
        said(held, text)
    assert said(held, "hôm nay trời đẹp quá") == {}
    assert said(held, STAGES[2]) == {}  # it is the same, sent along again
    assert "grooming" in said(held, "nhớ xóa tin nhắn này đi, bí mật của tụi mình")


def test_phrase_lists_read_along() -> None:
    assert said(talks(), "bạn đã trúng thưởng, hãy chuyển khoản ngay")["scam"] > 45
    assert said(talks(), "mình trúng thưởng rồi").get("scam", 0) < 30


def test_conversations_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chats, "CONVERSATIONS", 2)
    held = talks()
    for device in ("a", "b", "c"):
        for text in STAGES[:2]:
            said(held, text, device)
    assert max(said(held, STAGES[2], "a").values(), default=0) < 30  # forgotten
    assert said(held, STAGES[2], "c")["grooming"] >= 45


def test_site_that_carries_no_talk_has_no_row() -> None:
    assert talks().at(visit(url="https://wikipedia.org/"), gateway().snapshot) is None


@pytest.mark.parametrize(
    ("changes", "resource", "goes_on"),
    [
        ({}, "empty", True),
        ({}, "document", False),
        ({}, "", False),
        ({"verdict": Verdict.BLOCK}, "empty", False),
        ({"category": "grooming"}, "empty", False),
        ({"reason": Reason.PAGE_TEXT}, "empty", True),  # in a stream
        ({"reason": Reason.SEARCH_TERM}, "empty", False),
    ],
)
def test_child_in_need_goes_on_where_no_page_can_be_shown(
    changes: dict[str, object], resource: str, *, goes_on: bool
) -> None:
    decision = Decision(Verdict.WARN, Reason.MESSAGE, Source("tier", "t"), CRISIS)
    asked = replace(visit(), facts=Facts(resource=resource))
    assert lets_go_on(asked, replace(decision, **changes)) is goes_on  # type: ignore[arg-type]
