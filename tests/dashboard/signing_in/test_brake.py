"""Limits: the keeper's where one answers, this process's own where none does."""

from __future__ import annotations

from typing import Any, cast

import pytest

from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import KeeperBusy
from kidgate.dashboard.signing_in.brake import BY_BOTH, BY_NAME, may_try, take
from kidgate.proxy.buckets import Buckets


class FakeDesk:
    def __init__(self, answer: dict[str, Any] | Exception) -> None:
        self.answer, self.asked = answer, list[tuple[str, str]]()
        self.buckets = Buckets(lambda: 0.0)

    def do(self, op: str, **args: Any) -> dict[str, Any]:
        self.asked.append((op, args["key"]))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def desk(answer: dict[str, Any] | Exception) -> Desk:
    return cast("Desk", FakeDesk(answer))


def test_keeper_has_the_last_word() -> None:
    assert not take(desk({"allowed": False}), "k", 9)
    found = desk({"allowed": True})
    assert all(take(found, "k", 1) for _ in range(3))


@pytest.mark.parametrize("fault", [ValueError("no command"), KeeperBusy("away"), OSError("gone")])
def test_own_limits_hold_when_no_keeper_answers(fault: Exception) -> None:
    found = desk(fault)
    tried = [may_try(found, "an", f"10.0.0.{number}") for number in range(BY_NAME + 1)]
    assert tried == [True] * BY_NAME + [False]
    assert may_try(found, "ba", "10.0.0.1")


def test_one_address_guesses_a_name_less_often_than_all_together() -> None:
    found = desk(OSError("gone"))
    tried = [may_try(found, "an", "10.0.0.1") for _ in range(BY_BOTH + 1)]
    assert tried == [True] * BY_BOTH + [False]
    assert may_try(found, "an", "10.0.0.2")


def test_each_try_counts_by_name_by_address_and_by_both() -> None:
    found = FakeDesk({"allowed": True})
    may_try(cast("Desk", found), "an", "10.0.0.1")
    assert {key for _, key in found.asked} == {
        "sign-in:name:an",
        "sign-in:address:10.0.0.1",
        "sign-in:both:10.0.0.1 an",
    }
