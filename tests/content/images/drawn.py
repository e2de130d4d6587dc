"""Harmless pictures, drawn by formulas: waves of colour, plain fields. And files of them."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def waves(height: int, width: int, seed: int = 1) -> Pixels:
    """Overlapping waves: enough to see for a good hash. The same on every machine."""
    y, x = np.mgrid[0:height, 0:width]
    down, across = y / height, x / width
    grey = np.zeros((height, width))
    for wave in range(1, 24):
        turn = (wave * 37 * seed) % 19 / 3
        slope = (wave * seed) % 7 - 3
        grey += np.sin(wave * 2.1 * across + slope * wave * down + turn) / wave**0.5
    grey = (grey - grey.min()) / (grey.max() - grey.min())
    colours = [grey, grey**1.2, 1 - 0.5 * grey]
    return np.stack([np.round(one * 255) for one in colours], axis=-1).astype(np.uint8)


def field(height: int, width: int, colour: tuple[int, int, int]) -> Pixels:
    """One colour with a little of a pattern, so that its file is no decoration."""
    y, x = np.mgrid[0:height, 0:width]
    pattern = (x * 7 + y * 13) % 24
    return np.clip(np.array(colour) + pattern[:, :, None] - 12, 0, 255).astype(np.uint8)


def saved(pixels: Pixels, format_: str = "JPEG", **how: Any) -> bytes:
    """A file of a picture."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format_, **how)
    return file.getvalue()


def animated(frames: list[Pixels], format_: str = "GIF") -> bytes:
    file = io.BytesIO()
    first, *rest = map(Image.fromarray, frames)
    first.save(file, format_, save_all=True, append_images=rest, duration=100)
    return file.getvalue()
