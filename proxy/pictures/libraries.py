"""The libraries of the extra `images`, which perceptual hashes and a model need. Nothing is
imported here."""

from __future__ import annotations

import importlib.util

EXTRA = "the extra `images` is not installed: pip install 'kidgate[images]'"
_FOR_PIXELS, _FOR_MODEL = ("numpy", "PIL"), ("onnxruntime",)


def can_draw() -> bool:
    """Whether strips can be drawn on pictures."""
    return not missing(near=True, model=False)


def missing(*, near: bool, model: bool) -> tuple[str, ...]:
    """What is not installed of what perceptual hashes, and a model, need."""
    needed = (*_FOR_PIXELS, *(_FOR_MODEL if model else ())) if near or model else ()
    return tuple(name for name in needed if importlib.util.find_spec(name) is None)
