"""Reading questions: what is served, and what hostile datagrams are answered."""

from __future__ import annotations

import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kidgate.proxy.dns.questions import NotServed, host_of, read


def wire(name: str, kind: str = "A") -> bytes:
    return dns.message.make_query(name, kind).to_wire()


def test_question_is_read_with_its_canonical_host() -> None:
    question = read(wire("WWW.Example.COM.", "AAAA"))
    assert (question.host, question.plain) == ("www.example.com", True)


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("_sip._tcp.example.com", "example.com"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("1.2.0.192.in-addr.arpa", "1.2.0.192.in-addr.arpa"),
        ("192.0.2.1", "192.0.2.1"),
        (".", ""),
        (r"a\.b.example", "a.b.example"),
        (r"a\032b.example", ""),
        ("_tcp", ""),
    ],
)
def test_host_of_a_name(name: str, host: str) -> None:
    assert host_of(dns.name.from_text(name)) == host


@pytest.mark.parametrize(
    ("bad", "rcode"),
    [
        (wire("example.com", "ANY"), dns.rcode.REFUSED),
        (wire("example.com", "AXFR"), dns.rcode.REFUSED),
        (wire("example.com", "NULL"), dns.rcode.REFUSED),
        (wire("example.com")[:-3], dns.rcode.FORMERR),
        (wire("example.com")[:2] + b"\x28" + wire("example.com")[3:], dns.rcode.NOTIMP),
    ],
    ids=["any", "axfr", "null", "cut", "update"],
)
def test_what_is_not_served_is_answered_with_its_reason(bad: bytes, rcode: dns.rcode.Rcode) -> None:
    with pytest.raises(NotServed) as refused:
        read(bad)
    assert refused.value.answer is not None
    answer = dns.message.from_wire(refused.value.answer)
    assert (answer.rcode(), answer.id) == (rcode, int.from_bytes(bad[:2], "big"))
    assert answer.flags & dns.flags.QR


def test_answers_are_never_answered() -> None:
    message = dns.message.make_response(dns.message.make_query("example.com", "A"))
    with pytest.raises(NotServed) as refused:
        read(message.to_wire())
    assert refused.value.answer is None


@given(st.binary(max_size=600))
@example(b"\0" * 12)
def test_nothing_a_datagram_holds_raises_anything_else(data: bytes) -> None:
    try:
        read(data)
    except NotServed as refused:
        assert refused.answer is None or refused.answer[:2] == data[:2]
