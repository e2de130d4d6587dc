"""The bytes of the compiled hashes: what `compile.py` writes, `exact.py` and `near.py` read.

Little-endian; every section starts at a multiple of 8.

    header        HEADER
    lists         for each list: u16 length, name in UTF-8
    exact starts  u32[65537]       where the digests with the same first 16 bits begin
    exact         byte[32][exact]  SHA-256, ascending
    exact lists   u8[exact]        the list of each
    near          byte[32][near]   PDQ, ascending
    near lists    u8[near]
    band starts   u32[16][65537]   for each band of 16 bits: where the hashes with one value begin
    bands         u32[16][near]    numbers of hashes, ordered by that band's value

The checksum is the xxh3_64 of everything behind it.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

MAGIC = b"KGHASHES"
VERSION = 1
HEADER = struct.Struct("<8sIIQQIIII7Q")
CHECKSUM_AT = 16
CHECKED_FROM = 24

DIGEST = 32  # bytes of a SHA-256 and of a PDQ
KEYS = 1 << 16
STARTS = KEYS + 1
BANDS = 16
MOST_LISTS = 255
MOST_HASHES = 2**31
LONGEST_NAME = 64


class HashesFault(Exception):
    """The compiled hashes, or a list kept for them, are missing, damaged or of another version."""


class Header(NamedTuple):
    """The fields of HEADER in order. Sizes in bytes, offsets from the start of the file."""

    magic: bytes
    version: int
    header_size: int
    checksum: int
    size: int
    lists: int
    exact: int
    near: int
    reserved: int
    lists_at: int
    exact_starts_at: int
    exact_at: int
    exact_lists_at: int
    near_at: int
    near_lists_at: int
    bands_at: int  # starts, then numbers


def read_header(data: bytes) -> Header:
    """The header of a file whose first HEADER.size bytes these are. Raises HashesFault."""
    if len(data) < HEADER.size or data[: len(MAGIC)] != MAGIC:
        raise damaged("it does not begin as they do")
    header = Header(*HEADER.unpack_from(data))
    if header.version != VERSION:
        raise damaged(f"they are of version {header.version}, not {VERSION}")
    if header.header_size != HEADER.size:
        raise damaged("the header has another size")
    return header


def damaged(why: str) -> HashesFault:
    return HashesFault(
        f"the compiled hashes of pictures are damaged ({why}): run kidgate images build"
    )


def aligned(offset: int) -> int:
    """The next multiple of 8."""
    return -(-offset // 8) * 8
