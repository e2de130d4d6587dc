"""What conversations come to: ordinary ones to nothing, staged ones to every tier's limit."""

from __future__ import annotations

import gzip
import json
from itertools import pairwise
from pathlib import Path

import pytest

from kidgate.content.messages.conversation import Conversation
from kidgate.content.messages.said import ME, Said
from kidgate.content.messages.score import STRETCH, score, score_text
from kidgate.documents.builtin import load_builtin
from kidgate.policies.chats import CATEGORIES
from tests.content.messages.talks import Talk, heard, sayings, talks

LIMITS = [tier.message_limits for tier in load_builtin()[0] if tier.message_limits]
LOWEST = min(min(limits.values()) for limits in LIMITS)
HIGHEST = {kind: max(limits.get(kind, 0.0) for limits in LIMITS) for kind in LIMITS[0]}
HARMLESS = [*talks("harmless_vi.txt"), *talks("harmless_en.txt")]
STAGED = [*talks("staged_vi.txt"), *talks("staged_en.txt")]
VARIED = [*talks("varied_vi.txt"), *talks("varied_en.txt")]
FRIENDS = [*talks("friends_vi.txt"), *talks("friends_en.txt")]
LEARNT = [*talks("learnt_vi.txt"), *talks("learnt_en.txt")]
UNSEEN = [*talks("unseen_vi.txt"), *talks("unseen_en.txt")]
VEILED = [*talks("veiled_vi.txt"), *talks("veiled_en.txt")]
CALM = [*talks("calm_vi.txt"), *talks("calm_en.txt")]
INNOCENT = [*talks("innocent_vi.txt"), *talks("innocent_en.txt")]
FROM_NINE = 45.0  # the limit of tiers 9-12 and 13-15


def first(talk: Talk) -> str:
    return talk[0][1][:40]


def test_there_is_enough_to_tell() -> None:
    assert sum(map(len, HARMLESS)) >= 300
    assert len(STAGED) >= 30
    assert {*CATEGORIES, "grooming"} == set(HIGHEST)


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("talk", HARMLESS, ids=first)
def test_ordinary_talk_reaches_no_tiers_limit(talk: Talk, named: bool) -> None:
    found = score(heard(talk, named=named))
    assert all(value < LOWEST for value in found.scores.values()), found


def test_an_ordinary_line_alone_reaches_no_tiers_limit() -> None:
    for talk in HARMLESS:
        for _, text in talk:
            assert all(value < LOWEST for value in score_text(text, sayings()).scores.values()), (
                text
            )


# Three plain stages, and nothing in them that friends do not say.
ONLY_FOR_THE_YOUNGEST = {"em làm việc này kiếm tiền không, nhẹ lắm"}


@pytest.mark.parametrize(
    "talk", [t for t in STAGED if first(t) not in ONLY_FOR_THE_YOUNGEST], ids=first
)
def test_staged_talk_reaches_every_tiers_limit(talk: Talk) -> None:
    found = score(heard(others(talk)))
    assert found.scores["grooming"] >= HIGHEST["grooming"], found
    assert len({sign.kind for sign in found.evidence["grooming"]}) >= 3


def others(talk: Talk) -> Talk:
    """The other has no name, as in most chats of two."""
    return [("" if who == "them" else who, text) for who, text in talk]


def test_most_staged_talk_in_other_words_is_found() -> None:
    """Whoever writes anew finds words that no list has: three in four is what to hold."""
    values = [score(heard(others(talk))).scores.get("grooming", 0.0) for talk in VARIED]
    assert len(values) >= 30
    assert sum(value >= FROM_NINE for value in values) >= 0.7 * len(values)
    assert sum(value >= LOWEST for value in values) >= 0.85 * len(values)


def reached(some: list[Talk]) -> float:
    """The share that reaches the limit of 9-12."""
    values = [score(heard(others(talk))).scores.get("grooming", 0.0) for talk in some]
    return sum(value >= FROM_NINE for value in values) / len(values)


def test_word_classes_find_what_they_were_made_with_and_some_of_what_they_were_not() -> None:
    """What is measured is in docs/accuracy.md; here is what must not get worse."""
    assert len(UNSEEN) >= 50
    assert reached(LEARNT) >= 0.8
    assert reached(UNSEEN) >= 0.6
    assert reached(VEILED) >= 0.3


def test_hard_innocent_talk_is_left_alone_but_for_a_few() -> None:
    assert len(INNOCENT) >= 40
    assert reached(CALM) <= 0.01
    assert reached(INNOCENT) <= 0.05


def test_plain_signs_far_apart_are_not_put_together() -> None:
    said = [
        "how old are you",
        "who else is there with you",
        "send me a cute pic",
        "dont tell anyone about it",
    ]
    near, far = Conversation(sayings()), Conversation(sayings())
    near.hear(Said(text) for text in said)
    assert {sign.level for m in near.messages() for sign in m.signs or ()} <= {"weak", "plain"}
    assert score(near).scores["grooming"] >= LOWEST
    for text in said:
        far.hear([Said(text), *(Said(f"{text[:3]} was round {n}") for n in range(STRETCH))])
    assert score(far).scores.get("grooming", 0.0) < LOWEST


@pytest.mark.parametrize("talk", FRIENDS, ids=first)
def test_friends_who_tell_secrets_and_send_pictures_may_talk_from_nine_on(talk: Talk) -> None:
    found = score(heard(talk)).scores
    assert found.get("grooming", 0.0) < FROM_NINE
    assert all(value < LOWEST for kind, value in found.items() if kind != "grooming")


def test_nine_is_where_the_limit_begins() -> None:
    tiers = {tier.key: tier.message_limits for tier in load_builtin()[0]}
    assert tiers["9-12"]["grooming"] == tiers["13-15"]["grooming"] == FROM_NINE


@pytest.mark.parametrize("talk", STAGED, ids=first)
def test_no_two_stages_reach_a_limit(talk: Talk) -> None:
    """However many signs of them there are."""
    conversation = heard(talk, named=False)
    signs = [sign for message in conversation.messages() for sign in message.signs or ()]
    stages = sorted({sign.kind for sign in signs} - set(CATEGORIES))
    for kept in pairwise(stages):
        two = heard(talk, named=False)
        for message in two.messages():
            message.signs = tuple(sign for sign in message.signs or () if sign.kind in kept)
        assert score(two).scores.get("grooming", 0.0) < LOWEST


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("con không muốn sống nữa", "self_harm"),
        ("em muốn tự tử", "self_harm"),
        ("tớ lại rạch tay mình tối qua", "self_harm"),
        ("minh muon chet qua", "self_harm"),
        ("i dont want to live anymore", "self_harm"),
        ("sometimes i want to kill myself", "self_harm"),
        ("ive been cutting myself again", "self_harm"),
        ("everyone would be better off without me", "self_harm"),
        ("sao mày không chết đi", "bullying"),
        ("cả lớp ghét mày đấy, biến khỏi lớp này đi", "bullying"),
        ("kill yourself loser", "bullying"),
        ("nobody likes you, everyone hates you", "bullying"),
        ("giết hết bọn da đen", "hate"),
        ("muslims should die", "hate"),
        ("gửi ảnh nude cho anh đi", "adult"),
        ("wanna trade nudes", "adult"),
        ("việc nhẹ lương cao, ib em nhé", "scam"),
        ("đọc cho anh mã OTP vừa gửi tới", "scam"),
        ("tell me the verification code you got", "scam"),
        ("your account is locked, click the link to verify", "scam"),
    ],
)
def test_one_strong_saying_reaches_the_limit_of_its_category(text: str, category: str) -> None:
    assert score_text(text, sayings()).scores[category] >= HIGHEST[category]


@pytest.mark.parametrize(
    "text",
    [
        "chết cười mất thôi",
        "cười muốn chết luôn á",
        "mệt muốn chết",
        "đói muốn chết, đi ăn đi",
        "game: giết boss xong rồi",
        "tao chết 3 lần ở màn này",
        "mày chán sống à haha",
        "môn nhảy cầu ở olympic đẹp thật",
        "mẹ cắt tay áo cho con",
        "bài văn về lão hạc tự tử",
        "con lợn ăn gì",
        "I'm dead",
        "i'm dead lol",
        "dying of laughter",
        "kill the boss first",
        "this homework is killing me",
        "to die for",
        "my mum is gonna kill me",
        "i cut my hair today",
        "suicide squad is a bad movie",
        "shut up haha",
        "lets meet at school",
        "mẹ chuyển khoản cho con rồi nhé",
        "công an xã mình làm căn cước ở đâu",
        "gửi cho tớ ảnh bài tập",
    ],
)
def test_everyday_words_that_sound_alike_hit_nothing(text: str) -> None:
    assert all(value < LOWEST for value in score_text(text, sayings()).scores.values())


def test_stages_of_different_people_are_not_put_together() -> None:
    talk = [("a", "em mấy tuổi rồi"), ("b", "đừng nói với cô giáo"), ("c", "bật cam lên nào")]
    assert score(heard(talk)).scores["grooming"] < LOWEST
    one = [("a", text) for _, text in talk]
    assert score(heard(one)).scores["grooming"] >= LOWEST


def test_stages_of_different_rooms_are_not_put_together() -> None:
    texts = ("how old are you", "dont tell your parents", "turn your cam on")
    for talks_of, reaches in ((("1", "2", "3"), False), (("1", "1", "1"), True)):
        conversation = Conversation(sayings())
        conversation.hear(Said(text, "x", talk) for text, talk in zip(texts, talks_of, strict=True))
        assert (score(conversation).scores["grooming"] >= LOWEST) is reaches


def test_what_a_child_answers_is_no_stage_of_the_other() -> None:
    talk = [("", "how old are you"), (ME, "dont tell your parents"), (ME, "turn your cam on")]
    assert score(heard(talk)).scores["grooming"] < LOWEST


def test_evidence_names_the_sayings_that_hit() -> None:
    found = score_text("đồ ngu ngốc", sayings())
    assert [(s.kind, s.level) for s in found.evidence["bullying"]] == [("bullying", "plain")]
    assert "ngu ngốc" in found.evidence["bullying"][0].saying
    assert set(found.evidence) == set(found.scores)


def test_nothing_said_scores_nothing() -> None:
    assert score(Conversation(sayings())).scores == {}
    assert score_text("", sayings()).scores == {}


def test_sentences_of_books_and_news_do_not_sound_like_talk(shared: Path) -> None:
    """Harmless texts of the shared data: fewer than one sentence in a thousand says anything."""
    folder = shared / "data" / "text"
    said = wrong = 0
    for name in ("kids-stories-en-a.jsonl.gz", "vi-health-questions-a.jsonl.gz"):
        for line in gzip.decompress((folder / name).read_bytes()).decode().splitlines():
            text = " ".join(v for v in json.loads(line).values() if isinstance(v, str))
            for sentence in text.split(".")[:5]:
                found = score_text(sentence[:500], sayings()).scores
                said += 1
                wrong += any(v >= LOWEST for k, v in found.items() if k != "self_harm")
    assert said > 1500
    assert wrong <= said // 1000
