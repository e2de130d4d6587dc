"""Which pictures are looked at. Exact hashes are looked up of all of them, whatever is said here.

Icons, lines, dots and little buttons are most of a page's pictures and show nothing; what is larger
than a picture of a page ever is would cost the box its memory.
"""

from __future__ import annotations

from kidgate.content.images.sniff import Format, Seen

SMALL_BYTES = 2048
SMALL_SIDE = 64  # pixels, of the shorter side
LARGEST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 16_000_000  # of a picture that has to be decoded whole
MOST_PIXELS_JPEG = 48_000_000  # a JPEG is decoded at the size it is needed in


def is_decoration(seen: Seen, size: int) -> bool:
    """Whether a picture of so many bytes is too small to show anything, or drawn (SVG)."""
    if seen.format is Format.SVG or size < SMALL_BYTES:
        return True
    return seen.size is not None and min(seen.size) < SMALL_SIDE


def why_not(seen: Seen, size: int) -> str:
    """Why a picture cannot be judged, in words; "" when it can be tried."""
    if seen.format is Format.OTHER:
        return "a format that is not read"
    if size > LARGEST_BYTES:
        return f"larger than {LARGEST_BYTES >> 20} MB"
    most = MOST_PIXELS_JPEG if seen.format is Format.JPEG else MOST_PIXELS
    if seen.size is not None and seen.size.width * seen.size.height > most:
        return f"more than {most // 1_000_000} million pixels"
    return ""
