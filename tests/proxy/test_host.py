"""Our parts inside mitmproxy's HTTP/1: heads are checked, answers come early and alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from mitmproxy import http
from mitmproxy.options import Options
from mitmproxy.version import VERSION

from kidgate.proxy import host
from kidgate.proxy.rfc9112 import check_head
from tests.proxy.stand import Bench
from tests.proxy.test_rfc9112 import BAD, GOOD, HEADS

GET = b"GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n"
POST = b"POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\nContent-Length: 10\r\n\r\n"
pytestmark = pytest.mark.usefixtures("installed")


def block(flow: http.HTTPFlow) -> None:
    flow.request.stream = False
    flow.response = http.Response.make(403, b"blocked")


def stream(flow: http.HTTPFlow) -> None:
    flow.request.stream = True


def stream_answer(flow: http.HTTPFlow) -> None:
    flow.response.stream = True  # type: ignore[union-attr]


def test_version_is_the_one_that_we_know() -> None:
    assert VERSION == host.MITMPROXY_VERSION


def test_install_refuses_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "VERSION", "12.3.0")
    with pytest.raises(host.UnknownMitmproxy, match=r"12\.3\.0; install the locked version"):
        host.install(
            max_head=1,
            max_held=1,
            error_page=lambda status, said: b"",
            on_refused=lambda client, why: None,
        )


@pytest.mark.parametrize("head", BAD.values(), ids=BAD)
def test_malformed_head_never_becomes_a_flow(
    options: Options, refused: list[str], head: bytes
) -> None:
    if head.startswith(b"\r\n"):
        pytest.skip("empty lines before a head are passed over")
    bench = Bench(options)
    answer = bench.client_sends(head)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.endswith(b"page 400")
    assert bench.called == []
    assert bench.closed == [bench.client]
    assert len(refused) == 1


@pytest.mark.parametrize(
    "end", [b"\n\r\n", b"\n\n", b"\r\n\n"], ids=["LF CRLF", "LF LF", "CRLF LF"]
)
def test_head_is_refused_when_the_parser_would_see_its_end_at_a_bare_line_feed(
    options: Options, end: bytes
) -> None:
    bench = Bench(options)
    for line in (b"GET http://a.example/ HTTP/1.1\r\n", b"Host: a.example", end):
        bench.client_sends(line)
    assert bench.answer.startswith(b"HTTP/1.1 400 ")
    assert bench.called == []


def test_head_of_bare_line_feeds_is_refused_whole(options: Options) -> None:
    bench = Bench(options)
    bench.client_sends(b"GET http://a.example/ HTTP/1.1\nHost: a.example\nHost: b.example\n\r\n")
    assert bench.answer.startswith(b"HTTP/1.1 400 ")
    assert bench.called == []


@given(HEADS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_flow_begins_unless_our_check_passes(options: Options, head: bytes) -> None:
    bench = Bench(options, {"requestheaders": block})
    bench.client_sends(head)
    if bench.called:
        assert any(
            check_head(head[start:end]) is None
            for start in range(len(head))
            for end in range(start, len(head) + 1)
            if head[:start].strip(b"\r\n") == b"" and head[start:end].endswith(b"\r\n\r\n")
        )


def test_head_is_read_when_it_comes_byte_by_byte(options: Options) -> None:
    bench = Bench(options, {"requestheaders": block})
    for byte in GET[:-1]:
        assert bench.client_sends(bytes([byte])) == b""
    assert bench.client_sends(GET[-1:]).endswith(b"blocked")


@pytest.mark.parametrize("cut", [0, 1, 2, 3, 4])
def test_empty_lines_before_a_head_are_passed_over_however_they_come(
    options: Options, cut: int
) -> None:
    bench = Bench(options, {"requestheaders": block})
    whole = b"\r\n\r\n" + GET
    if cut:
        bench.client_sends(whole[:cut])
    assert bench.client_sends(whole[cut:]).endswith(b"blocked")


def test_two_heads_in_one_packet_are_both_judged(options: Options) -> None:
    bench = Bench(options, {"requestheaders": block})
    bench.client_sends(GET + GET)
    assert bench.called.count("requestheaders") == 2
    assert bench.answer.count(b"blocked") == 2


def test_second_head_on_a_connection_is_checked_too(options: Options) -> None:
    bench = Bench(options, {"requestheaders": block})
    bench.client_sends(GET + BAD["two hosts"])
    assert bench.called.count("requestheaders") == 1
    assert b"page 400" in bench.answer


@pytest.mark.parametrize("packets", [1, 7])
def test_head_over_the_limit_is_answered_431(options: Options, packets: int) -> None:
    head = GET[:-2] + b"X: " + b"a" * 3000 + b"\r\n\r\n"
    bench = Bench(options)
    size = len(head) // packets + 1
    for start in range(0, len(head), size):
        bench.client_sends(head[start : start + size])
        if bench.closed:
            break
    assert bench.answer.startswith(b"HTTP/1.1 431 ")
    assert bench.called == []
    assert bench.closed == [bench.client]


def test_head_at_the_limit_passes(options: Options) -> None:
    head = GET[:-2] + b"X: "
    head += b"a" * (2000 - len(head) - 4) + b"\r\n\r\n"
    assert len(head) == 2000
    assert Bench(options, {"requestheaders": block}).client_sends(head).endswith(b"blocked")


def test_body_does_not_count_as_head(options: Options) -> None:
    bench = Bench(options, {"requestheaders": block})
    head = POST.replace(b"10", b"9000")
    assert bench.client_sends(head + b"\n\n" * 4500).count(b"blocked") == 1


@pytest.mark.parametrize("name", ["absolute form", "chunked", "latin-1 in value"])
def test_good_head_reaches_the_hooks(options: Options, name: str) -> None:
    bench = Bench(options, {"requestheaders": block})
    bench.client_sends(GOOD[name].replace(b" / ", b" http://a/ "))
    assert bench.called[0] == "requestheaders"


# Early answers


def test_decided_upload_is_answered_while_its_body_still_comes(options: Options) -> None:
    bench = Bench(options, {"requestheaders": block})
    bench.client_sends(POST)
    assert bench.client_sends(b"123").endswith(b"blocked")
    assert bench.dialled == []


def test_rest_of_an_answered_upload_is_dropped(options: Options) -> None:
    bench = Bench(options, {"requestheaders": block})
    bench.client_sends(POST + b"123")
    answered = bench.answer
    bench.client_sends(b"4567890")
    assert bench.answer.count(b"HTTP/1.1 403") == 1
    assert bench.answer == answered
    assert bench.dialled == []


def test_body_that_came_while_the_verdict_waited_is_dropped(options: Options) -> None:
    bench = Bench(options, {"requestheaders": block})
    bench.hold = "requestheaders"
    bench.client_sends(POST)
    bench.client_sends(b"1234567890")
    assert bench.answer == b""
    bench.release()
    assert bench.answer.count(b"blocked") == 1
    assert bench.dialled == []


def test_allowed_upload_streams_through(options: Options) -> None:
    bench = Bench(options, {"requestheaders": stream})
    bench.client_sends(POST + b"123")
    assert bench.origin_got.endswith(b"\r\n\r\n123")
    bench.client_sends(b"4567890")
    assert bench.origin_got.endswith(b"1234567890")


# A response that is stopped by its head


def stopped(options: Options, *, body: bytes, length: int, streamed: bool = True) -> Bench:
    """A GET whose response our hook replaces; the origin sends head and `body` at once."""

    def replace(flow: http.HTTPFlow) -> None:
        if streamed:
            stream_answer(flow)
        flow.response = http.Response.make(403, b"blocked")

    bench = Bench(options, {"requestheaders": stream, "responseheaders": replace})
    bench.client_sends(GET)
    head = b"HTTP/1.1 200 OK\r\nX-Origin: secret\r\nContent-Length: %d\r\n\r\n" % length
    bench.origin_sends(head + body)
    return bench


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize(
    ("body", "length"), [(b"", 6), (b"sec", 6), (b"secret", 6), (b"", 0)], ids=repr
)
def test_stopped_response_leaks_nothing(
    options: Options, body: bytes, length: int, streamed: bool
) -> None:
    bench = stopped(options, body=body, length=length, streamed=streamed)
    assert bench.answer.startswith(b"HTTP/1.1 403 ")
    assert bench.answer.endswith(b"blocked")
    assert bench.answer.count(b"HTTP/1.1") == 1
    assert b"sec" not in bench.answer


def test_origin_is_hung_up_on_when_its_response_is_stopped_half_way(options: Options) -> None:
    bench = stopped(options, body=b"sec", length=6)
    assert bench.dialled[0] in bench.closed
    assert b"ret" not in bench.answer


def test_stopped_response_waits_for_the_journal_and_leaks_nothing_meanwhile(
    options: Options,
) -> None:
    def replace(flow: http.HTTPFlow) -> None:
        flow.response = http.Response.make(403, b"blocked")

    bench = Bench(options, {"requestheaders": stream, "responseheaders": replace})
    bench.hold = "responseheaders"
    bench.client_sends(GET)
    bench.origin_sends(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nsecret")
    bench.origin_sends(b"secret")
    assert bench.answer == b""
    bench.release()
    assert bench.answer.count(b"HTTP/1.1") == 1
    assert bench.answer.endswith(b"blocked")
    assert b"secret" not in bench.answer


def test_chunked_response_that_is_stopped_leaks_nothing(options: Options) -> None:
    def replace(flow: http.HTTPFlow) -> None:
        flow.response = http.Response.make(403, b"blocked")

    bench = Bench(options, {"requestheaders": stream, "responseheaders": replace})
    bench.client_sends(GET)
    bench.origin_sends(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nsecret\r\n")
    bench.origin_sends(b"6\r\nsecret\r\n0\r\n\r\n") if not bench.closed else None
    assert b"secret" not in bench.answer
    assert bench.answer.endswith(b"blocked")


def test_next_request_is_answered_after_a_stopped_response(options: Options) -> None:
    bench = stopped(options, body=b"sec", length=6)
    if bench.client in bench.closed:
        return  # also right: nothing more is expected of this connection
    bench.client_sends(GET)
    bench.origin_sends(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
    assert bench.answer.count(b"HTTP/1.1 403") == 2
    assert b"hi" not in bench.answer.removesuffix(b"blocked").rpartition(b"\r\n\r\n")[2]


def test_response_passes_unharmed_when_nobody_stops_it(options: Options) -> None:
    bench = Bench(options, {"requestheaders": stream, "responseheaders": stream_answer})
    bench.client_sends(GET)
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"
    for byte in whole:
        bench.origin_sends(bytes([byte]))
    assert bench.answer.lower() == whole.lower()


def test_error_page_speaks_with_our_words(options: Options) -> None:
    def fail(flow: Any) -> None:
        flow.request.host = ""

    bench = Bench(options, {"requestheaders": stream})
    bench.client_sends(GET)
    bench.origin_sends(b"nonsense\r\n\r\n")
    assert bench.answer.endswith(b"page 502")


# -- bodies that are held --------------------------------------------------------------------------

SMALL, LARGE = b"s" * 1999, b"L" * 2001
ANSWER = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def posted(size: int) -> bytes:
    return (
        b"POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\nContent-Length: %d\r\n\r\n" % size
    )


def test_held_answer_leaves_once_it_is_whole_and_judged(options: Options) -> None:
    bench = Bench(options)
    bench.client_sends(GET)
    assert bench.origin_sends(ANSWER + chunk(SMALL)) == b""
    assert bench.origin_sends(b"0\r\n\r\n").endswith(chunk(SMALL) + b"0\r\n\r\n")
    assert "body_too_large" not in bench.called


def test_answer_too_large_to_be_held_is_judged_by_its_beginning_and_streams(
    options: Options,
) -> None:
    judged = []
    hooks = {"body_too_large": lambda flow: judged.append(flow.response.raw_content)}
    bench = Bench(options, hooks)
    bench.client_sends(GET)
    assert chunk(LARGE) in bench.origin_sends(ANSWER + chunk(LARGE))
    assert judged == [LARGE]
    assert bench.origin_sends(chunk(b"more")).endswith(chunk(b"more"))
    assert bench.origin_sends(b"0\r\n\r\n").endswith(b"0\r\n\r\n")
    assert bench.called.count("response") == 1
    bench.client_sends(GET)  # the connection lives on
    assert bench.called.count("requestheaders") == 2


def test_answer_of_which_more_may_be_held_is_judged_whole(options: Options) -> None:
    bench = Bench(options)
    bench.client_sends(GET.replace(b"example/", b"example/large"))
    assert bench.origin_sends(ANSWER + chunk(LARGE)) == b""
    assert bench.origin_sends(b"0\r\n\r\n").endswith(chunk(LARGE) + b"0\r\n\r\n")
    assert "body_too_large" not in bench.called
    bench.client_sends(GET.replace(b"example/", b"example/large"))
    assert chunk(b"L" * 3001) in bench.origin_sends(ANSWER + chunk(b"L" * 3001))
    assert bench.called.count("body_too_large") == 1


def test_answer_too_large_is_stopped_before_a_byte_of_it_leaves(options: Options) -> None:
    def stop(flow: http.HTTPFlow) -> None:
        flow.response = http.Response.make(403, b"blocked")

    bench = Bench(options, {"body_too_large": stop})
    bench.client_sends(GET)
    answer = bench.origin_sends(ANSWER + chunk(LARGE))
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert answer.endswith(b"blocked")
    assert b"LL" not in answer
    assert bench.closed == [bench.dialled[-1]]


def test_request_too_large_to_be_held_is_judged_by_its_beginning_and_streams(
    options: Options,
) -> None:
    judged = []
    hooks = {
        "body_too_large": lambda flow: judged.append((flow.response, flow.request.raw_content))
    }
    bench = Bench(options, hooks)
    bench.client_sends(posted(2005) + LARGE)
    assert judged == [(None, LARGE)]
    bench.client_sends(b"more")
    assert bench.origin_got.endswith(LARGE + b"more")
    assert bench.origin_sends(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").endswith(b"ok")


def test_request_too_large_is_stopped_before_the_origin_hears_of_it(options: Options) -> None:
    bench = Bench(options, {"body_too_large": block})
    answer = bench.client_sends(posted(9000) + LARGE)
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert bench.dialled == []
    bench.client_sends(b"x" * 6999)
    assert bench.dialled == []


def test_nobody_is_answered_while_the_beginning_is_being_judged(options: Options) -> None:
    bench = Bench(options)
    bench.hold = "body_too_large"
    bench.client_sends(GET)
    assert bench.origin_sends(ANSWER + chunk(LARGE) + chunk(b"more")) == b""
    bench.release()
    assert bench.answer.endswith(chunk(LARGE) + chunk(b"more"))
