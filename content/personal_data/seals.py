"""Seals: keyed hashes of words, cut so that a text's words are compared one by one.

A seal is hexadecimal. Its first digits come from the first word alone, the next ones from the first
two, the rest from all: nearly every run of words in a text is given up at its first word. From the
seals alone one can tell that two values begin with the same word, not with which.
"""

from __future__ import annotations

import hmac

TAG, PAIR, WHOLE = 4, 8, 28  # digits up to the first word's end, the second's, the last's
_FIELDS = ("name", "bare", "place", "phone", "day", "email")  # what is compared with what


class Sealer:
    """HMAC-SHA-256 with one key. A word's hash is made once for all fields of comparison, each of
    which has its own digits of it."""

    def __init__(self, key: bytes) -> None:
        self._keyed = hmac.new(key, digestmod="sha256")
        self._firsts: dict[str, str] = {}

    def tag(self, field: str, words: tuple[str, ...]) -> str:
        """The digits of a seal that its first words make: one word, or two."""
        made = self._firsts.get(words[0])
        if made is None:
            made = self._firsts[words[0]] = self._mac(f"1\0{words[0]}")
        at = _FIELDS.index(field) * TAG
        first = made[at : at + TAG]
        if len(words) == 1:
            return first
        return first + self._mac(f"2\0{field}\0{words[0]} {words[1]}")[: PAIR - TAG]

    def seal(self, field: str, words: tuple[str, ...]) -> str:
        """All of it."""
        pair = self.tag(field, (*words, "")[:2])
        return pair + self._mac(f"8\0{field}\0{' '.join(words)}")[: WHOLE - PAIR]

    def _mac(self, text: str) -> str:
        mac = self._keyed.copy()
        mac.update(text.encode("utf-8", "replace"))
        return mac.hexdigest()
