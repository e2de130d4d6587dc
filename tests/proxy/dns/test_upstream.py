"""Name servers that stand in for each other, and what of their answers is kept."""

from __future__ import annotations

import asyncio
import itertools
from pathlib import Path

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.documents.name_servers import NameServer, parse_name_server, system_name_servers
from kidgate.proxy.dns import upstream as upstream_module
from kidgate.proxy.dns.upstream import LONGEST_CHAIN, Upstream, read

A = dns.rdatatype.A


class Said:
    """A name server that answers from records, or fails."""

    def __init__(self, *records: str, rcode: int = 0, fault: Exception | None = None) -> None:
        self.records, self.rcode, self.fault, self.asked = records, rcode, fault, 0

    async def ask(self, question: dns.message.QueryMessage, seconds: float) -> dns.message.Message:
        self.asked += 1
        await asyncio.sleep(0)
        if self.fault:
            raise self.fault
        answer = dns.message.make_response(question)
        answer.set_rcode(dns.rcode.Rcode(self.rcode))
        answer.answer = [dns.rrset.from_text(*_words(text)) for text in self.records]
        return answer


def _words(text: str) -> tuple[str, ...]:
    name, ttl, kind, *data = text.split()
    return name, ttl, "IN", kind, " ".join(data)  # type: ignore[return-value]


def upstream(*servers: Said) -> Upstream:
    places = itertools.count(1)
    return Upstream([(NameServer("udp", f"192.0.2.{next(places)}", 53), s) for s in servers])


def wire_name(name: str) -> bytes:
    return dns.name.from_text(name).to_digestable()


def ask(up: Upstream, name: str = "www.example.", kind: int = A) -> upstream_module.Found:
    return asyncio.run(up.ask(wire_name(name), kind))


def test_chain_and_addresses_are_kept() -> None:
    found = ask(
        upstream(
            Said(
                "www.example. 60 CNAME edge.cdn.example.",
                "edge.cdn.example. 20 A 192.0.2.7",
                "other.example. 60 A 192.0.2.8",
            )
        )
    )
    assert found.chain == ("edge.cdn.example",)
    assert found.addresses == ("192.0.2.7",)
    assert found.ttl == 20
    assert [str(r.name) for r in found.records] == ["www.example.", "edge.cdn.example."]


def test_circle_of_aliases_is_no_answer() -> None:
    circle = Said("www.example. 60 CNAME b.example.", "b.example. 60 CNAME www.example.")
    found = ask(upstream(circle))
    assert found.rcode == dns.rcode.SERVFAIL
    assert LONGEST_CHAIN > 2


def test_silent_server_is_asked_last_for_a_while() -> None:
    dead, alive = Said(fault=TimeoutError()), Said("www.example. 60 A 192.0.2.7")
    up = upstream(dead, alive)

    async def twice() -> None:
        assert (await up.ask(wire_name("www.example."), A)).addresses == ("192.0.2.7",)
        await up.ask(wire_name("b.example."), A)

    asyncio.run(twice())
    assert (dead.asked, alive.asked) == (1, 2)
    assert up.fault == ""


def test_refusing_server_is_passed_over() -> None:
    up = upstream(Said(rcode=dns.rcode.REFUSED), Said("www.example. 60 A 192.0.2.7"))
    assert ask(up).addresses == ("192.0.2.7",)


def test_without_an_answer_the_fault_names_each_server() -> None:
    up = upstream(Said(fault=OSError("no route")), Said(fault=TimeoutError()))
    assert ask(up).rcode == dns.rcode.SERVFAIL
    assert "192.0.2.1: no route" in up.fault
    assert "192.0.2.2: TimeoutError" in up.fault


def test_same_question_is_asked_once_at_a_time_and_then_kept() -> None:
    server = Said("www.example. 60 A 192.0.2.7")
    up = upstream(server)

    async def together() -> None:
        name = wire_name("www.example.")
        await asyncio.gather(*(up.ask(name, A) for _ in range(20)))
        await up.ask(wire_name("WWW.example."), A)

    asyncio.run(together())
    assert server.asked == 1


def test_absence_is_kept_as_long_as_the_zone_says() -> None:
    question = dns.message.make_query("gone.example.", "A")
    answer = dns.message.make_response(question)
    answer.set_rcode(dns.rcode.NXDOMAIN)
    soa = "example. 900 IN SOA ns.example. h.example. 1 2 3 4 120"
    name, ttl, _, kind, *rest = soa.split()
    answer.authority = [dns.rrset.from_text(name, ttl, "IN", kind, " ".join(rest))]
    found = read(question, answer, 0.0)
    assert (found.rcode, found.ttl) == (dns.rcode.NXDOMAIN, 120)


@given(st.lists(st.sampled_from(["a", "b", "c", "www"]), max_size=8), st.data())
def test_reading_an_answer_never_raises(names: list[str], data: st.DataObject) -> None:
    lines = [
        data.draw(
            st.sampled_from([f"{n}.example. 9 CNAME b.example.", f"{n}.example. 0 A 192.0.2.9"])
        )
        for n in names
    ]
    question = dns.message.make_query("www.example.", "A")
    answer = dns.message.make_response(question)
    answer.answer = [dns.rrset.from_text(*_words(line)) for line in lines]
    found = read(question, answer, 1.0)
    assert found.left(1.0) >= 1


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("9.9.9.9", NameServer("udp", "9.9.9.9", 53)),
        ("9.9.9.9:5353", NameServer("udp", "9.9.9.9", 5353)),
        ("2620:fe::fe", NameServer("udp", "2620:fe::fe", 53)),
        ("[2620:fe::fe]:54", NameServer("udp", "2620:fe::fe", 54)),
        ("tls://dns.quad9.net@9.9.9.9", NameServer("tls", "9.9.9.9", 853, "dns.quad9.net")),
        (
            "https://dns.quad9.net/dns-query@[2620:fe::fe]",
            NameServer("https", "2620:fe::fe", 443, "dns.quad9.net", "/dns-query"),
        ),
    ],
)
def test_name_servers_are_written_as_they_are_read(text: str, server: NameServer) -> None:
    assert parse_name_server(text) == server
    assert parse_name_server(str(server)) == server


@pytest.mark.parametrize(
    "text",
    ["", "dns.quad9.net", "tls://9.9.9.9", "https://dns.quad9.net@9.9.9.9", "tls://a/b@9.9.9.9",
     "ftp://a@9.9.9.9", "9.9.9.9:0", "9.9.9.9:99999", "[::1"],
)  # fmt: skip
def test_what_is_no_name_server_says_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="is no name server; write"):
        parse_name_server(text)


def test_system_servers_are_read_leniently(tmp_path: Path) -> None:
    file = tmp_path / "resolv.conf"
    file.write_text("# x\nnameserver 192.0.2.1\nnameserver fe80::1%eth0\nsearch a\n")
    found = system_name_servers(file)
    assert [s.address for s in found] == ["192.0.2.1", "fe80::1"]
