"""C2PA manifest stores: what their actions say of where a picture comes from.

JUMBF boxes (ISO/IEC 19566-5): a superbox `jumb` begins with a description `jumd` (16 bytes of type,
a flag byte, a label) and holds boxes. The store holds manifests, the last one is the active one;
the others belong to the pictures it was made from. Signatures are not verified: a label is what the
picture says of itself.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

from kidgate.content.images import cbor

MOST_BOXES = 2000
DEEPEST = 8
MOST_ASSERTIONS, MOST_BYTES = 16, 64 * 1024  # about actions; each
ACTIONS = ("c2pa.actions", "c2pa.actions.v2")
SOURCE_TYPE = "digitalSourceType"


class Source(NamedTuple):
    """One `digitalSourceType` of an action."""

    action: str  # `c2pa.created`, `c2pa.edited`, ...
    type: str  # the last part of its URI
    active: bool  # said of the picture itself, not of one it was made from


class _Box(NamedTuple):
    kind: bytes
    start: int
    end: int


def sources(store: bytes) -> tuple[Source, ...]:
    """Every source type in a manifest store; bytes that are none have none."""
    try:
        return tuple(_Walk(store).sources())
    except (struct.error, IndexError):
        return ()


class _Walk:
    def __init__(self, data: bytes) -> None:
        self.data, self.left, self.assertions = data, MOST_BOXES, MOST_ASSERTIONS

    def sources(self) -> Iterator[Source]:
        manifests = [
            manifest
            for store in self._superboxes(0, len(self.data))
            for manifest in self._superboxes(store.start, store.end)
        ]
        for manifest in manifests:
            for box in self._below(manifest, 2):
                for action in self._actions(box):
                    type_ = action.get(SOURCE_TYPE)
                    if isinstance(type_, str):
                        active = manifest is manifests[-1]
                        name = type_.rpartition("/")[2]
                        yield Source(str(action.get("action")), name, active)

    def _below(self, box: _Box, depth: int) -> Iterator[_Box]:
        """All superboxes in one, with itself."""
        yield box
        if depth < DEEPEST:
            for inner in self._superboxes(box.start, box.end):
                yield from self._below(inner, depth + 1)

    def _actions(self, box: _Box) -> Iterator[dict[str, Any]]:
        """The actions of an assertion about them."""
        boxes = list(self._boxes(box.start, box.end))
        if not boxes or boxes[0].kind != b"jumd" or not self._is_about_actions(boxes[0]):
            return
        for content in boxes[1:]:
            self.assertions -= 1
            if self.assertions < 0 or content.end - content.start > MOST_BYTES:
                return
            data = self.data[content.start : content.end]
            try:
                if content.kind == b"cbor":
                    found = cbor.decode(data)
                elif content.kind == b"json":
                    found = json.loads(data)
                else:
                    continue
            except (ValueError, RecursionError):
                continue
            actions = found.get("actions") if isinstance(found, dict) else None
            if isinstance(actions, list):
                yield from (action for action in actions if isinstance(action, dict))

    def _is_about_actions(self, description: _Box) -> bool:
        label = self.data[description.start + 17 : description.end].partition(b"\0")[0]
        # `c2pa.actions__2` is the second one of a manifest.
        return label.decode("utf-8", "replace").partition("__")[0] in ACTIONS

    def _superboxes(self, start: int, end: int) -> Iterator[_Box]:
        return (box for box in self._boxes(start, end) if box.kind == b"jumb")

    def _boxes(self, start: int, end: int) -> Iterator[_Box]:
        while start + 8 <= end and self.left > 0:
            self.left -= 1
            size, kind = struct.unpack_from(">I4s", self.data, start)
            inner = start + 8
            if size == 1:
                (size,) = struct.unpack_from(">Q", self.data, inner)
                inner += 8
            after = start + size if size else end
            if not inner <= after <= end:
                return
            yield _Box(kind, inner, after)
            start = after
