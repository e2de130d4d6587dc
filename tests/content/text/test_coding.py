from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from kidgate.content.text.coding import Decoded, Decoder, codings, decode
from kidgate.content.text.limits import Limits

TEXT = "<p>Chào các em học sinh</p>".encode() * 400


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def gzip_with_every_field(data: bytes) -> bytes:
    extra, name, comment, checksum = b"\x03\x00abc", b"trang.html\0", b"ghi\0", b"\0\0"
    header = b"\x1f\x8b\x08\x1e" + bytes(6) + extra + name + comment + checksum
    return header + raw_deflate(data) + bytes(8)  # neither checksum nor length is right


PACKED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("X-GZip", gzip.compress),
    "gzip, long header": ("gzip", gzip_with_every_field),
    "deflate with header": ("deflate", zlib.compress),
    "deflate without header": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstd),
    "zstd, two frames": ("zstd", lambda data: zstd(data[:999]) + zstd(data[999:])),
    "gzip, two members": ("gzip", lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:])),
    "gzip under br": ("gzip, br", lambda data: brotli.compress(gzip.compress(data))),
    "three": ("zstd,gzip , br", lambda data: brotli.compress(gzip.compress(zstd(data)))),
    "identity": ("identity, ,gzip", gzip.compress),
    "none": ("", bytes),
}


@pytest.mark.parametrize("case", PACKED)
def test_decode_when_packed_as_browsers_accept(case: str) -> None:
    names, pack = PACKED[case]
    assert decode(pack(TEXT), names) == Decoded(TEXT, "")


@pytest.mark.parametrize("case", PACKED)
def test_decoder_when_fed_byte_by_byte(case: str) -> None:
    names, pack = PACKED[case]
    body = pack(TEXT)
    decoder = Decoder(names)
    pieces = [decoder.feed(body[at : at + 1]) for at in range(len(body))]
    assert b"".join(pieces) + decoder.finish() == TEXT
    assert decoder.unread == ""


@pytest.mark.parametrize("case", PACKED)
def test_decode_when_empty(case: str) -> None:
    assert decode(b"", PACKED[case][0]) == Decoded(b"", "")


def test_decode_when_deflate_is_one_byte() -> None:
    assert decode(b"\x03", "deflate").unread == ""


@pytest.mark.parametrize("name", ["gzip", "deflate", "br"])
@pytest.mark.parametrize("garbage", [b"\0" * 100, b"<p>after the end</p>", b"\x1f\x8b\x09"])
def test_decode_when_garbage_follows(name: str, garbage: bytes) -> None:
    body = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[name](TEXT)
    assert decode(body + garbage, name) == Decoded(TEXT, "")


NUMBERS = " ".join(str(number * number) for number in range(60_000)).encode()
PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": lambda data: brotli.compress(data, quality=4),
    "zstd": zstd,
}


@pytest.mark.parametrize("name", PACK)
def test_decode_when_cut_short(name: str) -> None:
    body = PACK[name](NUMBERS)
    decoded = decode(body[: len(body) // 2], name)
    assert NUMBERS.startswith(decoded.data)
    assert len(decoded.data) > 100_000
    assert decoded.unread == ""


def then_no_block(window: int) -> bytes:
    packer = zlib.compressobj(6, zlib.DEFLATED, window)
    return packer.compress(NUMBERS) + packer.flush(zlib.Z_FULL_FLUSH) + b"\x07no such block"


def overwritten(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes(range(256)) + data[middle + 256 :]


BROKEN = {
    "gzip": lambda: then_no_block(31),
    "deflate": lambda: then_no_block(15),
    "br": lambda: overwritten(PACK["br"](NUMBERS)),
    "zstd": lambda: PACK["zstd"](NUMBERS) + b"no frame",
}


@pytest.mark.parametrize("name", BROKEN)
def test_decode_when_broken_in_the_middle(name: str) -> None:
    decoded = decode(BROKEN[name](), name)
    assert decoded.unread == f"broken {name} body"
    assert decoded.data[:200_000] == NUMBERS[:200_000]


@pytest.mark.parametrize("name", ["gzip", "br", "zstd"])
def test_decode_when_not_packed_at_all(name: str) -> None:
    assert decode(TEXT, name).unread == f"broken {name} body"


@pytest.mark.parametrize("name", ["foo", "bz2", "compress", "dcb", "gzip, foo", "utf-7"])
def test_decode_when_coding_is_unknown(name: str) -> None:
    decoded = decode(TEXT, name)
    assert decoded.data == TEXT
    assert decoded.unread == f"unknown content coding `{name.removeprefix('gzip, ')}`"


def zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()


BOMBS = {
    "gzip": lambda: zeros(20),
    "br": lambda: brotli.compress(bytes(20 << 20), quality=4),
    "zstd": lambda: zstd(bytes(20 << 20)),
    "gzip, gzip, gzip": lambda: gzip.compress(gzip.compress(zeros(20))),
    "gzip, zstd": lambda: zstd(zeros(20)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_decode_when_it_grows_without_end(name: str) -> None:
    decoded = decode(BOMBS[name](), name, Limits(size=1_000_000, ratio=1 << 30))
    assert decoded == Decoded(bytes(1_000_000), "larger than 1000000 bytes")


@pytest.mark.parametrize("name", list(BOMBS)[1:])
def test_decode_when_it_grows_too_much(name: str) -> None:
    decoded = decode(BOMBS[name](), name)
    assert decoded.unread == "grows more than 250 times"
    assert len(decoded.data) < 2_000_000


def test_decode_when_larger_between_two_codings() -> None:
    inner = zlib.compress(b"small") + bytes(3_000_000)  # ignored, but it has to be counted
    decoded = decode(gzip.compress(inner), "deflate, gzip")
    assert decoded == Decoded(b"small", "larger inside than it may be outside")


def test_decode_when_a_gzip_header_does_not_end() -> None:
    assert decode(b"\x1f\x8b\x08\x08" + b"x" * 100_000, "gzip").unread == "broken gzip body"


def test_decode_when_there_are_thousands_of_members() -> None:
    assert decode(gzip.compress(b"") * 10_000, "gzip").unread == "more than 256 gzip members"


def test_decode_when_too_many_codings() -> None:
    decoded = decode(b"x", "gzip, gzip, gzip, gzip")
    assert decoded == Decoded(b"", "more than 3 content codings")


def test_decode_when_plain_and_too_large() -> None:
    assert decode(b"x" * 11, "", Limits(size=10)) == Decoded(b"x" * 10, "larger than 10 bytes")
    assert decode(b"x" * 10, "", Limits(size=10)) == Decoded(b"x" * 10, "")


def test_decode_when_zstd_asks_for_a_large_window() -> None:
    wide = zstandard.ZstdCompressionParameters(window_log=24)
    packer = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    assert decode(packer.compress(TEXT) + packer.flush(), "zstd").unread == "broken zstd body"


def test_decoder_when_fed_after_a_fault() -> None:
    decoder = Decoder("gzip", Limits(size=10))
    assert decoder.feed(gzip.compress(TEXT)) == TEXT[:10]
    assert decoder.feed(gzip.compress(TEXT)) + decoder.finish() == b""
    assert decoder.unread == "larger than 10 bytes"


def test_codings_when_spelt_oddly() -> None:
    assert codings(" GZip ,\t,Identity,br") == ["gzip", "br"]
