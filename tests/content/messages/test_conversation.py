"""The window: what is joined, what is new, what is forgotten."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.content.messages.conversation import Conversation
from kidgate.content.messages.said import MACHINE, ME, Said
from kidgate.content.messages.score import score
from tests.content.messages.talks import sayings

FAST = settings(max_examples=100, deadline=None, database=None)


def told(conversation: Conversation) -> list[str]:
    return [message.text for message in conversation.messages()]


def piece(text: str) -> Said:
    return Said(text, MACHINE, joins=True)


def test_pieces_are_one_message_until_the_answer_ends() -> None:
    conversation = Conversation(sayings())
    conversation.hear([Said("hỏi gì đó", ME), piece("Ngày "), piece("xưa"), piece(" có")])
    conversation.end_answer()
    conversation.hear([piece("Hết")])
    assert told(conversation) == ["hỏi gì đó", "Ngày xưa có", "Hết"]


def test_an_answer_sent_again_longer_is_one_message() -> None:
    conversation = Conversation(sayings())
    for joins in (True, False):
        texts = ("một hai ba", "một hai ba bốn", "một hai ba bốn năm")
        new = [conversation.hear([Said(text, f"{joins}", joins=joins)]) for text in texts]
        assert new == [10, 4, 4]
    assert told(conversation) == ["một hai ba bốn năm"] * 2


def test_a_prompt_that_brings_the_history_along_adds_what_is_new() -> None:
    conversation = Conversation(sayings())
    conversation.hear([Said("chào bạn", ME), Said("chào em", MACHINE)])
    again = [Said("chào bạn", ME), Said("chào em", MACHINE), Said("kể chuyện đi", ME)]
    assert conversation.hear(again) == len("kể chuyện đi")
    assert told(conversation) == ["chào bạn", "chào em", "kể chuyện đi"]


def test_the_window_forgets_the_oldest() -> None:
    conversation = Conversation(sayings(), window=100, most=3)
    conversation.hear(Said(f"câu {number}") for number in range(5))
    assert told(conversation) == ["câu 2", "câu 3", "câu 4"]
    conversation.hear([Said("x" * 99)])
    assert told(conversation) == ["x" * 99]
    conversation.hear([Said("y" * 500)])
    assert told(conversation) == ["y" * 100]


def test_stages_that_left_the_window_count_no_more() -> None:
    conversation = Conversation(sayings(), most=5)
    conversation.hear(
        Said(text) for text in ("how old are you", "dont tell your parents", "turn your cam on")
    )
    assert score(conversation).scores["grooming"] > 30
    conversation.hear(Said(f"bài tập số {number}") for number in range(5))
    assert "grooming" not in score(conversation).scores


def test_a_sign_over_two_pieces_is_found() -> None:
    conversation = Conversation(sayings())
    conversation.hear([piece("you should kill your")])
    assert "bullying" not in score(conversation).scores
    conversation.hear([piece("self now")])
    assert score(conversation).scores["bullying"] >= 75


@FAST
@given(
    said=st.lists(
        st.builds(
            Said,
            text=st.text(alphabet="ab .", max_size=30),
            who=st.sampled_from(["", ME, MACHINE]),
            talk=st.sampled_from(["", "1"]),
            joins=st.booleans(),
        ),
        max_size=30,
    )
)
def test_the_window_is_never_exceeded(said: list[Said]) -> None:
    conversation = Conversation(sayings(), window=50, most=4)
    for one in said:
        assert 0 <= conversation.hear([one]) <= 50
        texts = told(conversation)
        assert len(texts) <= 4
        assert sum(map(len, texts)) == conversation._characters <= 50
