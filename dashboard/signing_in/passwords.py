"""Passwords: which are good enough, their hashes, whether one is right."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

LEAST, MOST = 10, 200  # characters
LEFT = 8  # what must be left of a password without its user's name
# OWASP's smallest for Argon2id: a box with 1 GB of memory must bear some at once.
TIME_COST, MEMORY_KIB, LANES = 2, 19 * 1024, 1
AT_ONCE = BoundedSemaphore(2)  # hashes: each takes MEMORY_KIB
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890")
_LOOKS = str.maketrans("0134578@$!", "oleastbasi")  # p4ssw0rd


def fault_of(password: str, name: str) -> str:
    """Why a password will not do: `too_short`, `too_long`, `has_name`, `common`; empty: it does.

    `name` is its user's.
    """
    text = _plain(password)
    if len(text) < LEAST:
        return "too_short"
    if len(text) > MOST:
        return "too_long"
    small, name = text.casefold(), _plain(name).casefold()
    rest = small.replace(name, "") if name else small
    if len(rest) < min(LEFT, len(small)) or (rest != small and _is_common(rest)):
        return "has_name"
    return "common" if _is_common(small) else ""


def hash_password(password: str) -> str:
    """Argon2id, in its PHC spelling."""
    with AT_ONCE:
        return _hasher().hash(_plain(password))


def is_right(hash: str, password: str) -> bool:
    """Whether a password is the hashed one. With an empty hash (no such user) the answer is no, and
    takes as long, so that names cannot be found out."""
    from argon2.exceptions import VerificationError

    text = _plain(password[: 4 * MOST])
    with AT_ONCE:
        try:
            return _hasher().verify(hash or _nobody(), text) and bool(hash)
        except (VerificationError, ValueError):  # the latter: what is kept is no hash
            return False


def _plain(text: str) -> str:
    """One spelling: Vietnamese letters arrive composed or not, as the keyboard likes (RFC 8265)."""
    whole = text.encode(errors="replace").decode()  # JSON can hold half a surrogate pair
    return unicodedata.normalize("NFC", whole)


def _is_common(text: str) -> bool:
    text = _bare(text)
    if len(set(text)) < 4 or _is_walk(text):
        return True
    tail_off = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
    words = {_letters(text), _letters(tail_off.translate(_LOOKS))} & _common()
    # `password1` and `2012matkhau!` are; `secret` among twenty digits and signs is not.
    return any(len(text) - len(word) <= LEFT for word in words)


@cache
def _common() -> frozenset[str]:
    lines = (Path(__file__).parent / "common.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(" ".join(line for line in lines if not line.startswith("#")).split())


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text)


def _bare(text: str) -> str:
    """Without marks on letters: `mật khẩu` is `mat khau`."""
    parts = unicodedata.normalize("NFD", text)
    return "".join(c for c in parts if not unicodedata.combining(c)).replace("đ", "d")


def _is_walk(text: str) -> bool:
    """Along the alphabet, the digits or the keyboard for most of its way: `1234567890`."""
    steps = {pair for row in _ROWS for way in (row, row[::-1]) for pair in pairwise(way)}
    taken = [pair in steps or pair[0] == pair[1] for pair in pairwise(text)]
    return sum(taken) >= 0.7 * len(taken)


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=TIME_COST, memory_cost=MEMORY_KIB, parallelism=LANES)


@cache
def _nobody() -> str:
    return _hasher().hash("")
