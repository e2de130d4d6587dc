"""A child's own data, known again without being kept: keyed hashes.

An adult types a name or a number once; what stays is `kind:seal.seal...` in the profile, where each
seal is a truncated HMAC-SHA-256 of one way to write the value. Telephone numbers and birthdays are
so few that any plain hash of them is undone by trying all, so the key lies beside the database, not
in it (`documents/personal_key.py`): who has only the database or an export of the policy cannot
try values. Who has both can; no more can be promised by something that must know a value when it
sees it.

How a text is compared is in `known.py`, what a seal is made of in `seals.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from kidgate.content.personal_data.days import FIRST_YEAR, LAST_YEAR
from kidgate.content.personal_data.folding import fold
from kidgate.content.personal_data.kinds import Kind
from kidgate.content.personal_data.seals import PAIR, TAG, WHOLE, Sealer
from kidgate.content.personal_data.words import (
    as_dialled,
    day_words,
    mail_words,
    phone_words,
    reduced,
    words_of,
)

KINDS = (Kind.NAME, Kind.BIRTHDAY, Kind.PHONE, Kind.EMAIL, Kind.ADDRESS, Kind.SCHOOL, Kind.PARENT)
MOST_WORDS = 8
_SEALS = re.compile(rf"[0-9a-f]{{{WHOLE}}}(?:\.[0-9a-f]{{{WHOLE}}})*")
MAIL = re.compile(r"[\w.%+-]{1,64}@[\w.-]{3,255}")
PHONE_DIGITS = range(8, 16)
_TITLES = frozenset((
    "anh", "chi", "em", "ong", "ba", "co", "chu", "bac", "thay", "chau", "con", "di", "cau", "me",
    "bo", "cha", "mo",
))  # fmt: skip


class NotOwnData(ValueError):
    """The value cannot be kept as data of this kind; the message says what to write. It never
    repeats the value."""


@dataclass(frozen=True, slots=True)
class OwnData:
    """The seals of one child, whole and by their beginnings."""

    key: bytes = field(repr=False)
    seals: Mapping[str, Kind]
    begun: frozenset[str]  # their first TAG and their first PAIR digits
    kinds: frozenset[Kind]


def own_data(personal: Iterable[str], key: bytes) -> OwnData | None:
    """What `ProfileRow.personal` keeps, ready to compare; None: nothing is kept. Entries that are
    not ours are passed over: another version wrote them."""
    found: dict[str, Kind] = {}
    for entry in personal:
        kind, _, seals = entry.partition(":")
        if kind in KINDS and _SEALS.fullmatch(seals):
            found |= dict.fromkeys(seals.split("."), Kind(kind))
    begun = frozenset(seal[:size] for seal in found for size in (TAG, PAIR))
    return OwnData(key, found, begun, frozenset(found.values())) if found else None


def sealed(kind: str, value: str, key: bytes) -> str:
    """A value as the profile keeps it. Raises NotOwnData."""
    found = Kind(kind)
    sealer = Sealer(key)
    seals = {sealer.seal(way.field, way.words) for way in _ways(found, value)}
    # In their own order, which does not say which is the whole name.
    return f"{found}:{'.'.join(sorted(seals))}"


class _Way(NamedTuple):
    """One way to write a value: its field of comparison and its words."""

    field: str
    words: tuple[str, ...]


def _ways(kind: Kind, value: str) -> Iterator[_Way]:
    if kind in (Kind.NAME, Kind.PARENT):
        yield from _ways_of_name(value)
    elif kind is Kind.PHONE:
        digits = as_dialled("".join(c for c in fold(value).plain if c.isascii() and c.isdigit()))
        if len(digits) not in PHONE_DIGITS:
            raise NotOwnData("a phone number has 8 to 15 digits; write it as one dials it")
        yield _Way("phone", phone_words(digits))
    elif kind is Kind.BIRTHDAY:
        yield _Way("day", day_words(_birthday(value)))
    elif kind is Kind.EMAIL:
        plain = fold(value.strip()).plain
        if not MAIL.fullmatch(plain):
            raise NotOwnData("this is no e-mail address; write for example mai@example.com")
        yield _Way("email", mail_words(plain))
    else:
        yield from _ways_of_place(kind, value)


def _ways_of_name(value: str) -> Iterator[_Way]:
    words = list(zip(*words_of(fold(value)), strict=True))
    if len(words) < 2:
        raise NotOwnData("a first name alone is in too many texts; write the full name")
    if len(words) > MOST_WORDS:
        raise NotOwnData(f"a name has at most {MOST_WORDS} words")
    family, middle, given = words[:1], words[1:-1], words[-1:]
    # As in Viet Nam, as elsewhere, and as a form parts it in two.
    orders = [family + middle + given, given + family + middle, given + middle + family]
    if given[0][1] in _TITLES:  # `anh Trần` is how one speaks of anybody
        orders = [order for order in orders if order[0] != given[0] or len(order) > 2]
    else:
        orders.append(given + family)
    for order in orders:
        yield _Way("name", tuple(said for said, _ in order))
        yield _Way("bare", tuple(plain for _, plain in order))
    for order in orders[:3]:
        yield _Way("bare", ("".join(plain for _, plain in order),))  # of a user's or mail name


def _ways_of_place(kind: Kind, value: str) -> Iterator[_Way]:
    whole = reduced(words_of(fold(value))[1])
    head = reduced(words_of(fold(value.partition(",")[0]))[1])
    if len(whole) < 2:
        example = "12 ngõ 5 Đường Láng" if kind is Kind.ADDRESS else "Trường Tiểu học Nguyễn Du"
        raise NotOwnData(f"this says too little to be told from other words; write as: {example}")
    yield _Way("place", tuple(whole[:MOST_WORDS]))
    distinct = any(w.isdigit() for w in head) and any(w.isalpha() and len(w) > 1 for w in head)
    if len(head) >= 2 and (kind is Kind.SCHOOL or distinct):
        yield _Way("place", tuple(head[:MOST_WORDS]))


def _birthday(value: str) -> date:
    """The day an adult means: year first, or the day before the month."""
    numbers = re.findall(r"[0-9]+", fold(value).plain)
    if len(numbers) == 3 and len(numbers[0]) == 4:
        year, month, day = map(int, numbers)
    elif len(numbers) == 3 and len(numbers[2]) == 4:
        day, month, year = map(int, numbers)
    else:
        raise NotOwnData("write the birthday as 2016-05-01 or 1/5/2016")
    try:
        found = date(year, month, day)
    except ValueError:
        raise NotOwnData("there is no such day; write the birthday as 2016-05-01") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise NotOwnData(f"the year of a birthday is one from {FIRST_YEAR} to {LAST_YEAR}")
    return found
