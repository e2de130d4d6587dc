"""Structured lists are told apart by content, and give what their text form gives."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.structured import detect
from tests.lists.structured.reading import ENTRIES, entries, items, skipped

NAMES = [
    "bad.example",
    "Other.Example.",
    "b\u00fccher.example",
    "192.0.2.7",
    "http://c.example/x?y=1",
]


def stix(patterns: list[str]) -> str:
    objects = [
        {"type": "indicator", "pattern_type": "stix", "pattern": pattern} for pattern in patterns
    ]
    return json.dumps({"type": "bundle", "id": "bundle--1", "objects": objects})


def misp(attributes: list[dict[str, object]]) -> str:
    return json.dumps({"Event": {"info": "made up", "Attribute": attributes}})


FORMS = {
    "array": json.dumps(NAMES),
    "array of objects": json.dumps([{"id": 1, "URL": name} for name in NAMES]),
    "warning list": json.dumps({"name": "x", "type": "hostname", "list": NAMES}),
    "deny": json.dumps({"allow": [], "deny": NAMES}),
    "dump": json.dumps({str(n): [{"url": name, "host": "h.test"}] for n, name in enumerate(NAMES)}),
    "lines": "\n".join(json.dumps({"domain": name}) for name in NAMES),
    "stix": stix(
        [
            "[domain-name:value = 'bad.example' OR domain-name:value = 'Other.Example.']",
            "[domain-name:value IN ('b\u00fccher.example')] OR [ipv4-addr:value = '192.0.2.7']",
            "([url:value = 'http://c.example/x?y=1'])",
        ]
    ),
    "misp": misp(
        [
            {"type": "domain", "value": NAMES[0], "to_ids": True},
            {"type": "hostname", "value": NAMES[1], "to_ids": True},
            {"type": "domain|ip", "value": NAMES[2] + "|198.51.100.1", "to_ids": True},
            {"type": "ip-dst", "value": NAMES[3], "to_ids": True},
            {"type": "url", "value": NAMES[4], "to_ids": True},
        ]
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_names_give_the_same_set_in_every_form(form: str) -> None:
    as_text = {ENTRIES.name_or_url(name) for name in NAMES}
    assert entries(FORMS[form]) == {(e.key, str(e.mode)) for e in as_text}  # type: ignore[union-attr]
    assert skipped(FORMS[form]) == {}


@pytest.mark.parametrize(
    "text",
    [
        "[Adblock Plus 2.0]\n||a.example^\n",
        "[2001:db8::1]\n",
        "a.example\n",
        "0.0.0.0 a.example\n",
        "payload:\n  - '+.a.example'\n",
        "",
        "{a.example}",
        "dns: a.example\n",
    ],
)
def test_text_lists_are_left_to_others(text: str) -> None:
    assert detect(text.encode(), "list") is None


def test_what_is_allowed_is_exempt_when_in_allow_lists() -> None:
    found = json.dumps({"allow": ["ok.example", "http://a.example/x"], "deny": ["bad.example"]})
    assert entries(found) >= {("ok.example", "e"), ("bad.example", "t")}


def test_the_url_counts_when_an_object_has_its_host_too() -> None:
    assert entries('[{"host": "shared.example", "url": "http://shared.example/bad"}]') == {
        ("shared.example/bad", "u")
    }


def test_each_record_is_one_item_when_it_names_nothing() -> None:
    found = items('["", 5, null, {"a": 1}, {"url": ["a.example", "b.example"]}, ["x"], "no name"]')
    assert [item.row for item in found] == list(range(1, 8))
    assert skipped('["", 5, null, {"a": 1}, {"enabled": false, "url": "a.example"}]') == {
        "blank": 1,
        "not_a_name": 3,
        "disabled": 1,
    }


@pytest.mark.parametrize(("kind", "reason"), [("regex", "regex"), ("substring", "pattern")])
def test_warning_lists_of_patterns_are_counted_alone(kind: str, reason: str) -> None:
    assert skipped(json.dumps({"type": kind, "list": ["a.example", "b"]})) == {reason: 2}


def test_json_lines_go_on_when_a_line_is_broken() -> None:
    text = '{"url": "http://a.example/x"}\n{"url": \n\n{"domain": "b.example"}\n' + "[" * 5000
    assert entries(text) == {("a.example/x", "u"), ("b.example", "t")}
    assert skipped(text) == {"not_a_name": 2, "blank": 1}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"list": ["a.example"', Refusal.TRUNCATED),
        (b'["a.example", "b.exam', Refusal.TRUNCATED),
        (b'["a.example" "b.example"]', Refusal.GARBAGE),
        (b'{"list": ["a.example"], "list": ["b.example"]}', Refusal.GARBAGE),
        (b'{"matching_attributes": ["domain"], "version": 3}', Refusal.GARBAGE),
        (b'{"": ' * 200_000, Refusal.GARBAGE),
        (b"[" * 200_000 + b"]" * 200_000, Refusal.GARBAGE),
        (b'["\xff\xfe.example"]', Refusal.GARBAGE),
        (b'{"a": ' + b"9" * 5000 + b"}", Refusal.GARBAGE),
    ],
)
def test_documents_are_refused_when_they_cannot_be_lists(data: bytes, reason: Refusal) -> None:
    with pytest.raises(ImportRefused) as refused:
        items(data)
    assert refused.value.reason is reason
    assert "`list`" in str(refused.value)


def test_documents_are_refused_when_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kidgate.lists.structured.reading.LARGEST", 100)
    with pytest.raises(ImportRefused) as refused:
        items(json.dumps(["a.example"] * 50))
    assert refused.value.reason is Refusal.TOO_LARGE


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("[domain-name:value = 'a.example' AND domain-name:x = 'b']", "pattern"),
        ("[domain-name:value LIKE '%.a.example']", "pattern"),
        ("[domain-name:value MATCHES 'a+']", "pattern"),
        ("[domain-name:value != 'a.example']", "pattern"),
        ("[domain-name:value NOT IN ('a.example')]", "pattern"),
        (
            "[domain-name:value = 'a.example'] FOLLOWEDBY [url:value = 'http://b.example/']",
            "pattern",
        ),
        ("[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']", "pattern"),
        ("[domain-name:value = 'a.example'", "pattern"),
        ("(" * 1000 + "[domain-name:value = 'a.example']" + ")" * 1000, "pattern"),
        ("[domain-name:value = 'a.example'" + " OR a:b = 'c'" * 1000 + "]", "too_long"),
    ],
)
def test_stix_patterns_are_skipped_when_no_name_alone_suffices(pattern: str, reason: str) -> None:
    assert entries(stix([pattern])) == set()
    assert skipped(stix([pattern])) == {reason: 1}


def test_stix_objects_are_judged_by_what_they_are() -> None:
    simple = {"type": "indicator", "pattern": "[domain-name:value = 'a.example']"}
    objects = [
        simple | {"revoked": True},
        simple | {"indicator_types": ["benign"]},
        simple | {"pattern_type": "snort"},
        {"type": "malware", "name": "x"},
        {"type": "url", "value": "http://seen.example/x"},
        {"type": "observed-data", "objects": {"0": {"type": "ipv4-addr", "value": "192.0.2.1"}}},
        None,
    ]
    text = json.dumps({"objects": objects, "type": "bundle"})
    assert entries(text) == {("seen.example/x", "u"), ("192.0.2.1", "x")}
    assert skipped(text) == {"disabled": 1, "not_an_indicator": 3, "pattern": 1}


def test_misp_attributes_are_judged_by_what_they_are() -> None:
    text = misp(
        [
            {"type": "domain", "value": "seen.example", "to_ids": False},
            {
                "type": "domain",
                "value": "good.example",
                "to_ids": True,
                "warnings": [{"value": "x"}],
            },
            {"type": "domain", "value": "gone.example", "to_ids": True, "deleted": True},
            {"type": "ip-src", "value": "192.0.2.1", "to_ids": True},
            {"type": "md5", "value": "d41d8cd98f00b204e9800998ecf8427e", "to_ids": True},
            {"type": "ip-dst|port", "value": "192.0.2.2|443", "to_ids": True},
            {"type": "hostname|port", "value": "p.example|8080", "to_ids": True},
            {"type": "domain", "value": {"a": 1}, "to_ids": "maybe"},
            {"type": "domain", "to_ids": True},
            "no attribute",  # type: ignore[list-item]
        ]
    )
    assert entries(text) == {("192.0.2.2", "x")}
    assert sum(skipped(text).values()) == 9
    assert skipped(text)["not_an_indicator"] == 4


def test_misp_objects_and_searches_are_read_too() -> None:
    attribute = {"type": "domain", "value": "o.example", "to_ids": True}
    event = {"Event": {"info": "x", "Object": [{"name": "domain-ip", "Attribute": [attribute]}]}}
    for document in (
        event,
        [event],
        {"response": [event]},
        {"response": {"Attribute": [attribute]}},
    ):
        assert entries(json.dumps(document)) == {("o.example", "t")}


@pytest.mark.parametrize(("module", "data"), [("stix2", FORMS["stix"]), ("pymisp", FORMS["misp"])])
def test_the_extra_is_named_when_its_library_is_missing(
    module: str, data: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, module, None)
    monkeypatch.delitem(__import__("sys").modules, "stix2.pattern_visitor", raising=False)
    with pytest.raises(ImportRefused, match=r"pip install kidgate\[threat-intel\]") as refused:
        items(data)
    assert refused.value.reason is Refusal.MISSING_EXTRA


def test_nested_events_end() -> None:
    assert skipped('{"Event": ' * 500 + "{}" + "}" * 500) == {"not_an_indicator": 1}


WORDS = st.sampled_from(
    [
        *("list", "deny", "allow", "url", "domain", "type", "bundle", "objects", "Event", "Object"),
        *("Attribute", "response", "value", "to_ids", "indicator", "pattern", "enabled", "id"),
        *("date_added", "[domain-name:value = 'a.example']", "a.example", "http://a.example/x"),
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | WORDS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(WORDS | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(VALUES)
@settings(max_examples=150, deadline=None)
def test_no_document_breaks_a_reader(value: object) -> None:
    data = json.dumps(value)
    if detect(data.encode(), "list") is None:
        return
    try:
        found = items(data)
    except ImportRefused:
        return
    assert all(item.row > 0 and isinstance(item.text, str) and item.said for item in found)
