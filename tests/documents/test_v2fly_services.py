"""v2fly's lists: includes, attributes, affiliations, and every line accounted for."""

from __future__ import annotations

import tarfile
from pathlib import Path, PurePosixPath

import pytest

from kidgate.documents.service_drafts import Draft
from kidgate.documents.v2fly_services import read_v2fly
from kidgate.policies.names import canonical_host


def hosts(lists: dict[str, str], name: str = "a") -> list[str]:
    return list(read_v2fly(name, lists).hosts)


def reasons(draft: Draft) -> list[tuple[str, str]]:
    return [(one.place, one.reason) for one in draft.unmapped]


def test_domain_and_full_are_hosts_and_the_rest_is_told() -> None:
    text = "\n# Core\nA.test # first\ndomain:b.test\nfull:c.a.test\nkeyword:ab\nregexp:^a:b$\nx:y\n"
    draft = read_v2fly("a", {"a": text}, "social")
    assert draft.hosts == {"a.test": "a:3", "b.test": "a:4", "c.a.test": "a:5"}
    assert reasons(draft) == [("a:6", "keyword"), ("a:7", "regexp"), ("a:8", "invalid")]
    assert draft.unmapped[1].text == "regexp:^a:b$"
    assert draft.categories == ("social",)


def test_a_host_nobody_can_have_is_told() -> None:
    assert reasons(read_v2fly("a", {"a": "a..b\n"})) == [("a:1", "invalid")]


def test_advertising_is_left_out_and_other_marks_are_counted() -> None:
    draft = read_v2fly("a", {"a": "a.test @ads\nb.test @cn\nc.test @!cn @cn\n"})
    assert list(draft.hosts) == ["b.test", "c.test"]
    assert reasons(draft) == [("a:1", "ads")]
    assert draft.ignored == {"cn": 2, "!cn": 1}


@pytest.mark.parametrize(
    ("include", "found"),
    [
        ("include:b", ["1.test", "2.test", "3.test"]),
        ("include:b @cn", ["1.test"]),
        ("include:b @-cn", ["2.test", "3.test"]),
        ("include:b @eu @-cn", ["2.test"]),
    ],
)
def test_include_takes_what_its_marks_ask_for(include: str, found: list[str]) -> None:
    assert hosts({"a": include, "b": "1.test @cn\n2.test @eu\n3.test\n"}) == found


def test_include_goes_on_through_lists_and_ends_in_a_circle() -> None:
    lists = {"a": "1.test\ninclude:b\n", "b": "include:c\ninclude:a\n", "c": "2.test\ninclude:b"}
    assert hosts(lists) == ["1.test", "2.test"]


def test_include_of_no_list_is_told() -> None:
    draft = read_v2fly("a", {"a": "include:b\nc.test\n"})
    assert (reasons(draft), list(draft.hosts)) == ([("a:1", "no_such_list")], ["c.test"])


def test_a_rule_belongs_to_the_list_it_is_affiliated_with() -> None:
    lists = {"a": "1.test\n", "b": "2.test &a\n3.test &c &a\n4.test\n", "c": "include:a\n"}
    assert hosts(lists) == ["1.test", "2.test", "3.test"]
    assert hosts(lists, "b") == ["2.test", "3.test", "4.test"]
    assert hosts(lists, "c") == ["1.test", "2.test", "3.test"]


def test_every_list_there_is_can_be_read_and_no_line_is_lost(shared: Path) -> None:
    lists = {}
    with tarfile.open(shared / "data/domains/v2fly/v2fly-data.tar.gz") as archive:
        for member in archive:
            if (file := archive.extractfile(member) if member.isfile() else None) is not None:
                lists[PurePosixPath(member.name).name] = file.read().decode()
    assert len(lists) > 1500
    for name, text in lists.items():
        if "include:" in text:
            continue
        draft = read_v2fly(name, lists)
        told = {one.place for one in draft.unmapped}
        for number, line in enumerate(text.splitlines(), 1):
            rule = (line.partition("#")[0].split() or [""])[0]
            if rule and f"{name}:{number}" not in told:
                assert canonical_host(rule.rpartition(":")[2]) in draft.hosts, (name, line)
