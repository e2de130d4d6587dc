"""Frames survive their way."""

from __future__ import annotations

from kidgate.content.images.model_spec import ModelSpec
from kidgate.proxy.pictures.wire import HEAD, Answer, Told, framed


def test_what_is_told_arrives_as_it_was() -> None:
    spec = ModelSpec((224, 192), ("adult", "harmless"), mean=(0.5, 0.4, 0.3))
    for told in (Told("a", "b", spec, 5, 3), Told("", "", None, 0, 1)):
        assert Told.load(told.dump()) == told


def test_answer_arrives_as_it_was() -> None:
    answer = Answer("a fault", "a list", {"adult": 12.5}, "vì sao")
    assert Answer.load(answer.dump()) == answer
    assert Answer.load(Answer().dump()) == Answer()
    drawn = Answer(drawn=b"\xff\xd8")
    assert Answer.load(drawn.dump(), drawn.drawn) == drawn


def test_frame_begins_with_its_length() -> None:
    data = framed(b"abc", 7)
    assert HEAD.unpack(data[: HEAD.size]) == (3, 7) and data[HEAD.size :] == b"abc"
