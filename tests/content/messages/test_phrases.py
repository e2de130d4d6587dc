"""What was said, read by the phrase lists: their categories, and never one phrase alone."""

from __future__ import annotations

from kidgate.content.messages.phrases import phrase_scores
from kidgate.content.phrases.loading import analyser
from kidgate.policies.phrases import Phrase

PHRASES = analyser(
    [
        Phrase(("trúng thưởng",), 80, "scam", "t"),
        Phrase(("chuyển khoản",), 80, "scam", "t"),
        Phrase(("tài xỉu",), 80, "gambling", "t"),
        Phrase(("nổ hũ",), 80, "gambling", "t"),
    ]
)


def test_messages_count_together_and_only_in_their_categories() -> None:
    texts = ("bạn trúng thưởng", "chuyển khoản nhé", "tài xỉu", "nổ hũ")
    assert set(phrase_scores(texts, PHRASES)) == {"scam"}
    assert phrase_scores(texts, PHRASES)["scam"] > 45


def test_one_phrase_is_below_every_limit() -> None:
    assert phrase_scores(["bạn trúng thưởng"], PHRASES)["scam"] < 30
    assert phrase_scores([], PHRASES) == {}
