"""Laws of reading: no bytes make it raise, and what is over the limits is said."""

from __future__ import annotations

import gzip
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.content.text.coding import STAGES, Decoder, decode
from kidgate.content.text.labels import ENCODINGS
from kidgate.content.text.limits import Limits
from kidgate.content.text.read import READABLE, read_page

FAST = settings(max_examples=150, deadline=None, database=None)
DEEP = settings(max_examples=4_000, deadline=None, database=None)
SMALL = Limits(size=500, tags=20)

PIECES = st.sampled_from(
    rb"""< > </ <!-- --> <script> </script> <svg> <![CDATA[ ]]> title=" =' &# &amp x 9 "a": { }
    [ " \u00 \ud800 data: <iframe/srcdoc=' <img/src="data:text/html;base64, <meta/charset=
    <?xml""".split()
) | st.sampled_from([b" ", b"<p hidden", b"\0", b"\xff\xfe", b"\xc3", b"\n\n", b"\x1b$B", b"\x81"])
BODIES = st.binary(max_size=80) | st.lists(PIECES | st.binary(max_size=3), max_size=40).map(
    b"".join
)
TYPES = st.sampled_from([*sorted(READABLE), "", "text/plain"])
CHARSETS = st.sampled_from(["", "nonsense", "utf-7", *sorted(ENCODINGS)])
HEADERS = st.builds(lambda kind, name: f"{kind};charset={name}", TYPES, CHARSETS) | st.text(
    max_size=30
)
CODINGS = st.lists(st.sampled_from([*STAGES, "identity", "foo"]), max_size=3).map(",".join)
PACK = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


def packed(body: bytes, names: str) -> bytes:
    for name in names.split(","):
        body = PACK[name](body) if name in PACK else body
    return body


def check_reading(body: bytes, header: str, names: str) -> None:
    page = read_page(packed(body, names), header, names, limits=SMALL)
    for part in page.parts:
        assert part.text.encode()  # no lone surrogates, not empty
        assert "\0" not in part.text
    assert len(body) <= SMALL.size or page.unread or not page.parts


def check_decoding(body: bytes, names: str, cut: int) -> None:
    whole = decode(body, names, SMALL)
    decoder = Decoder(names, SMALL)
    pieces = decoder.feed(body[:cut]) + decoder.feed(body[cut:]) + decoder.finish()
    assert len(whole.data) <= SMALL.size
    assert (pieces, decoder.unread) == whole


def check_packing(body: bytes, names: str) -> None:
    decoded = decode(packed(body, names), names)
    assert decoded.data == body or "foo" in names
    assert not decoded.unread or "foo" in names


@FAST
@given(BODIES, HEADERS, CODINGS)
def test_read_page_when_anything_comes(body: bytes, header: str, names: str) -> None:
    check_reading(body, header, names)


@FAST
@given(BODIES, CODINGS, st.integers(0, 80))
def test_decode_when_anything_comes(body: bytes, names: str, cut: int) -> None:
    check_decoding(body, names, cut)


@FAST
@given(st.binary(max_size=2000), CODINGS)
def test_decode_when_packed_before(body: bytes, names: str) -> None:
    check_packing(body, names)


@pytest.mark.deep
@DEEP
@given(BODIES, HEADERS, CODINGS)
def test_read_page_when_anything_comes_deep(body: bytes, header: str, names: str) -> None:
    check_reading(body, header, names)


@pytest.mark.deep
@DEEP
@given(BODIES, CODINGS, st.integers(0, 80))
def test_decode_when_anything_comes_deep(body: bytes, names: str, cut: int) -> None:
    check_decoding(body, names, cut)


@pytest.mark.deep
@DEEP
@given(st.binary(max_size=2000), CODINGS)
def test_decode_when_packed_before_deep(body: bytes, names: str) -> None:
    check_packing(body, names)
