"""One walk over all lists: what is written, what is not, what is left to others."""

from __future__ import annotations

from pathlib import Path

from kidgate.lists.entries import Mode
from kidgate.proxy.dns.export.audience import Audience, audience_of
from kidgate.proxy.dns.export.limits import LeftOut
from kidgate.proxy.dns.export.listed import Closed, Lists, exempted
from tests.proxy.dns.export.house import AT, Feed, policy, source

LISTED = {
    "a/adult": [("x.example", Mode.TREE), ("y.x.example", Mode.TREE), ("z.example", Mode.EXACT)],
    "b/adult": [("x.example", Mode.TREE), ("192.0.2.7", Mode.EXACT), ("p.example/a", Mode.URL)],
    "c/malware": [("m.x.example", Mode.TREE)],
    "d/kids": [("fun.example", Mode.TREE)],
    "e/news": [("news.example", Mode.TREE)],
}


def lists(folder: Path, feeds: dict[str, Feed], roots: set[str]) -> Lists:
    made = source(folder, policy(), feeds)
    audience = audience_of(made.document, AT, LeftOut(), last_stage=False)
    snapshot = audience.snapshot.with_index(made.index)
    audience = Audience(snapshot, audience.tiers, AT, audience.last_stage)
    return Lists(audience, made.index, folder, roots)


def bits(walked: Lists, *tiers: str) -> int:
    keys = [row.key for row in walked._audience.tiers]
    return sum(1 << keys.index(key) for key in tiers)


def test_name_is_written_once_and_not_below_one_that_says_the_same(tmp_path: Path) -> None:
    walked, left_out = lists(tmp_path, {**LISTED}, set()), LeftOut()
    found = {one.owner: one for one in walked.walk(left_out)}
    children = bits(walked, "0-5", "6-8", "9-12", "13-15", "16-17")
    everyone = children | bits(walked, "adult")
    assert walked.unknown == bits(walked, "0-5", "6-8")
    assert [*found] == [
        *("x.example", "*.x.example", "z.example"),  # not `y.x`, nor below the exact `z`
        *("m.x.example", "*.m.x.example", "fun.example", "*.fun.example"),  # no tier minds news
    ]
    assert found["x.example"] == Closed("x.example", children, 0)
    assert found["*.m.x.example"] == Closed("*.m.x.example", everyone, 0)
    assert found["fun.example"] == Closed("fun.example", 0, walked.unknown)
    assert left_out.counts == {"list entries that are addresses": 1, "list entries with a path": 1}


def test_names_below_one_that_stands_apart_are_left_to_it(tmp_path: Path) -> None:
    walked = lists(tmp_path, {**LISTED}, {"x.example"})
    owners = [one.owner for one in walked.walk(LeftOut())]
    assert not [owner for owner in owners if owner.endswith("x.example")]
    assert walked.apart == {"x.example", "y.x.example", "m.x.example"}


def test_exempted_names_are_those_of_every_list(tmp_path: Path) -> None:
    feeds: dict[str, Feed] = {"a/adult": [("x.example", Mode.TREE), ("ok.x.example", Mode.EXCEPT)]}
    walked = lists(tmp_path, feeds, set())
    assert exempted(walked._index, tmp_path) == {"ok.x.example"}
