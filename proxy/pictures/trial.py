"""Trying the chain and a model before they are relied on, by the same process with the same limits
as in the gateway."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from kidgate.content.images.canary import NAME, canary
from kidgate.content.images.layout import HashesFault
from kidgate.content.images.model_spec import ModelSpec
from kidgate.proxy.pictures.client import Pictures
from kidgate.proxy.pictures.link import Link, PictureLimits
from kidgate.proxy.pictures.wire import Answer, Told

LOADED_SECONDS = 30.0  # for one picture in a trial: here it may be told that it is slow


class ModelRefused(Exception):
    """A model that does not work; the message says why."""


@dataclass(frozen=True, slots=True)
class Trial:
    scores: Mapping[str, float]  # of a grey pattern
    milliseconds: float  # for one picture, everything together


@dataclass(frozen=True, slots=True)
class Chain:
    """What was found of the canary. `exact` is None where there is no list, `near` where none has
    perceptual hashes, `model` where there is none."""

    exact: bool | None = None
    near: bool | None = None
    model: Trial | None = None
    fault: str = ""
    lists: Mapping[str, int] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        return self.exact is not False and self.near is not False and not self.fault


async def try_model(path: Path, spec: ModelSpec) -> Trial:
    """Judge a pattern by a network. Raises ModelRefused."""
    limits = PictureLimits(seconds=LOADED_SECONDS, waits_seconds=2 * LOADED_SECONDS)
    told = Told("", str(path), spec, limits.memory, int(LOADED_SECONDS))
    link = Link(lambda: told, limits)
    try:
        await _judged(link)  # loads what is only loaded when it is used
        started = time.perf_counter()
        answer = await _judged(link)
        return Trial(answer.scores, (time.perf_counter() - started) * 1000)
    finally:
        await link.close()


async def _judged(link: Link) -> Answer:
    answer = await link.ask(canary())
    if why := answer.fault or answer.unjudged:
        raise ModelRefused(why)
    return answer


async def try_chain(folder: Path) -> Chain:
    """Look for the canary as the gateway does: as it is, and as a smaller JPEG of it."""
    pictures = Pictures(folder)
    try:
        chain = _exactly(pictures)
        if not chain.fault and chain.lists["near"]:
            verdict = await pictures.judge(altered(canary()), "image/jpeg")
            chain = replace(chain, near=verdict.listed == NAME, fault=verdict.unjudged)
        model = pictures.shelf.model() if not chain.fault else None
        if model is not None:
            try:
                chain = replace(chain, model=await try_model(folder / model.file, model.spec))
            except ModelRefused as fault:
                chain = replace(chain, fault=str(fault))
        return chain
    finally:
        await pictures.close()


def _exactly(pictures: Pictures) -> Chain:
    """What is told by the worker's part alone."""
    try:
        listed = pictures.listed(canary())
    except HashesFault as fault:
        return Chain(exact=False, fault=str(fault))
    health = pictures.health
    return Chain(
        exact=listed == NAME if pictures.shelf.hashes.exists() else None,
        fault=pictures.fault,
        lists={kind: health[kind] for kind in ("lists", "exact", "near")},
    )


def altered(picture: bytes) -> bytes:
    """The same picture for the eye, with no byte in common: smaller, brighter, a JPEG. Of our own
    pictures only: it is decoded here. Raises ImportError without Pillow."""
    from PIL import Image, ImageEnhance

    with Image.open(io.BytesIO(picture)) as image:
        size = (image.width * 3 // 4, image.height * 3 // 4)
        brighter = ImageEnhance.Brightness(image.convert("RGB").resize(size)).enhance(1.05)
        file = io.BytesIO()
        brighter.save(file, "JPEG", quality=70)
    return file.getvalue()
