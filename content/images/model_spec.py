"""What an owner's network expects of a picture and what its numbers mean: a small document.

    size: 224                 # or [width, height], in pixels
    layout: nchw              # or nhwc
    colours: rgb              # or bgr
    divide_by: 255            # each value, before the mean is taken off
    mean: [0.485, 0.456, 0.406]
    deviation: [0.229, 0.224, 0.225]
    fit: stretch              # or crop: the middle
    activation: softmax       # or sigmoid, or none where the network has done it
    exclusive: true           # one label is true, so that those of a category add up; else the
                              # highest counts
    labels: [harmless, harmless, adult, gore]  # the category of each number of the output

It is read from a file by `model_reading.py`. Nothing is loaded here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

HARMLESS = "harmless"


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """As in the document; `size` is (side,) or (width, height)."""

    size: tuple[int, ...]
    labels: tuple[str, ...]
    layout: str = "nchw"
    colours: str = "rgb"
    divide_by: float = 255.0
    mean: tuple[float, ...] = (0.0,)
    deviation: tuple[float, ...] = (1.0,)
    fit: str = "stretch"
    activation: str = "none"
    exclusive: bool = True

    @property
    def width(self) -> int:
        return self.size[0]

    @property
    def height(self) -> int:
        return self.size[-1]

    @property
    def categories(self) -> tuple[str, ...]:
        """What it can find, each once."""
        return tuple(dict.fromkeys(label for label in self.labels if label != HARMLESS))


def to_plain(spec: ModelSpec) -> dict[str, Any]:
    return asdict(spec)


def from_plain(plain: Mapping[str, Any]) -> ModelSpec:
    """What `to_plain` made, perhaps after a way through JSON."""
    fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in plain.items()}
    return ModelSpec(**fields)
