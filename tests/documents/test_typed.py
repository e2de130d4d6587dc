"""The walker: every fault at once, each with its line, and values of the right types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta

from kidgate.documents.faults import Faults
from kidgate.documents.strict_yaml import read
from kidgate.documents.typed import Decoder, Parsed, decode


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def even(text: str) -> int:
    if int(text) % 2:
        raise ValueError(f"`{text}` is odd")
    return int(text)


@dataclass(frozen=True)
class Inner:
    x: int
    y: str = "why"


@dataclass(frozen=True)
class Outer:
    name: str = ""
    count: Annotated[int, Meta(ge=1, le=9)] = 1
    share: float = 0.0
    on: bool = False
    colour: Colour = Colour.RED
    choice: Literal["a", "b"] = "a"
    day: date | None = None
    at: datetime | None = None
    inner: Inner | None = None
    many: tuple[Inner, ...] = ()
    words: tuple[str, ...] = ()
    levels: Mapping[str, Colour] = field(default_factory=dict)
    pair: Annotated[int, Parsed(even)] = 0
    from_: str = ""


def faults_of(text: str, **options: Any) -> list[str]:
    with pytest.raises(Faults) as caught:
        decode(text, Outer, "f", **options)
    return str(caught.value).splitlines()


def test_decode_gives_every_type_when_the_document_is_right() -> None:
    text = """
name: Mai
count: 3
share: 2
on: true
colour: blue
choice: b
day: 2016-05-01
at: 2026-11-23T21:30+07:00
inner: {x: 1}
many: [{x: 1}, {x: 2, y: z}]
words: [a, "2"]
levels: {k: red}
pair: "4"
from: here
"""
    assert decode(text, Outer, "f") == Outer(
        name="Mai",
        count=3,
        share=2.0,
        on=True,
        colour=Colour.BLUE,
        choice="b",
        day=date(2016, 5, 1),
        at=datetime(2026, 11, 23, 21, 30, tzinfo=timezone(timedelta(hours=7))),
        inner=Inner(1),
        many=(Inner(1), Inner(2, "z")),
        words=("a", "2"),
        levels={"k": Colour.RED},
        pair=4,
        from_="here",
    )


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "{}", "name:\nmany:\nlevels: ~\ninner: null\n"]
)
def test_decode_gives_the_defaults_when_keys_are_missing_or_null(text: str) -> None:
    assert decode(text, Outer, "f") == Outer()


def test_decode_takes_one_item_for_a_list_when_it_stands_alone() -> None:
    assert decode("words: a\nmany: {x: 1}\n", Outer, "f") == Outer(words=("a",), many=(Inner(1),))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("nmae: x", "f:1: unknown key `nmae`; did you mean `name`?"),
        ("form: x", "f:1: unknown key `form`; did you mean `from`?"),
        ("from_: x", "f:1: unknown key `from_`; did you mean `from`?"),
        ("inner: {x: 1, q: 2}", "f:1: `inner`: unknown key `q`; known keys: x, y"),
        ("inner: {y: a}", "f:1: `inner`: needs `x`"),
        ("inner: 5", "f:1: `inner`: must be a mapping of keys to values, not `5`"),
        ("name: 7", "f:1: `name`: must be text, not `7`; put it in quotes"),
        ("name: [a]", "f:1: `name`: must be text, not a list"),
        ("count: 0", "f:1: `count`: must be a whole number from 1 to 9, not `0`"),
        ("count: 10", "f:1: `count`: must be a whole number from 1 to 9, not `10`"),
        ("count: true", "f:1: `count`: must be a whole number from 1 to 9, not `true`"),
        ("count: 2.5", "f:1: `count`: must be a whole number from 1 to 9, not `2.5`"),
        ("share: much", "f:1: `share`: must be a number, not `much`"),
        ("on: yes", "f:1: `on`: must be `true` or `false`, not `yes`"),
        ("on: 1", "f:1: `on`: must be `true` or `false`, not `1`"),
        ("colour: green", "f:1: `colour`: must be one of `red`, `blue`, not `green`"),
        ("choice: c", "f:1: `choice`: must be one of `a`, `b`, not `c`"),
        ("day: 1 May", "f:1: `day`: must be a date like `2026-05-01`, not `1 May`"),
        ("day: 2016", "f:1: `day`: must be a date like `2026-05-01`, not `2016`"),
        (
            "at: 2026-11-23T21:30",
            "f:1: `at`: must be a time with its zone like `2026-11-23T21:30+07:00`, "
            "not `2026-11-23T21:30`",
        ),
        ("many: [{x: 1}, {x: z}]", "f:1: `many[2].x`: must be a whole number, not `z`"),
        ("words: {a: 1}", "f:1: `words`: must be text, not a mapping"),
        ("words: [a, ~]", "f:1: `words[2]`: must be text, not nothing"),
        ("levels: [a]", "f:1: `levels`: must be a mapping of keys to values, not a list"),
        ("levels: {a: blu}", "f:1: `levels.a`: must be one of `red`, `blue`, not `blu`"),
        ('pair: "3"', "f:1: `pair`: `3` is odd"),
        ("pair: x", "f:1: `pair`: invalid literal for int() with base 10: 'x'"),
        ("name: [" + "a" * 99 + "]", "f:1: `name`: must be text, not a list"),
        ("choice: " + "z" * 99, f"f:1: `choice`: must be one of `a`, `b`, not `{'z' * 60}...`"),
        (
            "levels: {" + "z" * 99 + ": x}",
            f"f:1: `levels.{'z' * 60}...`: must be one of `red`, `blue`, not `x`",
        ),
        ('choice: "a\\e[2J\\n"', "f:1: `choice`: must be one of `a`, `b`, not `a\\x1b[2J\\x0a`"),
        ("- a", "f:1: must be a mapping of keys to values, like `key: value`"),
    ],
)
def test_decode_says_what_is_wrong_when_a_value_is(text: str, fault: str) -> None:
    assert faults_of(text) == [fault]


def test_decode_reports_all_faults_at_once_when_there_are_many() -> None:
    text = "count: 0\nname: a\nname: b\nmany:\n- {x: 1}\n- {z: 1}\non: maybe\n"
    assert faults_of(text) == [
        "f:1: `count`: must be a whole number from 1 to 9, not `0`",
        "f:3: key `name` is there twice, first on line 2; remove one",
        "f:6: `many[2]`: needs `x`",
        "f:6: `many[2]`: unknown key `z`; known keys: x, y",
        "f:7: `on`: must be `true` or `false`, not `maybe`",
    ]


def test_decode_narrows_a_field_when_an_override_says_so() -> None:
    overrides = {Inner: {"x": Annotated[int, Meta(ge=5, le=6)], "y": None}}
    assert faults_of("inner: {x: 4, y: a}", overrides=overrides) == [
        "f:1: `inner.x`: must be a whole number from 5 to 6, not `4`",
        "f:1: `inner`: unknown key `y`; known keys: x",
    ]


def test_decode_reads_a_list_when_the_type_is_one() -> None:
    assert decode("- {x: 1}\n- {x: 2}\n", tuple[Inner, ...], "f") == (Inner(1), Inner(2))
    assert decode("", tuple[Inner, ...], "f") == ()


def test_keyed_makes_rows_when_given_a_mapping() -> None:
    @dataclass(frozen=True)
    class Row:
        key: str
        size: int = 0

    decoder = Decoder(read("a: {size: 1}\nb:\n", "f"), {})
    assert decoder.keyed(decoder.top(), Row, 1, "") == (Row("a", 1), Row("b"))
    decoder.finish()


def test_struct_refuses_a_key_when_its_value_is_given_from_elsewhere() -> None:
    decoder = Decoder(read("{x: 1, y: b}\n", "f"), {})
    decoder.struct(decoder.top(), Inner, 1, "", y="given")
    with pytest.raises(Faults, match="unknown key `y`"):
        decoder.finish()
