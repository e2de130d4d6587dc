"""Reading questions: what is served, and what hostile datagrams are answered."""

from __future__ import annotations

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kidgate.proxy.dns.questions import (
    DATAGRAM,
    NotServed,
    host_of,
    read,
    read_any,
    read_usual,
)


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


# The usual form is read without dnspython: both must say the same of whatever looks like it.


def mutated(wire: bytes, changes: list[tuple[int, int]], cut: int, more: bytes) -> bytes:
    changed = bytearray(wire)
    for at, byte in changes:
        changed[at % len(changed)] = byte
    return bytes(changed[: len(changed) - cut] + more)


@given(
    labels=st.lists(st.binary(min_size=1, max_size=63), max_size=5),
    kind=st.integers(0, 65_535),
    klass=st.sampled_from([1, 3, 255]),
    opt=st.sampled_from([b"", b"\0\0\x29\x04\xd0\0\0\x80\0\0\0", b"\0\0\x29\0\0\1\0\0\0\0\0"]),
    head=st.binary(min_size=4, max_size=4),
    changes=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=3),
    cut=st.sampled_from([0, 0, 0, 1, 5]),
    more=st.sampled_from([b"", b"", b"", b"\0", b"\0\0\1"]),
)
def test_usual_form_is_read_as_dnspython_reads_it(
    labels: list[bytes],
    kind: int,
    klass: int,
    opt: bytes,
    head: bytes,
    changes: list[tuple[int, int]],
    cut: int,
    more: bytes,
) -> None:
    head = head[:2] + bytes((head[2] & 0x07, head[3]))  # a query, whatever its other flags
    counts = b"\0\1\0\0\0\0\0" + bytes((bool(opt),))
    asked = b"".join(bytes((len(label),)) + label for label in labels) + b"\0"
    whole = head + counts + asked + kind.to_bytes(2) + klass.to_bytes(2) + opt
    data = mutated(whole, changes, cut, more)
    if data[2] & 0xF8:
        return  # no query: answered before either reads it
    found = read_usual(data)
    if found is None:
        return
    assert found == read_any(data)
    assert found.name == dns.message.from_wire(data).question[0].name
    assert found.key == found.name.to_digestable()


@pytest.mark.parametrize("edns", [-1, 0])
def test_what_devices_ask_has_the_usual_form(edns: int) -> None:
    data = dns.message.make_query("wWw.Example.com", "HTTPS", use_edns=edns).to_wire()
    found = read_usual(data)
    assert found is not None
    assert found == read_any(data)
    assert found.host == "www.example.com"
    assert found.section == b"\3wWw\7Example\3com\0\0\x41\0\1"


def test_cookie_of_a_resolver_is_left_to_dnspython() -> None:
    cookie = dns.edns.GenericOption(dns.edns.OptionType.COOKIE, b"12345678")
    data = dns.message.make_query("example.com", "A", options=[cookie]).to_wire()
    assert read_usual(data) is None
    assert (read(data).host, read(data).payload) == ("example.com", 1232)


def test_refusal_speaks_edns_to_those_who_do() -> None:
    with pytest.raises(NotServed) as refused:
        read(dns.message.make_query("example.com", "ANY", use_edns=0).to_wire())
    assert refused.value.answer is not None
    assert dns.message.from_wire(refused.value.answer).payload == DATAGRAM
