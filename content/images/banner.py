"""A strip at the bottom of a picture that says how it was made, for those who see it.

As `decode.py`, this runs what strangers wrote through libraries in C: only ever call it in the
process that may be killed for it. Whoever calls it delivers the picture as it is when it fails.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps, PngImagePlugin

from kidgate.content.images.decode import Undecodable
from kidgate.content.images.worth import MOST_PIXELS

# A sixteenth of the shorter side, but so that it can be read and hides no more than it must.
SHARE, LOWEST, HIGHEST = 16, 16, 72  # pixels
MARGIN = 0.12  # of the strip's height, above and below the words, and beside them at the least
QUALITY = 90  # of what cannot be kept as it was
XMP = "XML:com.adobe.xmp"
_Colour = int | tuple[int, ...]
_FULL: Mapping[str, _Colour] = {"L": 255, "RGB": (255,) * 3, "RGBA": (255,) * 4}
_NONE: Mapping[str, _Colour] = {"L": 0, "RGB": (0,) * 3, "RGBA": (0, 0, 0, 255)}


def with_strip(body: bytes, words: Image.Image) -> bytes:
    """The picture with words on black at its bottom: the same size, the same format, the same
    bytes for the same picture. `words` is a mask (mode L). Raises Undecodable or MemoryError."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(body), formats=tuple(_WRITERS)) as image:
                _refuse(image)
                format_ = str(image.format)
                return _written(_marked(image, words), format_, image.info, body)
    except (MemoryError, Undecodable):
        raise
    except Exception as fault:  # Pillow's readers raise whatever their parsing meets
        raise Undecodable("no strip can be drawn") from fault


def _refuse(image: Image.Image) -> None:
    if getattr(image, "is_animated", False):
        raise Undecodable("it moves")
    if image.width * image.height > MOST_PIXELS:
        raise Undecodable(f"more than {MOST_PIXELS // 1_000_000} million pixels")


def _marked(image: Image.Image, words: Image.Image) -> Image.Image:
    """Upright, as browsers show it: its bottom is where a child sees it."""
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode not in _FULL:
        if image.mode not in ("P", "LA", "1"):
            raise Undecodable(f"colours of the kind {image.mode}")
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    strip = _strip(image, words)
    image.paste(strip, (0, image.height - strip.height))
    return image


def _strip(image: Image.Image, words: Image.Image) -> Image.Image:
    height = min(max(min(image.size) // SHARE, LOWEST), HIGHEST, image.height)
    margin = round(height * MARGIN)
    scale = min((height - 2 * margin) / words.height, (image.width - 2 * margin) / words.width)
    size = tuple(max(1, round(side * scale)) for side in words.size)
    mask = words.resize((size[0], size[1]), Image.Resampling.LANCZOS)
    strip = Image.new(image.mode, (image.width, height), _NONE[image.mode])
    place = (image.width - mask.width) // 2, (height - mask.height) // 2
    strip.paste(_FULL[image.mode], (*place, place[0] + mask.width, place[1] + mask.height), mask)
    return strip


def _written(image: Image.Image, format_: str, info: Mapping[Any, Any], body: bytes) -> bytes:
    """What it says of itself stays with it, but for a signature that holds no more."""
    kept = {name: info[name] for name in ("icc_profile", "xmp") if info.get(name)}
    file = BytesIO()
    image.save(file, format_, exif=image.getexif(), **_WRITERS[format_](image, kept, body))
    return file.getvalue()


def _jpeg(image: Image.Image, kept: dict[str, Any], body: bytes) -> dict[str, Any]:
    return kept | {"quality": "keep" if image.format == "JPEG" else QUALITY}


def _png(image: Image.Image, kept: dict[str, Any], body: bytes) -> dict[str, Any]:
    said = PngImagePlugin.PngInfo()
    if packet := kept.pop("xmp", None):
        said.add_itxt(XMP, packet if isinstance(packet, str) else packet.decode("utf-8", "replace"))
    return kept | {"pnginfo": said}


def _webp(image: Image.Image, kept: dict[str, Any], body: bytes) -> dict[str, Any]:
    return kept | {"quality": QUALITY, "method": 2, "lossless": b"VP8L" in body[:64]}


def _avif(image: Image.Image, kept: dict[str, Any], body: bytes) -> dict[str, Any]:
    return kept | {"quality": QUALITY, "speed": 9}


_WRITERS: Mapping[str, Callable[[Image.Image, dict[str, Any], bytes], dict[str, Any]]] = {
    "JPEG": _jpeg,
    "PNG": _png,
    "WEBP": _webp,
    "AVIF": _avif,
}
