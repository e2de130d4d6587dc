"""The description of an owner's network, read strictly: every fault at once. What it means is
`model_spec.py`'s."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from kidgate.content.images.model_spec import HARMLESS, ModelSpec
from kidgate.documents.faults import Fault, Faults
from kidgate.documents.typed import decode

LARGEST_SIDE = 1024  # pixels
MOST_LABELS = 1000

Side = Annotated[int, msgspec.Meta(ge=16, le=LARGEST_SIDE)]

_CHOICES: Mapping[str, tuple[str, ...]] = {
    "layout": ("nchw", "nhwc"),
    "colours": ("rgb", "bgr"),
    "fit": ("stretch", "crop"),
    "activation": ("none", "softmax", "sigmoid"),
}


def read_spec(text: str, name: str, categories: frozenset[str]) -> ModelSpec:
    """A description from YAML or JSON; `categories` are those a label may name.

    Raises Faults, all at once.
    """
    spec: ModelSpec = decode(
        text, ModelSpec, name, overrides={ModelSpec: {"size": tuple[Side, ...]}}
    )
    messages = [*_shape_faults(spec), *_label_faults(spec, categories)]
    if messages:
        raise Faults(Fault(name, 0, message) for message in messages)
    return spec


def _shape_faults(spec: ModelSpec) -> list[str]:
    faults = [
        f"`{name}` must be {' or '.join(choices)}, not `{getattr(spec, name)}`"
        for name, choices in _CHOICES.items()
        if getattr(spec, name) not in choices
    ]
    if len(spec.size) not in (1, 2):
        faults.append("`size` must be one side, or [width, height]")
    faults += [
        f"`{name}` must have one number, or one for each of the three colours"
        for name in ("mean", "deviation")
        if len(getattr(spec, name)) not in (1, 3)
    ]
    if spec.divide_by <= 0 or any(number <= 0 for number in spec.deviation):
        faults.append("`divide_by` and `deviation` must be greater than 0")
    return faults


def _label_faults(spec: ModelSpec, categories: frozenset[str]) -> list[str]:
    if not 0 < len(spec.labels) <= MOST_LABELS:
        return [f"`labels` must name 1 to {MOST_LABELS} categories"]
    unknown = sorted(set(spec.labels) - categories - {HARMLESS})
    if unknown:
        named = ", ".join(f"`{label}`" for label in unknown)
        return [f"{named} is no category: name {HARMLESS}, or one of kidgate category list"]
    if not spec.categories:
        return [f"every label is {HARMLESS}: such a network finds nothing"]
    return []
