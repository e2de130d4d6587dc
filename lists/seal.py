"""An index shared by all workers: a sealed memory file, mapped read-only.

A mapped file on disk could be cut short under the workers, and SIGBUS would kill them all. A memory
file with its seals (fcntl F_ADD_SEALS) can neither shrink, grow nor change, whoever holds it. Linux
only.
"""

from __future__ import annotations

import fcntl
import mmap
import os
from pathlib import Path

from kidgate.lists.faults import IndexFault
from kidgate.lists.index import CategoryIndex, from_buffer
from kidgate.lists.sections import Sections, damaged, read_whole

SEALS = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL
_UNCHANGING = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_WRITE


def seal(path: Path) -> int:
    """Copy an index file into a sealed memory file and return its descriptor, to be passed on.

    Checked before it is sealed. Raises IndexFault, also when there is no memory for it.
    """
    index = read_whole(path)
    Sections(index)
    return _sealed(index)


def from_fd(descriptor: int) -> CategoryIndex:
    """The index in a memory file that `seal` made; the descriptor may be closed afterwards.

    Raises IndexFault when it is not sealed or damaged.
    """
    try:
        seals = fcntl.fcntl(descriptor, fcntl.F_GET_SEALS)
        if seals & _UNCHANGING != _UNCHANGING:
            raise damaged("its memory file is not sealed")
        mapped = mmap.mmap(descriptor, 0, flags=mmap.MAP_SHARED, prot=mmap.PROT_READ)
    except (OSError, ValueError) as fault:
        raise IndexFault(
            f"the shared category index cannot be mapped ({fault}): restart"
        ) from fault
    return from_buffer(memoryview(mapped))


def _sealed(index: memoryview) -> int:
    try:
        descriptor = os.memfd_create("kidgate-index", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            while index:
                index = index[os.write(descriptor, index) :]
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, SEALS)
        except BaseException:
            os.close(descriptor)
            raise
    except OSError as fault:
        message = (
            f"the category index cannot be put into shared memory ({fault.strerror}): "
            "free memory and restart"
        )
        raise IndexFault(message) from fault
    return descriptor
