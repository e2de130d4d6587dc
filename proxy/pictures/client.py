"""What a worker asks about pictures: `Pictures.judge`.

In the worker itself only what costs next to nothing is done: the exact hash, the label, whether the
picture is worth a look. All decoding is the process's (`link.py`). Verdicts are remembered by the
picture's hash, never its bytes; those of listed pictures are not remembered at all.
"""

from __future__ import annotations

import os
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from kidgate.content.images.exact import Exact
from kidgate.content.images.labels import label_of
from kidgate.content.images.layout import HashesFault
from kidgate.content.images.sniff import look
from kidgate.content.images.verdict import Label, PictureVerdict
from kidgate.content.images.worth import is_decoration, why_not
from kidgate.documents.file_mark import Mark, mark_of
from kidgate.proxy.pictures.libraries import can_draw
from kidgate.proxy.pictures.link import Link, PictureLimits
from kidgate.proxy.pictures.shelf import Model, Shelf, opened
from kidgate.proxy.pictures.strips import number
from kidgate.proxy.pictures.wire import Told

REMEMBERED = 4096  # verdicts
LOOK_SECONDS = 2.0  # between looks at the folder
SVG = "image/svg+xml"


class Pictures:
    """One for each worker. Lists that are there are always looked up in: nothing turns it off."""

    def __init__(
        self,
        folder: Path,
        *,
        limits: PictureLimits | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`folder`: see `shelf.py`; it may be empty or missing."""
        self.limits = limits or PictureLimits()
        self.shelf = Shelf(folder)
        self.fault = ""  # why lists or a model that are there cannot be used
        self.judged = self.unjudged = self.remembered = self.drawn = 0
        self._link = Link(self._told, self.limits)
        self._exact: Exact | None = None
        self._descriptor: int | None = None
        self._model: Model | None = None
        self._seen: tuple[Mark | None, Mark | None] | None = None  # None: nobody has looked
        self._clock, self._look_at = clock, float("-inf")
        self._known: OrderedDict[bytes, PictureVerdict] = OrderedDict()

    @property
    def active(self) -> bool:
        """Whether there is a list or a model, sound or not."""
        self._look()
        return self._seen != (None, None) or bool(self.fault)

    @property
    def marks(self) -> Hashable:
        """Other ones, when there are other lists or another model."""
        self._look()
        return self._seen

    @property
    def has_lists(self) -> bool:
        """Whether every picture must be looked up, whoever asks; so too when lists are broken."""
        self._look()
        return self._exact is not None or bool(self.fault)

    def listed(self, body: bytes) -> str:
        """The list that has exactly this picture, or "". Raises HashesFault."""
        self._look()
        return self._listed(sha256(body).digest())

    async def judge(self, body: bytes, content_type: str = "") -> PictureVerdict:
        """The verdict on one picture. What `content_type` says is believed of SVG alone."""
        self._look()
        digest = sha256(body).digest()
        try:
            listed = self._listed(digest)
        except HashesFault as fault:
            self.fault = str(fault)
            listed = ""
        if listed:
            return PictureVerdict(illegal=True, listed=listed)
        if (known := self._known.get(digest)) is not None:
            self._known.move_to_end(digest)
            self.remembered += 1
            return known
        verdict, of_picture = await self._looked_at(body, content_type)
        if of_picture and not verdict.illegal:
            self._known[digest] = verdict
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        self.judged += not verdict.unjudged
        self.unjudged += bool(verdict.unjudged)
        return verdict

    @cached_property
    def draws(self) -> bool:
        """Whether strips can be drawn here at all."""
        return can_draw()

    async def with_strip(self, body: bytes, label: Label, language: str) -> bytes:
        """The picture with a strip that says how it was made; as it is, where none can be drawn.
        `language`: vi | en."""
        if not self.draws or is_decoration(look(body), len(body)):
            return body
        answer = await self._link.ask(body, number(language, label))
        self.drawn += bool(answer.drawn)
        return answer.drawn or body

    async def close(self) -> None:
        await self._link.close()
        self._forget()

    @property
    def health(self) -> dict[str, Any]:
        counts = self._link.counts
        return {
            "lists": len(self._exact.names) - 1 if self._exact is not None else 0,
            "exact": self._exact.header.exact - 1 if self._exact is not None else 0,
            "near": max(0, self._exact.header.near - 1) if self._exact is not None else 0,
            "model": self._model.source if self._model is not None else "",
            "pid": self._link.pid,
            "judged": self.judged,
            "unjudged": self.unjudged,
            "remembered": self.remembered,
            "drawn": self.drawn,
            "starts": counts.starts,
            "killed": counts.killed,
            "died": counts.died,
            "fault": self.fault or self._link.fault,
        }

    async def _looked_at(self, body: bytes, content_type: str) -> tuple[PictureVerdict, bool]:
        """The verdict, and whether it will be the same next time."""
        seen = look(body)
        verdict = PictureVerdict(label=label_of(body, seen.format))
        if self.fault:
            return replace(verdict, unjudged=self.fault), False
        if not self._needs_pixels or is_decoration(seen, len(body)):
            return verdict, True
        if content_type.partition(";")[0].strip().lower() == SVG:
            return verdict, True
        if why := why_not(seen, len(body)):
            return replace(verdict, unjudged=why), True
        answer = await self._link.ask(body)
        joined = replace(
            verdict,
            scores=answer.scores,
            illegal=bool(answer.listed),
            listed=answer.listed,
            unjudged=answer.unjudged or answer.fault,
        )
        return joined, not answer.fault

    @property
    def _needs_pixels(self) -> bool:
        near = self._exact is not None and self._exact.header.near > 0
        return near or self._model is not None

    def _listed(self, digest: bytes) -> str:
        return self._exact.find(digest) if self._exact is not None else ""

    def _told(self) -> Told:
        model, near = self._model, self._exact is not None and self._exact.header.near > 0
        return Told(
            hashes=str(self.shelf.hashes) if near else "",
            model=str(self.shelf.folder / model.file) if model is not None else "",
            spec=model.spec if model is not None else None,
            memory=self.limits.memory,
            seconds=int(self.limits.seconds) + 2,
        )

    def _look(self) -> None:
        """Take up lists and a model that are new."""
        now = self._clock()
        if now < self._look_at + LOOK_SECONDS:
            return
        self._look_at = now
        marks = (mark_of(self.shelf.hashes), mark_of(self.shelf.model_file))
        if marks == self._seen:
            return
        self._seen = marks
        self._known.clear()
        self._link.renew()
        self._take_up(compiled=marks[0] is not None)

    def _take_up(self, *, compiled: bool) -> None:
        """What cannot be read leaves what was read before in force, and makes everything unjudged:
        a list that was damaged must not mean that nobody looks."""
        self.fault = ""
        try:
            self._model = self.shelf.model()
        except ValueError as fault:
            self.fault = str(fault)
        if not compiled:
            if self._exact is not None or self.shelf.has_lists:
                self.fault = f"`{self.shelf.hashes}` is gone: run kidgate images build"
            return
        try:
            descriptor = opened(self.shelf.hashes)
            try:
                exact = Exact(lambda offset, size: os.pread(descriptor, size, offset))
            except BaseException:
                os.close(descriptor)
                raise
        except (HashesFault, OSError) as fault:
            self.fault = str(fault)
            return
        self._forget()
        self._exact, self._descriptor = exact, descriptor

    def _forget(self) -> None:
        descriptor, self._descriptor, self._exact = self._descriptor, None, None
        if descriptor is not None:
            os.close(descriptor)
