"""A file of hashes, whatever its format, to the hashes and an account of every entry."""

from __future__ import annotations

import re

from kidgate.content.images.entries import Kind, ListRefused, Read, Skipped
from kidgate.content.images.list_json import read_json
from kidgate.content.images.list_lines import read_lines
from kidgate.content.images.list_xml import read_xml

LARGEST = 256 * 1024 * 1024  # bytes
_LINE = re.compile(r"[^\r\n]+")
GARBAGE = 0.5  # the share of entries that are no hashes at which a file is no list
# A PDQ has the bits of all waves above the median: half of them. One SHA-256 in 20 has as many.
HALF = 128
TELLING = 20  # hashes; fewer tell nothing


def read_list(data: bytes, kind: Kind | None) -> Read:
    """The hashes of a list. `kind` is what hashes are that do not say it. Raises ListRefused."""
    if len(data) > LARGEST:
        raise ListRefused(f"the list is larger than {LARGEST >> 20} MB: split it")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ListRefused("this is no text: unpack it, or save it as UTF-8") from None
    start = text.lstrip()[:1]
    if start in ("{", "["):
        entries = read_json(text, kind)
    elif start == "<":
        entries = read_xml(text)
    else:
        entries = read_lines((line.group() for line in _LINE.finditer(text)), kind)
    read = Read().take(entries)
    _refuse_garbage(read)
    _refuse_other_kind(read)
    return read


def _refuse_garbage(read: Read) -> None:
    if not read.entries:
        raise ListRefused("the list is empty")
    if read.skipped[Skipped.NOT_A_HASH] > GARBAGE * read.entries:
        raise ListRefused(f"most of its {read.entries} entries are no SHA-256 and no PDQ")
    if not read.exact and not read.near:
        reasons = ", ".join(f"{count} {why}" for why, count in read.skipped.items())
        raise ListRefused(f"it has no SHA-256 and no PDQ to look for ({reasons})")


def _refuse_other_kind(read: Read) -> None:
    """A list of one kind that is taken for the other would find nothing, and nobody would know."""
    for hashes, said, meant in (
        (read.exact, Kind.SHA256, Kind.PDQ),
        (read.near, Kind.PDQ, Kind.SHA256),
    ):
        halves = sum(int.from_bytes(one).bit_count() == HALF for one in hashes)
        is_pdq = 2 * halves > len(hashes)
        if len(hashes) >= TELLING and is_pdq != (said is Kind.PDQ):
            raise ListRefused(f"its {said} hashes have the bits of {meant}: say --kind {meant}")
