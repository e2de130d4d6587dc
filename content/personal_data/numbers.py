"""Runs of digits in a text, parted as people part them, and what each is."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from kidgate.content.personal_data.context import (
    BEFORE,
    SHORT,
    Cue,
    cue_places,
    said_after,
    said_before,
)
from kidgate.content.personal_data.kinds import Kind, Span
from kidgate.content.personal_data.papers import is_card, is_citizen_id
from kidgate.content.personal_data.phones import (
    is_american,
    is_phone,
    is_vietnamese,
    may_be_phone,
    national,
)

RUN = re.compile(r"[0-9][0-9]*+(?:[ .()_*,-]{1,2}[0-9]++)*+")  # starts with a set: searched fast
_GROUP = re.compile(r"[0-9]+")
_MOST_GROUPS = 12  # digit by digit, as somebody writes who hides it
_FEW_GROUPS = 5
_LONGEST = 19
_LONG = 500  # characters of a text that is looked over first
_TIGHT_BEFORE = frozenset("_#.-$@&\\")
_TIGHT_AFTER = frozenset("_@%")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_EIGHT_DATE = re.compile(r"20[0-4][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")


class Number(NamedTuple):
    """Some neighbouring groups of a run, and what is said of them."""

    digits: str
    groups: tuple[int, ...]
    cues: frozenset[Cue]
    plus: bool
    tight: bool  # it is no piece of something longer
    whole: bool  # it fills its field, whose name says something


def numbers(text: str, named: frozenset[Cue]) -> Iterator[Span]:
    """Personal numbers of a plain text. `named`: what its field is called."""
    if len(text) > SHORT:
        named = frozenset()  # a long text is not all about what its field is called
    cues = cue_places(text) if len(text) > _LONG else None
    for run in RUN.finditer(text):
        if run.end() - run.start() < 4:
            continue
        first = bisect_left(cues, run.start() - BEFORE) if cues is not None else 0
        told = cues is None or (first < len(cues) and cues[first] < run.start())
        before = said_before(text, run.start()) if told else frozenset()
        yield from _of_run(text, run, named, before)


def _of_run(
    text: str, run: re.Match[str], named: frozenset[Cue], before: frozenset[Cue]
) -> Iterator[Span]:
    groups = [match.span() for match in _GROUP.finditer(text, run.start(), run.end())]
    plus = text[max(0, run.start() - 2) : run.start()].endswith(("+", "+("))
    after = said_after(text, run.end())
    at = 0
    while at < len(groups):
        start = groups[at][0]
        near = named | (before if start - run.start() < BEFORE else frozenset())
        # Digit by digit, or two by two, is a telephone number only where somebody says so.
        most = _MOST_GROUPS if near or after or (plus and at == 0) else _FEW_GROUPS
        for behind in range(min(at + most, len(groups)), at, -1):
            chosen = groups[at:behind]
            sizes = tuple(end - first for first, end in chosen)
            if not 4 <= sum(sizes) <= _LONGEST:
                continue
            end = chosen[-1][1]
            digits = "".join(text[first:last] for first, last in chosen)
            cues = _around(digits, near, named, after if behind == len(groups) else frozenset())
            tight = _stands_alone(text, start, end)
            if tight and text[start - 1 : start] == "/" and cues == {Cue.BANK}:
                continue  # /105493259-bank-of-a-river
            number = Number(digits, sizes, cues, plus and at == 0, tight, bool(named))
            kind = kind_of(number)
            if kind is not None:
                yield Span(kind, start, end)
                at = behind
                break
        else:
            at += 1


def _around(
    digits: str, before: frozenset[Cue], named: frozenset[Cue], after: frozenset[Cue]
) -> frozenset[Cue]:
    """What is said of a number on both sides."""
    if Cue.AMOUNT not in after:
        return before | after
    # `0912345678 k`: no amount starts with a zero.
    return before if digits[0] == "0" else named | after


def kind_of(number: Number) -> Kind | None:
    """What a number is; the words around it first, then its own shape."""
    size = len(number.digits)
    if size >= 8 and (found := _long(number)):
        return found
    if size <= 8 and _is_code(number):
        return Kind.OTP
    return Kind.BANK_ACCOUNT if 6 <= size < 8 and Cue.ACCOUNT in number.cues else None


def _long(number: Number) -> Kind | None:
    digits, groups, cues = number.digits, number.groups, number.cues
    if Cue.NUMBER in cues:
        return None
    if Cue.AMOUNT in cues:
        return _sure(number)
    if is_card(digits, groups, named=Cue.CARD in cues) and (
        Cue.CARD in cues or (number.tight and (len(groups) > 1 or Cue.KEY not in cues))
    ):
        return Kind.CARD
    if Cue.ACCOUNT in cues:
        return Kind.BANK_ACCOUNT
    if Cue.CITIZEN in cues and (is_citizen_id(digits, named=True) or len(digits) == 9):
        return Kind.CITIZEN_ID
    if number.tight and len(groups) in (1, 3, 4) and is_citizen_id(digits, named=False):
        return Kind.CITIZEN_ID
    if _is_phone(number):
        return Kind.PHONE
    return Kind.BANK_ACCOUNT if Cue.BANK in cues and _is_account(number) else None


def _sure(number: Number) -> Kind | None:
    """What a number is that words around it call an amount or a moment."""
    if not number.tight or number.digits[0] != "0":
        return None
    if is_citizen_id(number.digits, named=False) and len(number.groups) == 1:
        return Kind.CITIZEN_ID
    return Kind.PHONE if is_phone(number.digits, number.groups, plus=False) else None


def _is_phone(number: Number) -> bool:
    digits, groups, cues = number.digits, number.groups, number.cues
    if number.tight and is_phone(digits, groups, plus=number.plus):
        return True
    if Cue.PHONE in cues and may_be_phone(digits, groups):
        return True
    if Cue.REACH not in cues:
        return False
    return is_vietnamese(national(digits)) or is_american(digits, groups)


def _is_account(number: Number) -> bool:
    return (
        8 <= len(number.digits) <= 16 and number.tight and not _EIGHT_DATE.fullmatch(number.digits)
    )


def _is_code(number: Number) -> bool:
    if len(number.groups) > 1 and number.groups not in ((3, 3), (4, 4), (2, 2, 2)):
        return False
    cues = number.cues
    if Cue.CODE not in cues or cues & {Cue.NUMBER, Cue.AMOUNT} or not number.tight:
        return False
    if number.whole:
        return True
    return not (_YEAR.fullmatch(number.digits) or number.digits.startswith(("1800", "1900")))


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a number is no piece of something longer: a word, a decimal, an order's number."""
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if before[-1:] == "+":
        before = text[max(0, start - 3) : start - 1]
    last, follows = before[-1:], after[:1]
    if last.isalpha() or last in _TIGHT_BEFORE or follows.isalpha() or follows in _TIGHT_AFTER:
        return False
    decimal = follows in (".", "-", ":") and after[1:2].isdigit()
    return not (decimal or (last == ":" and before[:1].isdigit()))
