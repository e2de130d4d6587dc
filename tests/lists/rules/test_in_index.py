"""Rules in a whole index, beside the names and URLs of their list."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kidgate.lists.index import CategoryIndex
from kidgate.policies.model import Asked

LIST = """[Adblock Plus 2.0]
||bad.example^
||bad.example/pages/
||way*.bad.example^$important
*/banner-
@@||bad.example/fine/x_
@@||bad.example^$script
@@||bad.example^$domain=good.example
@@||bad.example^$~third-party
@@*/ok.js
@@/open-(sesame)/
"""
CLAIMS = [
    Asked(),
    Asked(resource="script"),
    Asked(initiator="good.example"),
    Asked(initiator="bad.example", resource="image"),
    Asked(resource="script", initiator="good.example"),
]


@pytest.mark.parametrize("asked", CLAIMS)
@pytest.mark.parametrize("target", ["/", "/x?/ok.js", "/open-sesame", "/pages/1", "/banner-/ok.js"])
def test_no_claim_of_a_client_opens_a_name(
    asked: Asked, target: str, indexed: Callable[..., CategoryIndex]
):
    hits = indexed(ads=LIST).find("www.bad.example", target, asked)
    assert [hit.feed for hit in hits] == ["ads"]


def test_exception_for_a_place_lifts_names_and_rules(indexed: Callable[..., CategoryIndex]):
    index = indexed(ads=LIST)
    assert index.find("bad.example", "/fine/x_banner-") == ()
    assert index.may_depend_on_url("bad.example")
    assert index.find("way1.bad.example", "/fine/x_")


def test_claims_lift_rules(indexed: Callable[..., CategoryIndex]):
    index = indexed(ads=LIST)
    assert index.find("news.example", "/banner-")
    assert not index.find("news.example", "/banner-/ok.js")


def test_exceptions_of_one_list_say_nothing_of_another(indexed: Callable[..., CategoryIndex]):
    hits = indexed(ads=LIST, other="||bad.example^").find("bad.example", "/fine/x_")
    assert [hit.feed for hit in hits] == ["other"]
