"""The words on a picture that AI made: masks that were drawn once (DejaVu Sans Bold, 40 pixels), so
that no font is needed and every box draws the same.
"""

from __future__ import annotations

from importlib.resources import files

from kidgate.content.images.verdict import Label

LANGUAGES = ("vi", "en")
LABELS = (Label.AI_MADE, Label.AI_EDITED)
_ALL = tuple(f"{language}-{label}" for language in LANGUAGES for label in LABELS)


def number(language: str, label: Label) -> int:
    """By which a strip is asked for, from 1."""
    return _ALL.index(f"{language}-{label}") + 1


def strips() -> tuple[bytes, ...]:
    """The masks, in the order of their numbers, as PNG files. Raises OSError."""
    folder = files("kidgate.proxy.pictures") / "strips"
    return tuple((folder / f"{name}.png").read_bytes() for name in _ALL)
