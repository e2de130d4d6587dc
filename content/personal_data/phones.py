"""Telephone numbers: of Viet Nam by its numbering plan, of elsewhere with a plus or with context.

Viet Nam: mobile prefixes and area codes as of the plan of 2018 (ten digits for mobile numbers,
eleven for landlines); elsewhere ITU E.164. 1800 and 1900 are numbers of services, nobody's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_MOBILE = re.compile(r"0(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-46-9])[0-9]{7}")
_LANDLINE = re.compile(
    r"02(?:0[3-9]|1[0-689]|2[0-25-9]|3[2-9]|4[0-9]|5[124-9]|6[0-39]|7[0-7]|8[0-9]|9[0-4679])[0-9]{7}"
)
_COUNTRY = re.compile(r"(?:00)?84(?:0(?=[1-9]))?")
# E.164 country codes; a number is nine to fifteen digits with it.
_CODES = re.compile(
    r"1|7|2(?:0|7|[1-69][0-9])|3(?:[0-469]|[578][0-9])|4(?:[013-9]|2[013])|5(?:[1-8]|[09][0-9])"
    r"|6(?:[0-6]|[7-9][0-9])|8(?:[1246]|5[0-9]|8[0-9])|9(?:[0-58]|[679][0-9])"
)
_NORTH_AMERICA = re.compile(r"1[2-9][0-9]{2}[2-9][0-9]{6}")
_SERVICE = re.compile(r"1[89]00|0{3}|1{5}|1?8(?:00|33|44|55|66|77|88)[2-9][0-9]{6}(?![0-9])")
# How people part ten digits in writing; two by two is how lottery numbers are written.
_PARTED = ((4, 2, 2, 2), (4, 2, 4), (2, 4, 4), (3, 3, 2, 2))

_LETTERED = re.compile(r"[0o][0-9ol]{9}(?![0-9a-z_])")
_ALIKE = str.maketrans("ol", "01")
_MOST_LETTERS = 4
_DIGIT_WORDS = {
    "khong": "0", "mot": "1", "hai": "2", "ba": "3", "bon": "4", "tu": "4", "nam": "5", "lam": "5",
    "sau": "6", "bay": "7", "tam": "8", "chin": "9", "zero": "0", "oh": "0", "one": "1",
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9",
}  # fmt: skip
_SPELLED = re.compile(rf"(?:khong|zero|oh)(?:[ ,.-]{{1,2}}(?:{'|'.join(_DIGIT_WORDS)})\b){{9}}")


def national(digits: str) -> str:
    """A Vietnamese number with its leading zero, from any way to write it; others as they are."""
    if digits.startswith(("84", "0084")) and len(digits) > 10:
        rest = "0" + digits[_COUNTRY.match(digits).end() :]  # type: ignore[union-attr]
        return rest if is_vietnamese(rest) else digits
    return digits


def is_american(digits: str, groups: tuple[int, ...]) -> bool:
    """Ten digits as North America writes them, and no line of a service."""
    return groups == (3, 3, 4) and not _SERVICE.match(digits)


def is_vietnamese(digits: str) -> bool:
    return bool(_MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits))


def is_phone(digits: str, groups: tuple[int, ...], *, plus: bool) -> bool:
    """Whether these digits are a telephone number with nothing around them that says so."""
    if plus:
        return is_vietnamese(national(digits)) or _is_foreign(digits, groups)
    if digits.startswith("0084"):
        return is_vietnamese(national(digits))
    return is_vietnamese(digits) and (min(groups) >= 3 or groups in _PARTED)


def may_be_phone(digits: str, groups: tuple[int, ...]) -> bool:
    """Whether they can be one where the words around them say so."""
    if is_vietnamese(digits) or is_vietnamese(national(digits)):
        return True
    return 8 <= len(digits) <= 13 and not _SERVICE.match(digits) and groups not in _DATES


_DATES = ((4, 2, 2), (2, 2, 4), (1, 2, 4), (2, 1, 4), (1, 1, 4))


def _is_foreign(digits: str, groups: tuple[int, ...]) -> bool:
    if not 9 <= len(digits) <= 15 or digits.startswith("84"):
        return False
    if digits.startswith("1"):
        return bool(_NORTH_AMERICA.fullmatch(digits))
    # +500.000.000 is money, +44 7911 123456 is not.
    thousands = len(groups) > 2 and groups[1:] == (3,) * (len(groups) - 1)
    return bool(_CODES.match(digits)) and not digits.endswith("00000") and not thousands


def disguised(plain: str) -> Iterator[tuple[int, int]]:
    """Where a plain text holds a Vietnamese number that hides: letters for digits (`o9l2...`), or
    spelled out."""
    for match in _LETTERED.finditer(plain):
        digits = match[0].translate(_ALIKE)
        before = plain[max(0, match.start() - 1) : match.start()]
        lettered = 0 < sum(c in "ol" for c in match[0]) <= _MOST_LETTERS
        if lettered and not before.isalnum() and is_vietnamese(digits):
            yield match.span()
    for match in _SPELLED.finditer(plain):
        digits = "".join(_DIGIT_WORDS[word] for word in re.findall(r"[a-z]+", match[0]))
        if is_vietnamese(digits):
            yield match.span()
