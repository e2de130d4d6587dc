"""PDQ, the perceptual hash that photo-matching schemes exchange: 256 bits and a quality of 0..100.

The algorithm is public (facebook/ThreatExchange, hashing/hashing.pdf). Blurring by two box filters
and taking 64 x 64 samples is linear, so here it is one matrix for the rows and one for the columns;
the result is bit for bit that of the reference, which has no package for Linux that needs no
compiler.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SMALLEST_SIDE = 5  # pixels; what is smaller has no hash

_SIDE, _KEPT = 64, 16
_SIDES_HELD = 64  # matrices of picture sides that are kept: 128 kB each at the largest

Floats = NDArray[np.float32]


class Pdq(NamedTuple):
    bits: bytes  # 32 bytes, the first as the first two hexadecimal digits of the usual text
    quality: int


def pdq(rgb: NDArray[np.uint8]) -> Pdq:
    """The hash of a picture: rows x columns x 3. Raises ValueError for another shape."""
    if rgb.ndim != 3 or rgb.shape[2] != 3 or min(rgb.shape[:2]) < SMALLEST_SIDE:
        raise ValueError(f"a picture of shape {rgb.shape} has no hash")
    red, green, blue = (rgb[:, :, colour].astype(np.float32) for colour in range(3))
    luma = red * np.float32(0.299) + green * np.float32(0.587) + blue * np.float32(0.114)
    rows, columns = luma.shape
    small = _shrink(rows) @ luma @ _shrink(columns).T
    waves = (_cosines() @ small @ _cosines().T).ravel()
    median = np.partition(waves, waves.size // 2 - 1)[waves.size // 2 - 1]
    bits = np.packbits((waves > median)[::-1])
    return Pdq(bits.tobytes(), _quality(small))


def _quality(small: Floats) -> int:
    """How much there is to see: the sum of steps between neighbours that are worth counting."""
    steps = sum(
        int(np.abs(np.trunc(np.diff(small, axis=axis) * 100 / 255)).sum()) for axis in (0, 1)
    )
    return min(100, steps // 90)


@lru_cache(_SIDES_HELD)
def _shrink(side: int) -> Floats:
    """64 x side: two means over a window, then the samples."""
    window = (side + 2 * _SIDE - 1) // (2 * _SIDE)
    right = (window + 2) // 2 - 1
    left = window - 1 - right
    at = np.arange(side)
    low, high = np.maximum(at - left, 0), np.minimum(at + right + 1, side)
    inside = (at >= low[:, None]) & (at < high[:, None])
    mean = inside / (high - low)[:, None]
    sampled = ((np.arange(_SIDE) + 0.5) * side / _SIDE).astype(int)
    shrink: Floats = (mean[sampled] @ mean).astype(np.float32)
    return shrink


@lru_cache(1)
def _cosines() -> Floats:
    """16 x 64: the waves 1 to 16 of the discrete cosine transform."""
    wave, place = np.arange(1, _KEPT + 1)[:, None], np.arange(_SIDE)
    angle = math.pi / 2 / _SIDE * wave * (2 * place + 1)
    return (math.sqrt(2 / _SIDE) * np.cos(angle)).astype(np.float32)
