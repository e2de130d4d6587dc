"""Giving up what a process does not need: most read what strangers send.

The service starts with the right to bind low ports and to change its packet filter; sockets come
from the supervisor, and the filter is the keeper's. By capset(2) and prctl(2): Python has neither.
"""

from __future__ import annotations

import ctypes
import os

_VERSION_3 = 0x20080522
_AMBIENT, _AMBIENT_RAISE, _AMBIENT_CLEAR_ALL = 47, 2, 4
_NO_NEW_PRIVILEGES = 38
NET_ADMIN = 12  # capability.h: the packet filter


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


def drop() -> None:
    """Keep no capability, and never gain one again. Raises OSError."""
    keep(0)


def keep(number: int) -> None:
    """Keep this one capability, where we have it, also for programs that we start; 0: none.

    Raises OSError.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    header, ours = _Header(_VERSION_3, 0), (_Sets * 2)()
    _check(libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _check(libc.prctl(_AMBIENT, _AMBIENT_CLEAR_ALL, 0, 0, 0))
    _check(libc.capget(ctypes.byref(header), ctypes.byref(ours)))
    kept = ours[0].permitted & (1 << number if number else 0)
    left = (_Sets * 2)(_Sets(kept, kept, kept))
    _check(libc.capset(ctypes.byref(header), ctypes.byref(left)))
    if kept:
        _check(libc.prctl(_AMBIENT, _AMBIENT_RAISE, number, 0, 0))


def _check(result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
