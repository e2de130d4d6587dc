"""Which feed an attempt speaks for, and whether another would have stopped it too."""

from __future__ import annotations

from kidgate.lists.scoring import use_of
from kidgate.policies.model import ASKED, Asked, Hit


class Index:
    """`a.example` is on two lists, `b.example` on one."""

    def find(self, host: str, target: str = "", asked: Asked = ASKED) -> tuple[Hit, ...]:
        feeds = {"a.example": ("one", "two"), "b.example": ("one",)}.get(host, ())
        return tuple(Hit("adult", feed, host) for feed in feeds)

    def may_depend_on_url(self, host: str) -> bool:
        return False


def test_use_is_counted_by_feed() -> None:
    stopped = [
        ("feed one: a.example (line 3)", "a.example", 5),
        ("feed one: b.example", "b.example", 2),
        ("feed one: ||b.example^$third-party", "b.example", 1),
        ("rule 7", "c.example", 9),
    ]
    opened = ["b.example", "https://a.example/x", "service:youtube", "exa mple"]
    use = use_of(Index(), stopped, opened)
    assert (use.hits, use.only) == ({"one": 8}, {"one": 3})
    assert use.appeals == {"one": 2, "two": 1}
