"""What this worker has let through under the policy in force: browsers may go on showing it.

Only keyed digests are held, of who asked, the address and the validator (`ETag`, `Last-Modified`);
an adult's edit, other lists of words or of pictures, and a restart forget them all.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

ENTRIES = 8192  # validators, about 1 MB


@dataclass(slots=True)
class Kept:
    """A bounded memory; what was used last is forgotten last."""

    entries: int = ENTRIES
    _key: bytes = field(default_factory=lambda: os.urandom(32))
    _state: Hashable = None
    _known: OrderedDict[bytes, bool] = field(default_factory=OrderedDict)

    def under(self, state: Hashable) -> None:
        """What was judged under another state counts no longer."""
        if state != self._state:
            self._state = state
            self._known.clear()

    def put(self, place: tuple[str, ...], validators: Iterable[str], *, page: bool) -> None:
        """Remember what went through; `page`: browsers were told to ask again each time."""
        for validator in validators:
            digest = self._digest(place, validator)
            self._known[digest] = page
            self._known.move_to_end(digest)
        while len(self._known) > self.entries:
            self._known.popitem(last=False)

    def find(self, place: tuple[str, ...], validators: Iterable[str]) -> bool | None:
        """Whether it was a page; None: not each of these validators went through here."""
        found = [self._known.get(self._digest(place, one)) for one in validators]
        return None if not found or None in found else any(found)

    def _digest(self, place: tuple[str, ...], validator: str) -> bytes:
        text = "\0".join((*place, validator)).encode("utf-8", "surrogateescape")
        return blake2b(text, digest_size=16, key=self._key).digest()
