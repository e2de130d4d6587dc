"""Whether a text says any of a child's own data: its words hashed and compared, within a bound."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from kidgate.content.personal_data.days import days_in, meant_by
from kidgate.content.personal_data.fields import Limits
from kidgate.content.personal_data.folding import Folded
from kidgate.content.personal_data.kinds import Kind
from kidgate.content.personal_data.numbers import RUN
from kidgate.content.personal_data.own import MAIL, MOST_WORDS, PHONE_DIGITS, OwnData
from kidgate.content.personal_data.seals import Sealer
from kidgate.content.personal_data.words import (
    as_dialled,
    day_words,
    mail_words,
    phone_words,
    reduced,
    words_of,
)

_GROUP = re.compile(r"[0-9]+")
_APART = 12  # words that the digits of one telephone number may be in
_ORDER = 5  # words that a day may take: 1 tháng 5 năm 2016


def own_kinds(text: Folded, own: OwnData, limits: Limits) -> tuple[set[Kind], bool]:
    """The kinds of a child's own data in a text, or in the fields of a form one after the other;
    and whether all words were looked at."""
    said, plain = words_of(text)
    complete = len(said) <= limits.words
    said, plain = said[: limits.words], plain[: limits.words]
    search = _Search(own)
    search.names(said, plain)
    search.places(plain)
    search.days(plain)
    search.phones(text.plain)
    search.written(text.plain)
    return search.found, complete


def _may_be_day(first: str, second: str, third: str) -> bool:
    """Whether three numbers can be a day at all: most are nothing of the kind."""
    if len(first) == 4:
        first, third = third, first
    if len(second) > 2 or len(first) > 2 or len(third) not in (2, 4):
        return False
    low, high = sorted((int(first), int(second)))
    return 1 <= low <= 12 and high <= 31 and (len(third) == 2 or third[:2] in ("19", "20"))


class _Search:
    """One comparison. Each word is hashed once, whatever the text repeats."""

    def __init__(self, own: OwnData) -> None:
        self.own, self.found = own, set[Kind]()
        self._sealer = Sealer(own.key)
        self._begun: dict[tuple[str, ...], bool] = {}  # field and first words -> whether any has it
        self._tried: set[tuple[str, ...]] = set()

    def names(self, said: list[str], plain: list[str]) -> None:
        if self.own.kinds & {Kind.NAME, Kind.PARENT}:
            self._runs("name", said)
            # Without marks only what was written without: `Tran Anh` is a name, `trận anh` none.
            self._runs("bare", [b if a == b else "" for a, b in zip(said, plain, strict=True)])

    def places(self, words: list[str]) -> None:
        if self.own.kinds & {Kind.ADDRESS, Kind.SCHOOL}:
            self._runs("place", reduced(words))

    def days(self, words: list[str]) -> None:
        """Days in three numbers that follow each other, over fields too."""
        if Kind.BIRTHDAY not in self.own.kinds:
            return
        for at, word in enumerate(words):
            if "0" <= word[:1] <= "9" and len(word) in (1, 2, 4):
                near = words[at : at + _ORDER]
                numbers = [word for word in near if "0" <= word[:1] <= "9"][:3]
                if len(numbers) == 3 and _may_be_day(*numbers):
                    self._days(meant_by(*numbers))

    def phones(self, plain: str) -> None:
        """Telephone numbers in any parts."""
        if Kind.PHONE not in self.own.kinds:
            return
        for run in RUN.finditer(plain):
            if run.end() - run.start() >= PHONE_DIGITS.start:
                groups = _GROUP.findall(run[0])
                for at in range(len(groups)):
                    self._phone(groups[at : at + _APART])

    def written(self, plain: str) -> None:
        """Days with the names of months; addresses of e-mail."""
        if Kind.BIRTHDAY in self.own.kinds and any(year in plain for year in ("19", "20")):
            for day in days_in(plain):
                self._days(day.days)
        if Kind.EMAIL in self.own.kinds and "@" in plain:
            for part in MAIL.finditer(plain):
                self._look("email", mail_words(part[0].rstrip(".")))

    def _phone(self, groups: list[str]) -> None:
        digits = ""
        for group in groups:
            digits += group
            if len(digits) >= PHONE_DIGITS.stop:
                return
            if len(digits) in PHONE_DIGITS:
                self._look("phone", phone_words(as_dialled(digits)))

    def _days(self, days: Iterable[date]) -> None:
        for day in days:
            self._look("day", day_words(day))

    def _runs(self, field: str, words: list[str]) -> None:
        """Each run of words that begins as one of the seals does."""
        asked = {
            word for word in set(words) if word and (field == "place" or not word[0].isdigit())
        }
        begins = {word for word in asked if self._begins(field, word)}
        if not begins:
            return
        for at, (word, behind) in enumerate(pairwise([*words, ""])):
            if word not in begins:
                continue
            self._look(field, (word,))
            if behind and self._begins(field, word, behind):
                for size in range(2, min(MOST_WORDS, len(words) - at) + 1):
                    self._look(field, tuple(words[at : at + size]))

    def _begins(self, field: str, *words: str) -> bool:
        key = (field, *words)
        known = self._begun.get(key)
        if known is None:
            known = self._begun[key] = self._sealer.tag(field, words) in self.own.begun
        return known

    def _look(self, field: str, words: tuple[str, ...]) -> None:
        if (field, *words) in self._tried or not self._begins(field, words[0]):
            return
        self._tried.add((field, *words))
        kind = self.own.seals.get(self._sealer.seal(field, words))
        if kind is not None:
            self.found.add(kind)
