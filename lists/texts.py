"""The texts of the keys, on the disk: what turns a found hash into an exact answer.

They are read with pread from the open file, never mapped, and only where a hash was found. The file
may be replaced meanwhile: its descriptor keeps the old one alive.
"""

from __future__ import annotations

import logging
import os
import weakref
from pathlib import Path

from xxhash import xxh3_64_intdigest

from kidgate.lists import layout
from kidgate.lists.faults import IndexFault
from kidgate.lists.layout import BLOCK, BLOCK_BITS, HEADER, NO_SET
from kidgate.lists.sections import Sections, damaged, read_header

logger = logging.getLogger(__name__)
_pread = os.pread
_LOOK = 256  # bytes: nearly every block


class Texts:
    """The texts that belong to some sections, in an open index file.

    A text that cannot be read, or that does not have its slot's hash, confirms what was found: a
    broken disk must not open what is listed. That is logged once.
    """

    def __init__(self, sections: Sections, descriptor: int) -> None:
        """Takes the descriptor over and closes it in the end."""
        self._slots, self._ids, self._blocks = sections.slots, sections.ids, sections.blocks
        self._at = sections.header.resident
        self._twins = sections.header.twins > 0
        self._descriptor = descriptor
        self._told = False
        weakref.finalize(self, os.close, descriptor)

    def confirmed(self, at: int, key: bytes) -> int:
        """The slot of a key whose hash was found in the slot `at`; -1 when its text is another.

        Where no keys have one hash, a key that stands anywhere among the texts is the one.
        """
        try:
            start = self._at + self._blocks[at >> BLOCK_BITS]
            found = b"\n%b\n" % key in _pread(self._descriptor, _LOOK, start)
        except OSError:
            found = False
        return at if found and not self._twins else self._settled(at, key)

    def check(self) -> None:
        """Raise IndexFault unless the whole file is sound: for its builder."""
        for number in range(layout.blocks(len(self._slots))):
            if self._block(number) is None:
                raise damaged("the text of a key does not have its hash")

    def _settled(self, at: int, key: bytes) -> int:
        """As `confirmed`, by each key of the same hash alone."""
        digest = self._slots[at]
        while at < len(self._slots) and self._slots[at] == digest:
            texts = self._block(at >> BLOCK_BITS)
            if texts is None:
                self._tell()
                return at
            if texts.get(at) == key:
                return at
            at += 1
        return -1

    def _block(self, number: int) -> dict[int, bytes] | None:
        """Slot -> text, for the taken slots of a block; None when they do not fit each other."""
        first = number * BLOCK
        last = min(first + BLOCK, len(self._slots))
        start, end = self._blocks[number], self._blocks[number + 1]
        try:
            read = _pread(self._descriptor, end - start + 1, self._at + start)
        except OSError:
            return None
        texts = read.split(b"\n")[1:-1]
        taken = [at for at in range(first, last) if self._ids[at] != NO_SET]
        if [xxh3_64_intdigest(text) for text in texts] != [self._slots[at] for at in taken]:
            return None
        return dict(zip(taken, texts, strict=True))

    def _tell(self) -> None:
        if not self._told:
            self._told = True
            logger.error(
                "the texts of the category index cannot be read or are damaged: what is found in "
                "it counts as listed; build it again with `kidgate feed rebuild`"
            )


def open_file(path: Path) -> int:
    """The descriptor of an index file of the right size. Raises IndexFault."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            size = os.fstat(descriptor).st_size
            promised = read_header(os.pread(descriptor, HEADER.size, 0)).size
            if size != promised:
                raise damaged(f"it has {size} bytes instead of {promised}")
        except BaseException:
            os.close(descriptor)
            raise
    except OSError as fault:
        raise unreadable(path, fault) from fault
    return descriptor


def unreadable(path: Path, fault: OSError) -> IndexFault:
    return IndexFault(
        f"the category index `{path}` cannot be read ({fault.strerror}): "
        "build it again with `kidgate feed rebuild`"
    )
