"""Strict reading: what is refused, what stays text, and that nothing else than Faults comes out."""

from __future__ import annotations

from unittest.mock import patch

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.documents import strict_yaml
from kidgate.documents.faults import SHOWN, Fault, Faults
from kidgate.documents.strict_yaml import MAX_DEPTH, MAX_VALUES, Mapping, Sequence, load, read

FAST = settings(max_examples=200, deadline=None, database=None)
LOADERS = [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)]
PIECES = (
    st.sampled_from("aé~1[]{}|>'#%@\"\\\t\r\n\u2028\ufeff\x00")
    | st.sampled_from(
        ["b: ", "- ", "  ", ", ", "&x ", "*x", "!t ", "? ", ": ", "---\n", "...\n", "<<"]
    )
    | st.sampled_from(['"\\ud800"', '"\\UFFFFFFFF"', "%YAML 1.1\n"])
)
SCRAPS = st.lists(PIECES, max_size=30).map("".join)


@pytest.fixture(params=LOADERS, ids=["python", "libyaml"])
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_yaml, "_SafeLoader", request.param)


def faults_of(text: str) -> list[str]:
    with pytest.raises(Faults) as caught:
        load(text, "f.yaml")
    return str(caught.value).splitlines()


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("true", True),
        ("FALSE", False),
        ("tRue", "tRue"),
        ("~", None),
        ("null", None),
        ("", None),
        ("''", ""),
        ("'true'", "true"),
        ("2026-05-01", "2026-05-01"),
        ("2026-11-23T21:30:00+07:00", "2026-11-23T21:30:00+07:00"),
        ("21:30", "21:30"),
        ("12", 12),
        ("-3", -3),
        ("007", "007"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("123456789012345678", 123456789012345678),
        ("9" * 5000, "9" * 5000),
        ("1.5", 1.5),
        ("1e9", "1e9"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("=", "="),
    ],
)
def test_load_reads_a_scalar_when_it_stands_alone(text: str, value: object) -> None:
    found = load(f"k: {text}\n", "f.yaml")["k"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("a: 1\nb: 2\na: 3\n", ["f.yaml:3: key `a` is there twice, first on line 1; remove one"]),
        ("{a: 1, 'a': 2}", ["f.yaml:1: key `a` is there twice, first on line 1; remove one"]),
        ("a: &x 1\n", ["f.yaml:1: anchor `&x` is not read here; remove it"]),
        ("a: !!int 1\n", ["f.yaml:1: tag `tag:yaml.org,2002:int` is not read here; remove it"]),
        ("? [a]\n: 1\n", ["f.yaml:1: a key must be text"]),
        ("a: 1\n---\nb: 2\n", ["f.yaml:2: a second document begins here; a file holds one"]),
        ("a:\n\tb: 1\n", ["f.yaml:2: a tab cannot indent; use spaces"]),
        ("a: 1\nb: \x07\n", ["f.yaml:2: character U+0007 is not allowed; is this a text file?"]),
        ('a: "\\0"\n', ["f.yaml:1: character U+0000 is not allowed in text"]),
        (
            "a: &x [1]\nb: *x\n*x : 1\n",
            [
                "f.yaml:1: anchor `&x` is not read here; remove it",
                "f.yaml:2: alias `*x` is not read here; write the value out",
                "f.yaml:3: alias `*x` is not read here; write the value out",
            ],
        ),
    ],
)
def test_load_names_every_fault_when_the_document_has_several(text: str, faults: list[str]) -> None:
    assert faults_of(text) == faults


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("text", ["a: [", "a: 'b", "- a\nb: 1", "@", "a: b: c"])
def test_load_names_the_line_when_it_is_no_yaml(text: str) -> None:
    (fault,) = faults_of("# a comment\n" + text)
    assert fault.startswith(("f.yaml:2: not valid YAML: ", "f.yaml:3: not valid YAML: "))


@pytest.mark.usefixtures("loader")
def test_load_keeps_merge_keys_as_text_when_they_appear() -> None:
    assert load("<<: {a: 1}\n", "f.yaml") == {"<<": {"a": 1}}


@pytest.mark.usefixtures("loader")
def test_load_makes_keys_text_when_they_look_like_numbers() -> None:
    assert load("8: a\n6-8: b\ntrue: c\n", "f.yaml") == {"8": "a", "6-8": "b", "true": "c"}


@pytest.mark.usefixtures("loader")
def test_load_remembers_lines_when_nested() -> None:
    data = load("# head\na:\n  - x\n  - {b: 1,\n     c: 2}\nd: e\n", "f.yaml")
    assert isinstance(data, Mapping)
    assert data.lines == {"a": 2, "d": 6}
    items = data["a"]
    assert isinstance(items, Sequence)
    assert items.lines == [3, 4]
    assert items[1].line == 4
    assert items[1].lines == {"b": 4, "c": 5}


@pytest.mark.usefixtures("loader")
def test_load_stops_when_nested_too_deeply() -> None:
    assert load("[" * MAX_DEPTH + "]" * MAX_DEPTH, "f.yaml") is not None
    (fault,) = faults_of("[" * 100_000)
    assert fault == f"f.yaml:1: is nested too deeply: at most {MAX_DEPTH} levels are read"


def test_load_stops_when_there_are_too_many_values() -> None:
    (fault,) = faults_of("[" + "1," * (MAX_VALUES + 1) + "]")
    assert "holds too much" in fault


def test_load_refuses_when_the_text_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strict_yaml, "MAX_CHARACTERS", 10)
    assert faults_of("a: 12345678") == ["f.yaml: is too large: at most 10 characters are read"]


def test_read_keeps_the_first_value_when_a_key_is_there_twice() -> None:
    document = read("a: 1\na: 2\nb: 3\n", "f.yaml")
    assert document.data == {"a": 1, "b": 3}
    assert [fault.line for fault in document.faults] == [2]


def test_load_ignores_a_byte_order_mark_when_the_file_begins_with_one() -> None:
    assert load("\ufeffa: 1\n", "f.yaml") == {"a": 1}


@pytest.mark.parametrize("loader_class", LOADERS, ids=["python", "libyaml"])
@FAST
@given(text=st.text() | SCRAPS)
def test_load_raises_only_faults_when_given_anything(loader_class: type, text: str) -> None:
    with patch.object(strict_yaml, "_SafeLoader", loader_class):
        try:
            load(text, "f.yaml")
        except Faults as caught:
            assert caught.faults


def test_faults_are_sorted_and_said_once_when_they_repeat() -> None:
    faults = Faults(
        [Fault("b", 1, "x"), Fault("a", 2, "y"), Fault("a", 1, "z"), Fault("b", 1, "x")]
    )
    assert str(faults) == "a:1: z\na:2: y\nb:1: x"


def test_faults_are_counted_when_they_are_too_many_to_show() -> None:
    lines = str(Faults(Fault("a", line, "x") for line in range(SHOWN + 7))).splitlines()
    assert len(lines) == SHOWN + 1
    assert lines[-1] == "... and 7 more faults"
