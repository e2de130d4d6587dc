"""Answers that arrive piece by piece: the same is heard however they are cut."""

from __future__ import annotations

import json
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.content.messages.hear import ANY_ASSISTANT, ANY_PEOPLE
from kidgate.content.messages.said import Said
from kidgate.content.messages.streams import BUFFER, Stream

FAST = settings(max_examples=150, deadline=None, database=None)
SSE = "text/event-stream"
BODY = (
    b": comment\r\nevent: x\r\nid: 7\r\n"
    b'data: {"delta":{"content":"Ch\xc3\xa0o "}}\r\n\r\n'
    b'data: {"delta":\ndata: {"content":"em"}}\n\n'
    b"data: [DONE]\n\n"
)


def heard(stream: Stream, chunks: list[bytes]) -> list[Said]:
    said = [one for chunk in chunks for one in stream.feed(chunk)]
    return [*said, *stream.finish().said]


@FAST
@given(cuts=st.lists(st.integers(0, len(BODY)), max_size=6).map(sorted))
def test_a_stream_says_the_same_wherever_it_is_cut(cuts: list[int]) -> None:
    ends = [0, *cuts, len(BODY)]
    chunks = [BODY[a:b] for a, b in pairwise(ends)]
    said = heard(Stream(ANY_ASSISTANT, SSE), chunks)
    assert [one.text for one in said] == ["Chào ", "em"]


def test_an_event_is_heard_as_soon_as_it_ends() -> None:
    stream = Stream(ANY_PEOPLE, SSE)
    assert stream.feed(b'data: {"text":"xin') == []
    assert [one.text for one in stream.feed(b' em"}\n\n')] == ["xin em"]


def test_a_line_of_json_is_heard_as_soon_as_it_ends() -> None:
    stream = Stream(ANY_ASSISTANT, "application/json")
    assert [one.text for one in stream.feed(b'{"token":"xin"}\n{"tok')] == ["xin"]
    assert [one.text for one in stream.feed(b'en":" em"}\n')] == [" em"]
    assert stream.finish().unread == ""


def test_a_document_over_many_lines_is_heard_at_its_end() -> None:
    stream = Stream(ANY_PEOPLE, "application/json")
    body = json.dumps({"messages": [{"text": "xin em"}, {"text": "đi đâu"}]}, indent=1).encode()
    assert [one.text for one in heard(stream, [body])] == ["xin em", "đi đâu"]


def test_an_event_without_end_is_given_up_and_told() -> None:
    stream = Stream(ANY_PEOPLE, SSE)
    stream.feed(b"data: " + b"x" * (BUFFER + 10))
    assert stream.feed(b'\n\ndata: {"text":"xin em"}\n\n') == []
    assert stream.finish().unread.startswith("longer than")
    many = Stream(ANY_PEOPLE, SSE)
    for _ in range(40):
        many.feed(b"data: " + b"x" * (BUFFER // 30) + b"\n")
    assert many.finish().unread.startswith("longer than")


def test_a_stream_goes_on_after_many_events() -> None:
    """What an event held is given back when it ends."""
    stream = Stream(ANY_PEOPLE, SSE)
    for number in range(40):
        text = f"câu {number} " + "x " * (BUFFER // 60)
        said = stream.feed(b"data: " + json.dumps({"text": text}).encode() + b"\n\n")
        assert len(said) == 1
    assert stream.finish().unread == ""
