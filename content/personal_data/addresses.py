"""Postal addresses: of Viet Nam with house number, street and unit, and as English writes them.

News is full of places, so in a sentence a place counts only with a number, a street and a unit
together, or after words that make it somebody's: `nhà em ở`, `địa chỉ`, `I live at`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import re2  # type: ignore[import-untyped]

from kidgate.content.personal_data.context import Cue
from kidgate.content.personal_data.folding import BETWEEN, Folded
from kidgate.content.personal_data.kinds import Kind, Span

_LONGEST_VALUE = 300  # of a field that is called an address
_REACH = 110  # characters behind `nhà em ở` that belong to it
_HOUSE = r"[0-9]{1,4} ?[a-h]?(?:[/-][0-9]{1,4}[a-z]?){0,4}"
_STREET = r"(?P<street>duong|pho|ngo|ngach|hem|kiet|d\.|ng\.)(?![a-z])"
_UNIT = (
    r"(?P<{0}>(?:phuong|xa|thi tran|quan|huyen|thi xa|thanh pho|tinh|khu pho|ap|thon)(?= )"
    r"|(?:p|q|h|x|tp|tx|tt)\.|tp|[pq](?=\.? ?[0-9]{{1,2}}(?![0-9])))"
)
_REST = r"[^\n;?!()<>{}\[\]]"
_NUMBERED = re.compile(
    rf"(?<![0-9a-z.,/-])(?:so (?:nha )?)?{_HOUSE},? {_STREET} ?[a-z0-9]{_REST}{{1,60}}?"
    rf"(?<![a-z]){_UNIT.format('unit')} ?[a-z0-9]"
)
# 12 Nguyễn Trãi, P. Bến Thành, Q.1
_LISTED = re.compile(
    rf"(?<![0-9a-z.,/-])(?:so (?:nha )?)?{_HOUSE} [a-z][a-z0-9 ]{{2,40}}, ?"
    rf"{_UNIT.format('unit')} ?[a-z0-9][a-z0-9 ]{{0,30}}[,-] ?{_UNIT.format('other')} ?[a-z0-9]"
)
_MINE = re2.compile(
    rb"\b(?:dia chi(?: nha| cua)?|(nha (?:em|minh|con|toi|tui|to|tao|chau))"
    rb"|(?:em|minh|con|toi|tui|to|chau|tao|nha) (?:dang |hien |cung )?(?:o|song)(?: tai| o)?|o tai"
    rb"|(?:giao|ship|gui)(?: hang| qua| do)? (?:den|toi|ve|cho)"
    rb"|(?:home|my) address|address ?(?:is|was|:)"
    rb"|i(?: am| ?'?m)? liv(?:e|ing)|we live|my (?:home|house)|come to)(?:\b|$| )"
)
_BARE = 1  # the group of `nhà em` without `ở`
_NEAR_STREET = re.compile(rf"(?<![0-9a-z.,/]){_HOUSE},? {_STREET} ?[a-z0-9]")
_NEAR_LIST = re.compile(
    rf"(?<![0-9a-z.,/])(?P<house>{_HOUSE}) (?P<name>[a-z][a-z0-9' ]{{4,40}}), ?[a-z0-9]"
)
_NEAR_UNITS = re.compile(
    rf"(?<![a-z])(?<!tan )(?<!tac ){_UNIT.format('unit')} ?[a-z0-9][a-z0-9 ]{{0,30}}?(?:[,-] ?| )"
    rf"{_UNIT.format('other')} ?[a-z0-9]"
)
_NEAR_FLAT = re.compile(
    r"(?<![a-z])(?:chung cu|toa nha|toa|block|ky tuc xa|ktx|can ho) [a-z0-9][^\n.!?]{0,50}?"
    r"(?<![a-z])(?:phong|can|tang|p\.) ?(?:so )?[0-9]"
)
# Ấp 3, xã Tân Thạnh Đông, huyện Củ Chi: at the head of a short message.
_RURAL = re.compile(
    rf"\s*(?:to|khu|xom|thon|ap|doi|ban) [a-z0-9 ]{{1,25}},? ?{_UNIT.format('unit')} ?"
    rf"[a-z0-9 ]{{2,30}}?(?:[,-] ?| ){_UNIT.format('other')} ?[a-z0-9]"
)
_SHORT_MESSAGE = 100
_ENGLISH = re.compile(
    r"(?<![0-9a-z.,/$-])[0-9]{1,5}[a-d]?,? (?:[nsew]\.? )?(?P<name>(?:[a-z][a-z'.]{1,20} ){1,3})"
    r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|terrace|place|pl"
    r"|close|crescent|square|parkway|pkwy|way)(?![a-z])\.?"
    r"(?P<rest>,? ?(?:(?:apt|apartment|unit|suite|ste|flat|#)\.? ?[0-9a-z]|[a-z][a-z .]{1,30},? ?"
    r"(?:[a-z]{2},? )?[0-9]{4,5}|[a-z][a-z ]{2,30}, [a-z]{2,3}(?![a-z])"
    r"|[a-z]{1,2}[0-9][0-9a-z]? ?[0-9][a-z]{2}))?"
)
_AT_ONCE = 4  # characters between `ở` and the number
_COUNTED = re.compile(
    r"(?:giai|bac|hom|tieng|ben|vet|mui|lo|thu|phan|chiec|tang|chieu|toi|sang|dua|nam|thang|ngay|gio|phut|tuan|tuoi|lan|nguoi|con|cai|chau|be|em|anh|chi|kg|km|m2|years?"
    r"|months?|weeks?|days?|hours?|minutes?|people|times|miles?|of|and|or|in|on|the|to)(?![a-z])"
)
_SPELLINGS = {
    "duong": "đường", "pho": "phố", "ngo": "ngõ", "ngach": "ngách", "hem": "hẻm", "kiet": "kiệt",
    "phuong": "phường", "xa": "xã", "thi tran": "thị trấn", "quan": "quận", "huyen": "huyện",
    "thi xa": "thị xã", "thanh pho": "thành phố", "tinh": "tỉnh", "khu pho": "khu phố", "ap": "ấp",
    "thon": "thôn",
}  # fmt: skip
_NO_ADDRESS = re.compile(r"@|://|0x[0-9a-f]{8}|^[0-9a-f:.]{7,}$|^[a-z0-9-]+(?:\.[a-z0-9-]+)+$")


def addresses(text: Folded) -> Iterator[Span]:
    """Addresses that say it all, with their number."""
    for pattern in (_NUMBERED, _LISTED):
        for match in pattern.finditer(text.plain):
            if _spelled(text, match):
                yield Span(Kind.ADDRESS, match.start(), match.end())
    for match in _ENGLISH.finditer(text.plain):
        if _english(text, match):
            yield Span(Kind.ADDRESS, match.start(), match.end())


def homes(text: Folded, named: frozenset[Cue]) -> Iterator[Span]:
    """Addresses that words before them, or the name of their field, make somebody's."""
    if Cue.ADDRESS in named and len(text.plain) <= _LONGEST_VALUE and _fills(text):
        yield Span(Kind.ADDRESS, 0, len(text.plain))
        return
    rural = _RURAL.match(text.plain) if len(text.plain) <= _SHORT_MESSAGE else None
    if rural is not None and _spelled(text, rural):
        yield Span(Kind.ADDRESS, rural.start(), rural.end())
    for match in _mine_in(text.plain):
        bare = match.start(_BARE) >= 0 and text.plain[match.end() : match.end() + 3] != " o "
        yield from _mine(text, match.end(), sure=not bare)


def _mine_in(plain: str) -> Iterator[Any]:
    """In bytes, which RE2 searches ten times faster; one byte stands for each character."""
    found: Iterator[Any] = _MINE.finditer(plain.encode("ascii", "replace"))
    return found


def _mine(text: Folded, start: int, *, sure: bool) -> Iterator[Span]:
    end = text.plain.find(BETWEEN, start, start + _REACH)
    near = text.cut(start, start + _REACH if end < 0 else end)
    for pattern in (_NEAR_STREET, _NEAR_LIST, _NEAR_UNITS, _NEAR_FLAT):
        found = pattern.search(near.plain)
        if found is not None and _spelled(near, found) and _named(near, found, sure=sure):
            yield Span(Kind.ADDRESS, start + found.start(), start + found.end())
            return


def _named(near: Folded, found: re.Match[str], *, sure: bool) -> bool:
    """Whether a street has a name: capitals or a number, or it follows `ở` at once."""
    groups = found.re.groupindex
    if "name" in groups:
        start, end = found.span("name")
        if _COUNTED.match(near.plain, start):
            return False
        if all(word[:1].isupper() for word in near.text[start:end].split()):
            return True
    elif "street" in groups:
        name = near.text[found.end("street") : found.end()].lstrip()
        if name[:1].isupper() or name[:1].isdigit():
            return True
    else:
        return True
    return sure and found.start() <= _AT_ONCE


def _fills(text: Folded) -> bool:
    """Whether the value of a field that is called an address is one."""
    plain = text.plain.strip()
    if _NO_ADDRESS.search(plain):
        return False
    words = re.findall(r"[a-z]{2,}", plain)
    has_number = any(c.isdigit() for c in plain)
    return (len(words) >= 2 and (has_number or "," in plain)) or (
        bool(words) and re.match(r"(?:so )?[0-9]+[a-z]?[/ ,]", plain) is not None
    )


def _english(text: Folded, match: re.Match[str]) -> bool:
    name = text.text[match.start("name") : match.end("name")].split()
    if match["rest"] and all(word[:1].isupper() for word in name):
        return True
    before = text.plain[max(0, match.start() - 40) : match.start()]
    return any(True for _ in _mine_in(before)) and not _COUNTED.match(match["name"])


def _spelled(text: Folded, match: re.Match[str]) -> bool:
    """Whether the words are what they seem without their marks: `phường`, not `phương`."""
    groups = match.re.groupindex
    for name in groups.keys() & {"street", "unit", "other"}:
        said = text.text[match.start(name) : match.end(name)].lower()
        if said not in (match[name], _SPELLINGS.get(match[name], match[name])):
            return False
    return True
