from __future__ import annotations

import json

import pytest

from kidgate.content.text.limits import Limits
from kidgate.content.text.page import Page
from kidgate.content.text.structured import is_json, read_events, read_feed, read_json


def lines(page: Page) -> list[str]:
    return [line for part in page.parts for line in part.text.split("\n")]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{"title": "chào em", "n": 1, "ok": true}', ["chào em"]),
        ('{"a": "ch\\u00e0o \\"em\\"\\nb"}', ['chào "em" b']),
        ('["a", ["b", {"c": "d"}]]', ["a", "b", "d"]),
        ('{"key": "x", "a key of words": "y"}', ["x", "a key of words", "y"]),
        ('{"html": "<p>a<b>b</b></p><p>c&amp;d</p>"}', ["ab", "c&d"]),
        ('{"html": "&lt;"}', ["<"]),
        (json.dumps({"inner": json.dumps({"a": "b", "c": "d e"})}), ["b", "d e"]),
        (
            '{"url": "https://x.example/a b", "id": "/a/b", "src": "data:x"}',
            ["https://x.example/a b"],
        ),
        (json.dumps({"token": "x" * 65, "text": "y" * 65 + " z"}), ["y" * 65 + " z"]),
        ('{"a": "\\ud800b"}', ["\ufffdb"]),
        ('{"a": "\\ud83d\\ude00"}', ["😀"]),
        ('{"a": "\\x b"}', ["\\x b"]),
        ('{"a": "cut sho', ["cut sho"]),
        ('{"a": "cut \\', ["cut"]),
        ('{"a": "b"}\n{"a": "c"}', ["b", "c"]),
        (')]}\'\n["a"]', ["a"]),
        ("[" * 100_000, []),
        ("forbidden phrase", ["forbidden phrase"]),
        ('{"a": "b" forbidden "c": "d"}', ["{ forbidden }", "b", "d"]),
        ('{"a": null, "b": true, "c": -1.5e10}', []),
        ("", []),
    ],
)
def test_read_json_when_strings_hold_text(source: str, expected: list[str]) -> None:
    assert [line for line in lines(read_json(source)) if line] == expected


def test_read_json_when_json_is_nested_too_deep() -> None:
    inner = json.dumps({"a": "innermost"})
    for _ in range(3):
        inner = json.dumps({"a": inner})
    page = read_json(inner)
    assert "innermost" in page.parts[0].text  # as it is written, not taken apart
    assert page.unread == ""


def test_read_json_when_there_are_too_many_strings() -> None:
    page = read_json(json.dumps(["a b"] * 100), Limits(tags=10))
    assert page.unread == "too many tags or strings"
    assert lines(page) == ["a b"] * 5


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "source", ['"' + '\\"' * 70_000, '"' * 140_000, '"a' * 70_000, '{"a":' * 30_000]
)
def test_read_json_when_hostile(source: str) -> None:
    assert read_json(source).unread == ""


def event(text: str) -> str:
    return "data: " + json.dumps({"id": "x1", "choices": [{"delta": {"content": text}}]})


def test_read_events_when_a_chatbot_answers_word_by_word() -> None:
    words = ["Ch", "ào", " em", ",", " phrase", " that", " is", " for", "bidden", "."]
    stream = "\n\n".join([*map(event, words), "data: [DONE]", ""])
    assert "Chào em, phrase that is forbidden." in lines(read_events(stream))


def test_read_json_when_lines_are_pieces_of_one_answer() -> None:
    words = ["for", "bid", "den", " phrase", "!"]
    source = "\n".join(json.dumps({"model": "m", "response": word}) for word in words)
    assert lines(read_json(source)) == ["m"] * 5 + ["forbidden phrase!"]


def test_read_events_when_events_are_whole() -> None:
    stream = (
        ": comment\r\nevent: news\r\ndata: first part\r\ndata: second\r\n\r\ndata:<b>x</b>y\n\n"
    )
    assert lines(read_events(stream)) == ["first part second", "xy"]


def test_read_events_when_values_are_short_but_apart() -> None:
    stream = "".join(f'data: {{"name": "mục {index}"}}\n\n' for index in range(6))
    assert lines(read_events(stream)) == [f"mục {index}" for index in range(6)]


def test_read_feed_when_items_hold_html() -> None:
    source = """<?xml version="1.0"?><rss><channel><title>Tin tức</title><item>
    <title>Một</title><description>&lt;p&gt;po&lt;b&gt;rn&amp;amp;&lt;/p&gt;</description>
    <content><![CDATA[<p>hai<i>ba</i>]]></content><link>x</link></item></channel></rss>"""
    assert lines(read_feed(source)) == ["Tin tức", "Một", "porn&", "haiba", "x"]


def test_read_feed_when_there_are_too_many_tags() -> None:
    assert read_feed("<a>b</a>" * 9, Limits(tags=5)).unread == "too many tags or strings"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{"a": ["b", 1.5e-3, true, null]}', True),
        (' \n[{"a": "\\""}]', True),
        (")]}'\n[]", True),
        ("for (;;);{}", True),
        ('{"a": "b"} and words', False),
        ("{a: 1}", False),
        ("from here", False),
        ("<p>", False),
        ("", False),
    ],
)
def test_is_json_when_the_type_says_otherwise(source: str, expected: bool) -> None:
    assert is_json(source) is expected
