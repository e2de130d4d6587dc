"""Giving up what a worker does not need: it reads what strangers send.

The service starts with the right to bind low ports and to change its packet filter; sockets come
from the supervisor, and the filter is the keeper's. By capset(2) and prctl(2): Python has neither.
"""

from __future__ import annotations

import ctypes
import os

_VERSION_3 = 0x20080522
_AMBIENT, _AMBIENT_CLEAR_ALL = 47, 4
_NO_NEW_PRIVILEGES = 38


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
    libc = ctypes.CDLL(None, use_errno=True)
    header, none = _Header(_VERSION_3, 0), (_Sets * 2)()
    _check(libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _check(libc.prctl(_AMBIENT, _AMBIENT_CLEAR_ALL, 0, 0, 0))
    _check(libc.capset(ctypes.byref(header), ctypes.byref(none)))


def _check(result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
