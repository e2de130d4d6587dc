"""Request heads: what passes our check is one request, read one way."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.proxy.rfc9112 import check_head, check_start

GOOD = {
    "origin form": b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "absolute form": b"GET http://a.example/x?y HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "upper scheme": b"GET HTTP://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "connect": b"CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n",
    "asterisk": b"OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "old version without host": b"GET http://a.example/ HTTP/1.0\r\n\r\n",
    "chunked": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    "chunked in capitals": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\n\r\n",
    "length": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
    "empty value": b"GET / HTTP/1.1\r\nHost: a\r\nX-Empty:\r\n\r\n",
    "tab in value": b"GET / HTTP/1.1\r\nHost: a\r\nX: b\tc\r\n\r\n",
    "latin-1 in value": b"GET / HTTP/1.1\r\nHost: a\r\nX: \xe9\r\n\r\n",
    "raw utf-8 in target": "GET /tìm HTTP/1.1\r\nHost: a\r\n\r\n".encode(),
    "unknown method": b"PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n",
}
BAD = {
    "bare LF at the end of a line": b"GET / HTTP/1.1\nHost: a\r\n\r\n",
    "bare LF before the empty line": b"GET / HTTP/1.1\r\nHost: a\n\r\n",
    "two bare LF": b"GET / HTTP/1.1\r\nHost: a\n\n",
    "bare CR in a value": b"GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
    "obs-fold": b"GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
    "obs-fold by tab": b"GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n",
    "first line folded": b"GET / HTTP/1.1\r\n Host: a\r\n\r\n",
    "space before the colon": b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
    "no colon": b"GET / HTTP/1.1\r\nHost: a\r\nnothing\r\n\r\n",
    "empty name": b"GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n",
    "NUL in a value": b"GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n",
    "NUL in the host": b"GET / HTTP/1.1\r\nHost: a\0.example\r\n\r\n",
    "DEL in a value": b"GET / HTTP/1.1\r\nHost: a\r\nX: \x7f\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "empty host": b"GET / HTTP/1.1\r\nHost:  \r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
    "two hosts in other letters": b"GET / HTTP/1.1\r\nHost: a\r\nhOST: b\r\n\r\n",
    "two lengths": b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
    "list of lengths": b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\n",
    "signed length": b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
    "hex length": b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\n",
    "empty length": b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n",
    "length and coding": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n",
    "coding with a vertical tab": b"POST / HTTP/1.1\r\nHost: a\r\n"
    b"Transfer-Encoding: chunked\x0b\r\n\r\n",
    "other coding": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    "empty coding": b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\n",
    "coding in the old version": b"POST / HTTP/1.0\r\nHost: a\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n",
    "trace": b"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n",
    "track": b"TRACK / HTTP/1.1\r\nHost: a\r\n\r\n",
    "fragment": b"GET /#x HTTP/1.1\r\nHost: a\r\n\r\n",
    "two spaces": b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
    "tab for a space": b"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "space in the target": b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
    "space at the end": b"GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
    "version 0.9": b"GET /\r\nHost: a\r\n\r\n",
    "version 2": b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
    "version 1.2": b"GET / HTTP/1.2\r\nHost: a\r\n\r\n",
    "small letters in the version": b"GET / http/1.1\r\nHost: a\r\n\r\n",
    "target without a slash": b"GET a.example HTTP/1.1\r\nHost: a\r\n\r\n",
    "other scheme": b"GET ftp://a.example/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "asterisk of another method": b"GET * HTTP/1.1\r\nHost: a\r\n\r\n",
    "empty line first": b"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "nothing": b"\r\n\r\n",
}


@pytest.mark.parametrize("head", GOOD.values(), ids=GOOD)
def test_head_passes_when_it_keeps_the_syntax(head: bytes) -> None:
    assert check_head(head) is None


@pytest.mark.parametrize("head", BAD.values(), ids=BAD)
def test_head_is_refused_with_words_when_it_does_not(head: bytes) -> None:
    why = check_head(head)
    assert why is not None
    assert why and why[0].islower()


@pytest.mark.parametrize("head", GOOD.values(), ids=GOOD)
def test_start_of_a_good_head_passes_wherever_it_is_cut(head: bytes) -> None:
    for size in range(head.index(b"\r\n\r\n")):
        assert check_start(head[:size]) is None


@pytest.mark.parametrize(
    "start",
    [
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"\x16\x03\x01\x02\x00\x01",
        b"\x00\x0e8",
        b"GET / HTTP/2.0\r\n",
        b"\nGET / HTTP/1.1\r\n",
        b"(",
    ],
)
def test_other_protocol_is_known_by_its_first_bytes(start: bytes) -> None:
    assert check_start(start) == "the request line is malformed"


PIECES = st.sampled_from(
    [
        b"GET", b"POST", b"TRACE", b"OPTIONS", b"CONNECT", b" ", b"  ", b"\t", b"/", b"*",
        b"http://a/", b"HTTP/1.1", b"HTTP/1.0", b"\r\n", b"\n", b"\r", b"\0", b"\x0b", b"Host",
        b"hOst", b": ", b":", b"a", b"a.example", b"Content-Length", b"5", b"0", b"-1",
        b"Transfer-Encoding", b"chunked", b"X", b"\xff", b"#", b",",
        b"\r\nHost: a", b"\r\nContent-Length: 5", b"\r\nTransfer-Encoding: chunked",
    ]
)  # fmt: skip
LINES = st.lists(
    st.sampled_from(
        [b"Host: a", b"HOST: b", b"host:", b"Content-Length: 5", b"content-length: 6", b" folded",
         b"Transfer-Encoding: chunked", b"transfer-encoding: gzip", b"X: y", b"X : y", b"X\n: y"]
    ),
    max_size=5,
)  # fmt: skip
HEADS = st.one_of(
    st.binary(max_size=80),
    st.lists(PIECES, max_size=20).map(lambda found: b"".join(found) + b"\r\n\r\n"),
    LINES.map(lambda found: b"\r\n".join([b"POST / HTTP/1.1", *found, b"", b""])),
    LINES.map(lambda found: b"\r\n".join([b"POST http://a/ HTTP/1.0", *found, b"", b""])),
)


@given(HEADS)
def test_accepted_head_can_be_read_one_way_alone(head: bytes) -> None:
    if check_head(head) is not None:
        return
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert b"\r" not in head.replace(b"\r\n", b"")
    assert not re.search(rb"\r\n[ \t]", head)
    first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    names = [line.partition(b":")[0].lower() for line in lines]
    assert names.count(b"host") == 1 or (first.endswith(b"/1.0") and b"host" not in names)
    assert not {b"content-length", b"transfer-encoding"} <= set(names)
    assert names.count(b"content-length") <= 1
    assert names.count(b"transfer-encoding") <= 1


@given(st.binary(max_size=60))
def test_start_never_raises(start: bytes) -> None:
    assert check_start(start) in (None, "the request line is malformed")
