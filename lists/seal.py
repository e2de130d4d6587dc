"""An index shared by all workers: its resident part as a sealed memory file, mapped read-only, and
its file on the disk, open.

A mapped file on disk could be cut short under the workers, and SIGBUS would kill them all. A memory
file with its seals (fcntl F_ADD_SEALS) can neither shrink, grow nor change, whoever holds it. Linux
only.
"""

from __future__ import annotations

import fcntl
import mmap
import os
from pathlib import Path
from typing import NamedTuple

from kidgate.lists.faults import IndexFault
from kidgate.lists.index import CategoryIndex, from_parts
from kidgate.lists.layout import HEADER
from kidgate.lists.sections import Sections, damaged, read_header
from kidgate.lists.texts import open_file

SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL
_UNCHANGING = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_WRITE


class Sealed(NamedTuple):
    """Two descriptors, to be passed on in this order."""

    memory: int  # the resident part, sealed
    file: int  # the index file, for its texts

    def close(self) -> None:
        os.close(self.memory)
        os.close(self.file)


def seal(path: Path) -> Sealed:
    """Copy the resident part of an index file into a sealed memory file, and check it.

    Raises IndexFault, also when there is no memory for it.
    """
    file = open_file(path)
    try:
        memory = _copied(file, read_header(os.pread(file, HEADER.size, 0)).resident)
        try:
            Sections(_mapped(memory))
        except BaseException:
            os.close(memory)
            raise
    except BaseException:
        os.close(file)
        raise
    return Sealed(memory, file)


def from_fds(sealed: Sealed) -> CategoryIndex:
    """The index that `seal` shares; the descriptors may be closed afterwards.

    Raises IndexFault when the memory is not sealed or damaged.
    """
    try:
        seals = fcntl.fcntl(sealed.memory, fcntl.F_GET_SEALS)
        if seals & _UNCHANGING != _UNCHANGING:
            raise damaged("its memory file is not sealed")
        return from_parts(_mapped(sealed.memory), sealed.file)
    except (OSError, ValueError) as fault:
        raise IndexFault(
            f"the shared category index cannot be mapped ({fault}): restart"
        ) from fault


def _mapped(memory: int) -> memoryview:
    return memoryview(mmap.mmap(memory, 0, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ))


def _copied(file: int, size: int) -> int:
    """A sealed memory file with the first bytes of another, which pass through no other memory."""
    try:
        memory = os.memfd_create("kidgate-index", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            at = 0
            while at < size:
                sent = os.sendfile(memory, file, at, size - at)
                if not sent:
                    raise damaged(f"it ends at byte {at}")
                at += sent
            fcntl.fcntl(memory, fcntl.F_ADD_SEALS, SEALS)
        except BaseException:
            os.close(memory)
            raise
    except OSError as fault:
        message = (
            f"the category index cannot be put into shared memory ({fault.strerror}): "
            "free memory and restart"
        )
        raise IndexFault(message) from fault
    return memory
