"""What went through is remembered for whom it did, as long as the same holds."""

from __future__ import annotations

from kidgate.proxy.content.kept import Kept

MAI, AN = ("mai", "tablet", "9-12", "https://a.example:443", "/"), ("an", "tablet", "6-8", "", "/")


def test_what_went_through_is_known_by_each_of_its_validators() -> None:
    kept = Kept()
    kept.put(MAI, ('tag "a"', "date x"), page=True)
    kept.put(MAI, ('tag "b"',), page=False)
    assert kept.find(MAI, ('tag "a"',)) is True
    assert kept.find(MAI, ('tag "a"', "date x")) is True
    assert kept.find(MAI, ('tag "b"',)) is False
    assert kept.find(MAI, ('tag "a"', 'tag "c"')) is None
    assert kept.find(MAI, ()) is None
    assert kept.find(AN, ('tag "a"',)) is None


def test_nothing_is_known_under_another_policy() -> None:
    kept = Kept()
    kept.under("1")
    kept.put(MAI, ("tag a",), page=True)
    kept.under("1")
    assert kept.find(MAI, ("tag a",))
    kept.under("2")
    assert kept.find(MAI, ("tag a",)) is None


def test_the_oldest_is_forgotten_first_and_nothing_is_held_in_clear() -> None:
    kept = Kept(entries=2)
    for tag in ("a", "b", "a", "c"):
        kept.put(MAI, (f"tag {tag}",), page=True)
    assert [kept.find(MAI, (f"tag {tag}",)) for tag in "abc"] == [True, None, True]
    assert "a.example" not in str(kept)
    assert len({len(digest) for digest in kept._known}) == 1
