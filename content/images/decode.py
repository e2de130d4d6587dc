"""A picture's bytes to pixels, a few frames of it. Within limits, whatever the bytes are.

This runs what strangers wrote through libraries in C: only ever call it in the process that may be
killed for it (`kidgate.proxy.pictures.process`), in tests and in benchmarks.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import (  # noqa: F401 - each of these teaches Pillow a format
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    IcoImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from kidgate.content.images.worth import MOST_PIXELS, MOST_PIXELS_JPEG

# Pixels of each side of what is hashed: larger pictures are squeezed to it, as the reference of PDQ
# does (pdq/cpp/io/pdqio.cpp). A JPEG is not decoded at a size much above it.
SIDE = 512
FRAMES = 4  # looked at of an animation, spread over it
FRAMES_DECODED = 60  # of an animation: each needs the one before
PIXELS_DECODED = 100_000_000  # of all its frames
# Browsers' formats, as far as this build of Pillow has them; the rest of what it reads is for
# nobody but attackers.
FORMATS = tuple(
    name
    for name in ("JPEG", "PNG", "GIF", "WEBP", "AVIF", "BMP", "DIB", "ICO")
    if name in Image.OPEN
)

# What was cut short is shown by browsers as far as it goes, so it is judged as far as it goes.
ImageFile.LOAD_TRUNCATED_IMAGES = True
Image.MAX_IMAGE_PIXELS = MOST_PIXELS_JPEG // 2  # at twice of it Pillow refuses


class Undecodable(Exception):
    """A picture that cannot be looked at; the message says why, in words for the journal."""


def frames(body: bytes) -> Iterator[Image.Image]:
    """The first frame and, of an animation, a few more, as RGB; at an eighth of its size at the
    least, in its own proportions. Raises Undecodable.

    Without its transparency, as the schemes' own tools do.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(body), formats=FORMATS) as image:
                _refuse_large(image)
                if getattr(image, "is_animated", False):
                    yield from _spread(image)
                else:
                    image.draft("RGB", (SIDE, SIDE))
                    yield image.convert("RGB")
    except MemoryError:
        raise Undecodable("it needs too much memory") from None
    except Image.DecompressionBombError:
        raise Undecodable("more pixels than a picture has") from None
    except Undecodable:
        raise
    except Exception as fault:  # Pillow's readers raise whatever their parsing meets
        raise Undecodable("it cannot be decoded") from fault


def hashable(image: Image.Image) -> NDArray[np.uint8]:
    """What is hashed of a frame: rows x columns x 3, no side longer than SIDE."""
    width, height = (min(side, SIDE) for side in image.size)
    if (width, height) != image.size:
        image = image.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return np.asarray(image)


def _refuse_large(image: Image.Image) -> None:
    most = MOST_PIXELS_JPEG if image.format in ("JPEG", "MPO") else MOST_PIXELS
    if image.width * image.height > most:
        raise Undecodable(f"more than {most // 1_000_000} million pixels")


def _spread(image: Image.Image) -> Iterator[Image.Image]:
    """Frames at equal distances, as far as they can be decoded."""
    count = min(
        getattr(image, "n_frames", 1),
        FRAMES_DECODED,
        max(1, PIXELS_DECODED // (image.width * image.height)),
    )
    for number in sorted({count * part // FRAMES for part in range(FRAMES)}):
        try:
            image.seek(number)
            _refuse_large(image)  # a GIF may grow with each frame
            frame = image.convert("RGB")
        except Exception as fault:
            if number == 0 or isinstance(fault, MemoryError | Undecodable):
                raise
            return  # an animation that is cut short has been seen as far as it goes
        yield frame
