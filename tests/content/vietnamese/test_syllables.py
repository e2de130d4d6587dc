"""Which syllables there are, and where their tone stands."""

from __future__ import annotations

import pytest

from kidgate.content.vietnamese.letters import TONES
from kidgate.content.vietnamese.syllables import syllable

ACUTE, GRAVE, HOOK, TILDE, DOT = TONES


@pytest.mark.parametrize(
    ("onset", "rime", "tone", "whole"),
    [
        ("h", "oa", GRAVE, "hoà"),
        ("h", "oan", GRAVE, "hoàn"),
        ("kh", "oe", HOOK, "khoẻ"),
        ("th", "uy", ACUTE, "thuý"),
        ("m", "ua", GRAVE, "mùa"),
        ("m", "ia", ACUTE, "mía"),
        ("đ", "ươc", DOT, "được"),
        ("ng", "oai", DOT, "ngoại"),
        ("ch", "uyên", DOT, "chuyện"),
        ("", "yêu", "", "yêu"),
        ("ngh", "iên", TILDE, "nghiễn"),
    ],
)
def test_parts_make_a_syllable(onset: str, rime: str, tone: str, whole: str) -> None:
    assert syllable(onset, rime, tone) == whole


@pytest.mark.parametrize(
    ("onset", "rime", "tone"),
    [("f", "a", ""), ("b", "ac", GRAVE), ("b", "ac", ""), ("b", "ooc", ACUTE), ("c", "uoc", ACUTE)],
)
def test_what_is_no_syllable_is_none(onset: str, rime: str, tone: str) -> None:
    assert syllable(onset, rime, tone) is None
