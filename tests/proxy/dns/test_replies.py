"""Answers as bytes, compared with what dnspython makes of the same."""

from __future__ import annotations

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from dns.rdtypes.ANY.SOA import SOA
from hypothesis import given
from hypothesis import strategies as st

from kidgate.proxy.dns import replies
from kidgate.proxy.dns.questions import read
from kidgate.proxy.dns.replies import NONE, Records, Reply

A, AAAA, TXT = dns.rdatatype.A, dns.rdatatype.AAAA, dns.rdatatype.TXT
FOUND = ("192.0.2.7", "2001:db8::7", "192.0.2.8", "192.0.2.7")
CHAIN = (
    dns.rrset.from_text("www.example.", 900, "IN", "CNAME", "edge.www.example."),
    dns.rrset.from_text("edge.www.example.", 20, "IN", "A", "192.0.2.7", "192.0.2.8"),
)
names = st.lists(st.from_regex(r"[A-Za-z0-9_-]{1,20}", fullmatch=True), min_size=1, max_size=6)
queries = st.builds(
    lambda labels, kind, payload, id, recursion: dns.message.make_query(
        ".".join(labels),
        kind,
        use_edns=0 if payload else -1,
        payload=payload or 512,
        flags=dns.flags.RD if recursion else 0,
        id=id,
    ),
    labels=names,
    kind=st.sampled_from(["A", "AAAA", "HTTPS", "TXT"]),
    payload=st.sampled_from([0, 512, 1232, 65535]),
    id=st.integers(0, 65535),
    recursion=st.booleans(),
)


def expected(query: dns.message.QueryMessage, reply: Reply) -> dns.message.Message:
    """What dnspython makes of a query and a reply without records."""
    answer = dns.message.make_response(query, recursion_available=True, our_payload=1232)
    answer.set_rcode(dns.rcode.Rcode(reply.rcode))
    if not reply.records.count and reply.rcode in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        start = dns.rrset.RRset(query.question[0].name, replies.IN, dns.rdatatype.SOA)
        master, mailbox = map(dns.name.from_text, ("kidgate.home.arpa.", "nobody.invalid."))
        times = (reply.ttl,) * 4
        start.add(SOA(replies.IN, dns.rdatatype.SOA, master, mailbox, 1, *times), reply.ttl)
        answer.authority.append(start)
    if reply.why and query.edns >= 0:
        options: list[dns.edns.Option] = [
            dns.edns.EDEOption(dns.edns.EDECode(reply.why[0]), reply.why[1])
        ]
        answer.use_edns(0, 0, 1232, options=options)
    return answer


def told(message: dns.message.Message) -> tuple[object, ...]:
    """Everything a message says, spellings too."""
    sections = [sorted(map(str, section)) for section in message.sections]
    edns = message.edns, message.ednsflags, message.payload, [o.to_wire() for o in message.options]
    return message.id, int(message.flags), message.rcode(), sections, edns


@given(
    query=queries,
    rcode=st.sampled_from([0, 2, 3, 5]),
    ttl=st.integers(0, 2**31 - 1),
    why=st.none() | st.tuples(st.integers(0, 24), st.text("abcdefghij_", max_size=20)),
)
def test_answer_without_records_says_what_dnspython_would(
    query: dns.message.QueryMessage, rcode: int, ttl: int, why: tuple[int, str] | None
) -> None:
    reply = Reply(rcode, ttl=ttl, why=why)
    answer = dns.message.from_wire(replies.wire(read(query.to_wire()), reply))
    assert told(answer) == told(dns.message.from_wire(expected(query, reply).to_wire()))


@given(query=queries, ttl=st.integers(0, 86_400), found=st.permutations(FOUND))
def test_addresses_are_records_of_the_name_as_it_was_spelled(
    query: dns.message.QueryMessage, ttl: int, found: list[str]
) -> None:
    asked = query.question[0]
    wanted = [text for text in dict.fromkeys(found) if asked.rdtype == (AAAA if ":" in text else A)]
    reply = Reply(records=replies.addresses(tuple(found), asked.rdtype, ttl), ttl=ttl)
    answer = dns.message.from_wire(replies.wire(read(query.to_wire()), reply))
    model = expected(query, reply)
    if wanted:
        model.answer = [dns.rrset.from_text(asked.name, ttl, "IN", asked.rdtype, *wanted)]
    assert told(answer) == told(dns.message.from_wire(model.to_wire()))


def test_rendered_records_fit_behind_any_spelling_of_the_question() -> None:
    name = dns.name.from_text("www.example.")
    records = replies.rendered(name, CHAIN, 60)
    assert records.count == 3
    for spelled in ("www.example", "WwW.eXample"):
        question = read(dns.message.make_query(spelled, "A").to_wire())
        answer = dns.message.from_wire(replies.wire(question, Reply(records=records)))
        assert [(str(r.name).lower(), r.ttl, len(r)) for r in answer.answer] == [
            ("www.example.", 60, 1),
            ("edge.www.example.", 60, 2),
        ]
        assert str(answer.answer[0].name) == f"{spelled}."


@pytest.mark.parametrize(("limit", "cut"), [(512, True), (4000, False)])
def test_answer_that_is_too_long_says_so_and_keeps_question_and_reason(
    limit: int, cut: bool
) -> None:
    many = Records(b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\7" * 100, 100)
    query = dns.message.make_query("www.example", "A", use_edns=0)
    answer = replies.wire(read(query.to_wire()), Reply(records=many, why=(15, "x")), limit=limit)
    message = dns.message.from_wire(answer)
    assert bool(message.flags & dns.flags.TC) is cut
    assert message.question == query.question
    assert [str(option) for option in message.options] == ["EDE 15 (Blocked): x"]
    assert len(answer) <= limit


def test_answer_to_one_who_hides_lengths_hides_its_own() -> None:
    query = dns.message.make_query("www.example", "A", use_edns=0, pad=128)
    answer = replies.wire(read(query.to_wire()), Reply(records=NONE))
    assert len(answer) % replies.PADDED == 0
    assert len(dns.message.from_wire(answer).options) == 1
