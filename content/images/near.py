"""Look-up of a PDQ in the compiled hashes: every hash within DISTANCE bits, none left out.

Multi-index hashing (Norouzi et al., 2012): two hashes that differ in at most 31 of 256 bits differ
in at most one bit of one of their 16 bands, for 16 x 2 > 31. So the hashes that share a band with
the one looked for, but for one bit, are all that need comparing: 272 short runs, some 4,000 of a
million.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_64_intdigest

from kidgate.content.images import layout
from kidgate.content.images.exact import list_name, list_names
from kidgate.content.images.layout import BANDS, DIGEST, HEADER, KEYS, STARTS, damaged, read_header
from kidgate.content.images.pdq_words import DISTANCE

Words = NDArray[np.uint64]


class Match(NamedTuple):
    listed: str  # the list's name
    distance: int  # bits that differ


class Near:
    """The perceptual part of a file of hashes that lies in memory, or is mapped."""

    def __init__(self, data: memoryview) -> None:
        """Checks every byte of it. Raises HashesFault."""
        header = read_header(bytes(data[: HEADER.size]))
        if header.size != len(data):
            raise damaged("it is cut short")
        if xxh3_64_intdigest(data[layout.CHECKED_FROM :]) != header.checksum:
            raise damaged("its checksum does not hold")
        self.header = header
        self.names = list_names(header, bytes(data[header.lists_at : header.exact_starts_at]))
        count = header.near
        self._hashes: Words = np.frombuffer(
            data, "<u8", count * DIGEST // 8, header.near_at
        ).reshape(count, DIGEST // 8)
        self._lists = data[header.near_lists_at : header.near_lists_at + count]
        starts = BANDS * STARTS if count else 0
        self._starts = np.frombuffer(data, "<u4", starts, header.bands_at)
        self._numbers = np.frombuffer(data, "<u4", BANDS * count, header.bands_at + 4 * starts)

    def __len__(self) -> int:
        return self.header.near

    def find(self, bits: bytes) -> Match | None:
        """The nearest listed hash, if one is near enough."""
        if not len(self):
            return None
        numbers = self._candidates(np.frombuffer(bits, "<u2"))
        if not numbers.size:
            return None
        different = self._hashes[numbers] ^ np.frombuffer(bits, "<u8")
        distances = np.bitwise_count(different).sum(axis=1, dtype=np.uint16)
        best = int(distances.argmin())
        distance = int(distances[best])
        if distance > DISTANCE:
            return None
        return Match(list_name(self.names, self._lists[int(numbers[best])]), distance)

    def _candidates(self, words: NDArray[np.uint16]) -> NDArray[np.uint32]:
        """The numbers of all hashes that may be near, some more than once."""
        keys = (words[:, None] ^ _PROBES).astype(np.int64) + _BAND_STARTS
        starts = self._starts[keys].ravel().astype(np.int64)
        lengths = self._starts[keys + 1].ravel().astype(np.int64) - starts
        places = starts + np.repeat(np.arange(BANDS) * len(self), _PROBES.size)
        ends = np.cumsum(lengths)
        at = np.arange(ends[-1]) + np.repeat(places - (ends - lengths), lengths)
        found: NDArray[np.uint32] = self._numbers[at]
        return found


_PROBES = np.array([0, *(1 << bit for bit in range(16))], np.uint16)  # the band, and one bit off
_BAND_STARTS = (np.arange(BANDS) * STARTS)[:, None]
assert KEYS == 1 << 16
