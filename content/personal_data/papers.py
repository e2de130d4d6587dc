"""Numbers on papers: citizen identities of Viet Nam, payment cards, bank accounts (IBAN)."""

from __future__ import annotations

import re

# Circular 07/2016/TT-BCA: code of the province of birth, century and sex, two digits of the year.
_PROVINCES = (
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37,
    38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77,
    79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
)  # fmt: skip
PROVINCES = frozenset(f"{number:03}" for number in _PROVINCES)
LAST_YEAR = 40  # of this century: nobody on such a paper is born later
_FIRST_YEAR = 25  # of the last one, where nothing says what the number is
_CARD_PARTS = ((4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 4, 1), (6, 10), (4, 12))
# Day, month, year, hour and minute in one run.
_MOMENT = re.compile(
    r"(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])(?:19|20)[0-9]{2}(?:[01][0-9]|2[0-3])[0-5][0-9]"
)
_IBAN = re.compile(
    r"(?<![a-z0-9])[a-z]{2}[0-9]{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?(?![a-z0-9])"
)


def is_citizen_id(digits: str, *, named: bool) -> bool:
    """Twelve digits as a Vietnamese identity has them; `named`: something beside them says so."""
    if len(digits) != 12 or digits[:3] not in PROVINCES or digits[3] not in "0123":
        return False
    if not named and _MOMENT.fullmatch(digits):
        return False
    year = int(digits[4:6])
    if digits[3] in "23":
        return year <= LAST_YEAR
    return named or year >= _FIRST_YEAR


def is_card(digits: str, groups: tuple[int, ...], *, named: bool) -> bool:
    """A payment card by its issuer's prefix, its length and its check digit (ISO/IEC 7812).

    Any other length than sixteen in one run is a moment or an identifier of a machine far more
    often; such digits count where they are parted as on a card, or named.
    """
    lengths = _lengths(digits)
    if len(digits) not in lengths or len(set(digits)) < 2 or not _luhn(digits):
        return False
    if groups in _CARD_PARTS or named:
        return True
    return len(groups) == 1 and len(digits) == 16


def ibans(plain: str) -> list[tuple[int, int]]:
    """Where a plain text holds International Bank Account Numbers (ISO 13616, check by 97)."""
    return [match.span() for match in _IBAN.finditer(plain) if _is_iban(match[0])]


def _is_iban(text: str) -> bool:
    packed = text.replace(" ", "")
    if not 15 <= len(packed) <= 34 or sum(c.isdigit() for c in packed) < 10:
        return False
    number = "".join(str(int(c, 36)) for c in packed[4:] + packed[:4])
    return int(number) % 97 == 1


def _lengths(digits: str) -> tuple[int, ...]:
    two, four = digits[:2], digits[:4]
    if digits[:1] == "4":
        return (13, 16, 19)
    if "51" <= two <= "55" or "2221" <= four <= "2720":
        return (16,)
    if two in ("34", "37"):
        return (15,)
    if two in ("36", "38", "39") or "300" <= digits[:3] <= "305":
        return (14,)
    if two in ("62", "65") or four == "6011" or "644" <= digits[:3] <= "649":
        return (16, 17, 18, 19)
    if "3528" <= four <= "3589":
        return (16,)
    return (16, 19) if four == "9704" else ()  # NAPAS, of Viet Nam


def _luhn(digits: str) -> bool:
    doubled = [int(d) * 2 for d in digits[-2::-2]]
    return (sum(map(int, digits[-1::-2])) + sum(d - 9 if d > 9 else d for d in doubled)) % 10 == 0
