"""The DNS stage: each line of what a name may be answered, through a real worker's heart."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any, cast

import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import pytest

from kidgate.policies.compile import compile_snapshot
from kidgate.policies.model import Action
from kidgate.policies.rows import Builtin, RuleRow, TierRow
from kidgate.proxy.dns import replies
from kidgate.proxy.dns.given import Given, make
from kidgate.proxy.dns.questions import read
from kidgate.proxy.dns.settings import DnsSettings
from kidgate.proxy.dns.stage import Names
from kidgate.proxy.recorder import Recorder
from tests.proxy.dns.test_upstream import Said, upstream
from tests.proxy.stand import ROWS, Kept, gateway

DEVICE = "127.0.0.1"
PAGE = ("192.168.1.2", "fd00::2")
SETTINGS = DnsSettings(page_addresses=PAGE)
ADDRESS = "www.example. 60 A 203.0.113.7"
ENGINE = {
    "engine": "seek", "title": "Seek", "hosts": ["seek.example"], "paths": ["/"], "terms": ["q"],
    "path_terms": [], "set": {}, "moderate": {}, "strict": {}, "dns": {"set": "safe.seek.example"},
}  # fmt: skip


class Stand:
    def __init__(self, *records: str, settings: DnsSettings = SETTINGS, **rows: Any) -> None:
        self.kept, self.server, self.given = Kept(), Said(*records), Given(make())
        more = rows.pop("rules", ())
        self.gateway = gateway(
            self.kept,
            hosts=rows.pop("hosts", None),
            rows=replace(ROWS, rules=(*ROWS.rules, *more), **rows),
        )
        self.names = Names(self.gateway, upstream(self.server), settings, self.given)

    def ask(self, name: str, kind: str = "A", address: str = DEVICE) -> dns.message.Message:
        question = read(dns.message.make_query(name, kind, use_edns=0).to_wire())
        reply = asyncio.run(self.names.answer(question, address))
        return dns.message.from_wire(replies.wire(question, reply))


def addresses(answer: dns.message.Message) -> list[str]:
    return [item.address for record in answer.answer for item in record if record.rdtype in (1, 28)]


def test_allowed_name_is_answered_and_its_address_noted() -> None:
    stand = Stand(ADDRESS)
    answer = stand.ask("www.example")
    assert addresses(answer) == ["203.0.113.7"]
    assert answer.answer[0].ttl == 60
    assert stand.given.holds("203.0.113.7")
    assert not stand.given.holds("203.0.113.8")
    assert not stand.kept.entries


def test_long_lived_answer_is_shortened_so_that_a_new_rule_works() -> None:
    answer = Stand("www.example. 86400 A 203.0.113.7").ask("www.example")
    assert answer.answer[0].ttl == SETTINGS.longest_ttl


@pytest.mark.parametrize(("kind", "page"), [("A", PAGE[0]), ("AAAA", PAGE[1])])
def test_blocked_name_leads_to_the_block_page(kind: str, page: str) -> None:
    stand = Stand()
    answer = stand.ask("www.bad.example", kind)
    assert addresses(answer) == [page]
    assert answer.answer[0].ttl == SETTINGS.blocked_ttl
    assert [str(o) for o in answer.options] == ["EDE 15 (Blocked): rule"]
    assert stand.server.asked == 0
    assert [(e.host, e.reason, e.child) for e in stand.kept.entries] == [
        ("www.bad.example", "rule", "mai")
    ]


def test_answer_to_a_blocked_name_waits_for_the_spool_and_for_no_commit() -> None:
    class Noting(Kept):
        async def note(self, entry: Any) -> None:
            noted.append(entry.host)

    noted: list[str] = []
    stand = Stand()
    stand.gateway.recorder = cast(Recorder, Noting())
    stand.ask("www.bad.example")
    assert noted == ["www.bad.example"]


def test_one_attempt_is_journaled_once() -> None:
    stand = Stand()
    for kind in ("A", "AAAA", "HTTPS", "A"):
        stand.ask("bad.example", kind)
    stand.ask("other.bad.example")
    assert [e.host for e in stand.kept.entries] == ["bad.example", "other.bad.example"]


@pytest.mark.parametrize(
    ("block", "rcode"), [("nxdomain", dns.rcode.NXDOMAIN), ("refused", dns.rcode.REFUSED)]
)
def test_blocked_name_is_answered_as_configured(block: Any, rcode: dns.rcode.Rcode) -> None:
    answer = Stand(settings=replace(SETTINGS, block=block)).ask("bad.example")
    assert (answer.rcode(), addresses(answer)) == (rcode, [])


def test_other_types_of_a_blocked_name_hold_nothing() -> None:
    answer = Stand().ask("bad.example", "TXT")
    assert (answer.rcode(), answer.answer) == (dns.rcode.NOERROR, [])


@pytest.mark.parametrize("kind", ["HTTPS", "SVCB"])
def test_records_that_go_around_are_stripped(kind: str) -> None:
    stand = Stand("www.example. 60 HTTPS 1 . alpn=h3 ipv4hint=203.0.113.9")
    answer = stand.ask("www.example", kind)
    assert (answer.rcode(), answer.answer, stand.server.asked) == (dns.rcode.NOERROR, [], 0)


@pytest.mark.parametrize(
    "name",
    [
        "use-application-dns.net",
        "mask.icloud.com",
        "mask-h2.icloud.com",
        "wpad.example",
        "printer",
        "nas.local",
        "1.0.168.192.in-addr.arpa",
        "192.0.2.1",
    ],
)
def test_names_for_nobody_outside_are_not_asked_for(name: str) -> None:
    stand = Stand(ADDRESS)
    assert stand.ask(name).rcode() == dns.rcode.NXDOMAIN
    assert stand.server.asked == 0


def test_no_encrypted_resolver_is_designated() -> None:
    answer = Stand(ADDRESS).ask("_dns.resolver.arpa", "SVCB")
    assert (answer.rcode(), answer.answer) == (dns.rcode.NOERROR, [])


def test_own_name_leads_to_the_gateway() -> None:
    assert addresses(Stand().ask("kidgate.home.arpa")) == [PAGE[0]]


def test_fixed_name_is_answered_from_the_table() -> None:
    stand = Stand(hosts={"nas.home.arpa": ("192.168.1.9",)})
    assert addresses(stand.ask("nas.home.arpa")) == ["192.168.1.9"]


def test_alias_of_a_blocked_name_is_blocked() -> None:
    stand = Stand("www.example. 60 CNAME x.bad.example.", "x.bad.example. 60 A 203.0.113.7")
    assert addresses(stand.ask("www.example")) == [PAGE[0]]
    assert [(e.host, e.reason) for e in stand.kept.entries] == [("www.example", "rule")]


def test_allowed_name_may_lead_through_a_name_of_nobody_s_list() -> None:
    rule = RuleRow(2, "everyone", "www.example", Action.ALLOW)
    stand = Stand(
        "www.example. 60 CNAME x.bad.example.", "x.bad.example. 60 A 203.0.113.7", rules=(rule,)
    )
    assert addresses(stand.ask("www.example")) == ["203.0.113.7"]


@pytest.mark.parametrize("private", ["192.168.1.1", "10.0.0.1", "169.254.169.254", "0.0.0.0"])
def test_public_name_never_leads_into_the_house(private: str) -> None:
    stand = Stand(f"www.example. 60 A {private}")
    assert addresses(stand.ask("www.example")) == [PAGE[0]]
    assert [e.reason for e in stand.kept.entries] == ["private_destination"]


def test_mapped_address_does_not_lead_into_the_house_either() -> None:
    stand = Stand("www.example. 60 AAAA ::ffff:192.168.1.1")
    assert addresses(stand.ask("www.example", "AAAA")) == [PAGE[1]]


def test_safe_search_comes_from_the_engine_s_own_name() -> None:
    stand = Stand("safe.seek.example. 60 A 203.0.113.5")
    stand.gateway.snapshot = compile_snapshot(
        ROWS,
        Builtin(safe_search=(ENGINE,)),
        tiers=(TierRow("plain", age_tier=True, safe_search=True),),
        services=(),
        id="1",
    )
    answer = stand.ask("www.seek.example")
    assert addresses(answer) == ["203.0.113.5"]
    assert str(answer.answer[0][0]) == "safe.seek.example."


def test_warning_is_left_to_the_page_unless_there_is_no_page() -> None:
    rule = RuleRow(2, "everyone", "www.example", Action.WARN)
    assert addresses(Stand(ADDRESS, rules=(rule,)).ask("www.example")) == ["203.0.113.7"]
    last = replace(SETTINGS, last_stage=True)
    stand = Stand(ADDRESS, rules=(rule,), settings=last)
    assert addresses(stand.ask("www.example")) == [PAGE[0]]


def test_any_fault_is_a_block_with_a_journal_line(monkeypatch: pytest.MonkeyPatch) -> None:
    stand = Stand(ADDRESS)
    monkeypatch.setattr(stand.names, "_visit", lambda *_: 1 / 0)
    assert stand.ask("www.example").rcode() == dns.rcode.SERVFAIL
    assert [e.reason for e in stand.kept.entries] == ["internal_error"]
    assert stand.server.asked == 0


def test_unanswered_question_says_so() -> None:
    stand = Stand()
    stand.server.fault = TimeoutError()
    assert stand.ask("www.example").rcode() == dns.rcode.SERVFAIL
