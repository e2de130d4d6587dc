"""Our reader of ClientHellos beside mitmproxy's; and what is no hello is never taken for one."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy.proxy.layers.tls import parse_client_hello

from kidgate.proxy.door.client_hello import ClientHello, HelloReader, NoHello, like_tls
from tests.proxy.door.hellos import NAME, in_records, made, message, real, server_name

HELLO = real(NAME, "h2", "http/1.1")
cuts = st.lists(st.integers(1, len(HELLO) - 6), max_size=12)


def read(data: bytes) -> ClientHello | None:
    return HelloReader().read(data)


def theirs(data: bytes) -> tuple[str | None, int] | None:
    """What mitmproxy reads; None: it cannot."""
    try:
        found = parse_client_hello(data)
    except Exception:  # it raises whatever its parser does
        return None
    return (found.sni, len(found.extensions)) if found else None


@pytest.mark.parametrize("name", [NAME, "A.B.example", None])
def test_hello_of_openssl_reads_as_mitmproxy_reads_it(name: str | None) -> None:
    hello = real(name, "h2")
    found = read(hello)
    assert found is not None
    assert (found.sni, len(found.extensions)) == theirs(hello)
    assert found.sni == name


@given(cuts)
def test_hello_is_the_same_however_it_is_cut_into_records(at: list[int]) -> None:
    assert read(in_records(message(HELLO), at)) == read(HELLO)


@given(cuts, st.lists(st.integers(1, 2000), max_size=20))
def test_hello_is_complete_with_its_last_byte_and_not_before(
    at: list[int], segments: list[int]
) -> None:
    data = in_records(message(HELLO), at)
    reader, came = HelloReader(), bytearray()
    for end in sorted({cut % len(data) for cut in segments}):
        came[:] = data[:end]
        assert reader.read(came) is None
    assert reader.read(bytearray(data)) == read(HELLO)


def test_hello_is_read_byte_by_byte_whatever_follows_it() -> None:
    reader = HelloReader()
    found = [reader.read(HELLO[:end]) for end in range(len(HELLO))]
    assert found == [None] * len(HELLO)
    assert read(HELLO + b"\x17\x03\x03 and more") == read(HELLO)


@given(st.data())
def test_damaged_hello_is_refused_or_read_as_mitmproxy_reads_it(data: st.DataObject) -> None:
    hello = bytearray(HELLO)
    for _ in range(data.draw(st.integers(1, 3))):
        hello[data.draw(st.integers(0, len(hello) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = read(bytes(hello))
    except NoHello:
        return
    if found is not None and found.sni is not None:
        other = theirs(bytes(hello))
        # A name that it does not take for one is for `canonical_host` to refuse.
        assert other is None or other[0] in (found.sni, None)


@given(st.binary(max_size=300))
def test_any_bytes_are_incomplete_refused_or_a_hello(data: bytes) -> None:
    for start in (b"", b"\x16\x03\x01", HELLO[:60]):
        with contextlib.suppress(NoHello):
            read(start + data)


@pytest.mark.parametrize(
    "hello",
    [
        made([server_name(b"good.example"), server_name(b"bad.example")]),
        made([server_name(b"good.example", b"bad.example")]),
        made([server_name(b"good.example", kind=1)]),
        made([server_name()]),
        made([(0, b"")]),
        made([(0, b"\0\x06\0\0\x05abc")]),
        made([(0, b"\0\x06\0\0\x03abcd")]),
        made([server_name(b"g\xc3\xb6\xc3\xb6d.example")]),
    ],
)
def test_name_is_unreadable_when_two_readers_could_differ(hello: bytes) -> None:
    found = read(hello)
    assert found is not None
    assert found.sni is None
    assert any(kind == 0 for kind, _ in found.extensions)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (in_records(b"\x02" + message(HELLO)[1:]), "no ClientHello"),
        (HELLO[:5] + b"\0" + HELLO[6:], "no ClientHello"),
        (b"\x16\x03\x01\0\0" + HELLO, "is empty"),
        (in_records(message(HELLO), [100])[:105] + b"\x17\x03\x03\0\x01x", "another kind"),
        (b"\x16\x04\x01\0\x05hello", "another kind"),
        (made([], after=b"x"), "do not agree"),
        (in_records(b"\x01\0\0\x05abcde"), "ends early"),
        (made([(1, b"")])[:-2] + b"\xff\xff", "do not agree"),
    ],
)
def test_other_bytes_are_no_hello(data: bytes, why: str) -> None:
    with pytest.raises(NoHello, match=why):
        read(data)


def test_old_hello_without_extensions_has_no_name() -> None:
    body = b"\x03\x01" + bytes(32) + b"\0" + b"\0\x02\0\x2f" + b"\x01\0"
    assert read(in_records(b"\x01\0\0" + bytes((len(body),)) + body)) == ClientHello(None, ())


@pytest.mark.parametrize(
    ("data", "like"),
    [
        (b"", None),
        (b"\x16", None),
        (b"\x16\x03", None),
        (b"\x16\x03\x03", True),
        (HELLO, True),
        (b"\x16\x02\x01", False),
        (b"\x16\x03\x04", False),
        (b"G", False),
        (b"\x80\x2e\x01", False),
    ],
)
def test_tls_is_known_by_three_bytes(data: bytes, like: bool | None) -> None:
    assert like_tls(data) is like
