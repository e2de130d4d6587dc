"""How a Vietnamese syllable is built: which onsets and rimes there are, and where its tone is
written. What keys were pressed for it is `typing.py`."""

from __future__ import annotations

import unicodedata
from itertools import product
from typing import Final

from kidgate.content.vietnamese.letters import TONES

ONSETS: Final = frozenset(
    "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph q qu r s t th tr v x".split()  # noqa: SIM905
)
VOWELS: Final = "aăâeêioôơuưy"
_OPEN: Final = """
    a e ê i o ô ơ u ư y ia ua ưa uơ oa oe uê uy ai ao au ay âu ây eo êu iu iêu yêu oi ôi ơi ui uôi
    ưi ươi ưu ươu oai oay oao oeo uây uyu uya
""".split()  # noqa: SIM905
# Nuclei by the codas that may close them.
_CLOSED: Final = (
    ("a ă â o ô u", "m n ng c p t"),
    ("e ê i ơ", "m n p t"),
    ("e", "ng c"),
    ("ư", "m n ng c t"),
    ("a ê i oa uy uê", "nh ch"),
    ("iê yê ươ uô", "m n ng c p t"),
    ("oa oă", "m n ng c t"),
    ("oe uâ uyê", "n t"),
    ("uâ", "ng"),
    ("uy", "t n p"),
)
RIMES: Final = frozenset(_OPEN) | {
    nucleus + coda
    for nuclei, codas in _CLOSED
    for nucleus, coda in product(nuclei.split(), codas.split())
}
_STOPS: Final = ("c", "ch", "p", "t")
_SECOND: Final = ("oa", "oe", "uy", "uê", "uơ")


def syllable(onset: str, rime: str, tone: str) -> str | None:
    """The syllable, composed; None when there is none of these parts.

    `tone` is "" or one of TONES. A rime closed by a stop has sắc or nặng alone.
    """
    if rime not in RIMES or (onset and onset not in ONSETS):
        return None
    if rime.endswith(_STOPS) and tone not in (TONES[0], TONES[4]):
        return None
    at = _tone_place(rime) + 1
    return unicodedata.normalize("NFC", onset + rime[:at] + tone + rime[at:])


def _tone_place(rime: str) -> int:
    """Index of the letter that bears the tone, placed the new way (hoà, khoẻ, thuý)."""
    vowels = len(rime.rstrip("cghmnpt"))
    if marked := [at for at in range(vowels) if rime[at] in "ăâêôơư"]:
        return marked[-1]
    if vowels == len(rime) and vowels == 2:
        return 1 if rime in _SECOND else 0
    return 1 if vowels == 3 else vowels - 1
