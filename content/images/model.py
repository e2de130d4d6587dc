"""Pictures to the numbers a network takes, and its numbers to scores. The network itself is run by
`kidgate.proxy.pictures.process`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kidgate.content.images.model_spec import HARMLESS, ModelSpec

Floats = NDArray[np.float32]


class WrongOutput(ValueError):
    """A network whose output is not what its description says."""


def prepare(image: Image.Image, spec: ModelSpec) -> Floats:
    """An RGB picture as a batch of one."""
    if spec.fit == "crop":
        image = _middle(image, spec)
    size = (spec.width, spec.height)
    image = image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    resized = np.asarray(image, np.float32)
    mean, deviation = np.array(spec.mean, np.float32), np.array(spec.deviation, np.float32)
    values = ((resized / np.float32(spec.divide_by) - mean) / deviation).astype(np.float32)
    if spec.colours == "bgr":
        values = values[:, :, ::-1]
    if spec.layout == "nchw":
        values = values.transpose(2, 0, 1)
    return np.ascontiguousarray(values[None])


def _middle(image: Image.Image, spec: ModelSpec) -> Image.Image:
    scale = min(image.width / spec.width, image.height / spec.height)
    width, height = max(1, round(spec.width * scale)), max(1, round(spec.height * scale))
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))


def scores(output: NDArray[np.float32], spec: ModelSpec) -> Mapping[str, float]:
    """Category -> 0..100. Raises WrongOutput."""
    values = np.asarray(output, np.float64).ravel()
    if values.size != len(spec.labels):
        raise WrongOutput(f"its output has {values.size} numbers, not {len(spec.labels)}")
    if not np.isfinite(values).all():
        raise WrongOutput("its output is not finite")
    found: dict[str, float] = {}
    for label, value in zip(spec.labels, _activated(values, spec.activation), strict=True):
        if label != HARMLESS:
            before = found.get(label, 0.0)
            found[label] = before + value if spec.exclusive else max(before, value)
    return {label: round(100 * min(1.0, max(0.0, value)), 1) for label, value in found.items()}


def worst(of: list[Mapping[str, float]]) -> Mapping[str, float]:
    """The highest score of each category over the frames of an animation."""
    found: dict[str, float] = {}
    for one in of:
        for category, score in one.items():
            found[category] = max(score, found.get(category, 0.0))
    return found


def _activated(values: NDArray[np.float64], activation: str) -> list[float]:
    if activation == "softmax":
        powers = np.exp(values - values.max())
        return [float(value) for value in powers / powers.sum()]
    if activation == "sigmoid":
        return [float(value) for value in 1 / (1 + np.exp(-np.clip(values, -60, 60)))]
    return [float(value) for value in values]
