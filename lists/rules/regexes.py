"""Regular expressions of lists, run by RE2: in time linear in the address, whatever the expression.

Accepted is what RE2 knows (https://github.com/google/re2/wiki/Syntax): no lookaround and no
backreferences. RE2 is loaded when the first expression is met.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kidgate.lists.report import Skip
from kidgate.lists.rules.refusals import RuleRefused

if TYPE_CHECKING:
    import re2  # type: ignore[import-untyped]

LONGEST = 2000  # characters
MOST_STEPS = 2000  # instructions: the longest address then takes some milliseconds at worst
_MEMORY = 1 << 20  # bytes for one expression and what it remembers of its texts
_SET_MEMORY = 16 << 20
_SET_STEPS = 8000  # instructions of all expressions in one set

_SCHEME_STARTS = (b"h", b"H")
_LEADING_GROUP = re.compile(r"\^\((?:\?:)?([^()\[\]\\]*)\)(?![?*{])(.*)")
_NOT_PRINTABLE = re.compile(r"[^ -~]")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]")


def checked(regex: str) -> str:
    """The one spelling of an expression: ASCII, with other letters as an address spells them.

    Raises RuleRefused for what RE2 does not know, and for what is too large.
    """
    if len(regex) > LONGEST:
        raise RuleRefused(Skip.TOO_LONG, f"expression of more than {LONGEST} characters")
    if any(_NOT_PRINTABLE.search(found[0]) for found in _CLASS.finditer(regex)):
        raise _refused(regex, "holds a class of letters that stand encoded in an address")
    if re.search(r"[\x00-\x1f\x7f]", regex):
        raise _refused(regex, "holds a control character")
    spelled = _NOT_PRINTABLE.sub(_encoded, regex)
    if len(spelled) > LONGEST:
        raise RuleRefused(Skip.TOO_LONG, f"expression of more than {LONGEST} characters")
    if compiled(spelled, match_case=False).programsize > MOST_STEPS:
        raise _refused(regex, "is too large when written out")
    return spelled


def compiled(regex: str, *, match_case: bool) -> re2._Regexp:
    """The expression for texts given as bytes. Raises RuleRefused when RE2 does not take it."""
    import re2

    options = _options(_MEMORY)
    options.case_sensitive = match_case
    try:
        return re2.compile(regex.encode(), options)
    except (re2.error, UnicodeEncodeError) as fault:
        raise _refused(regex, "is not taken by RE2") from fault


def starts_behind_scheme(regex: str) -> bool:
    """Whether it can only stand where a host starts, as block lists for DNS write `^ad[0-9]`.

    An address starts with `http`; such an expression would never hold.
    """
    if found := _LEADING_GROUP.fullmatch(regex):
        return all(_starts_otherwise(f"^{first}{found[2]}") for first in found[1].split("|"))
    return regex.startswith("^") and _starts_otherwise(regex)


def _starts_otherwise(regex: str) -> bool:
    import re2

    try:
        first, last = compiled(regex, match_case=True).possiblematchrange(4)
    except re2.error:
        return False
    starts = not any(first[:1] <= start <= last[:1] for start in _SCHEME_STARTS)
    return starts and bool(last)


class RegexSet:
    """Expressions that are looked for together, all in one pass."""

    def __init__(self, regexes: Sequence[str]) -> None:
        self._sets: list[tuple[int, re2.Set]] = []
        for start, end in _spans(regexes):
            self._sets.append((start, _set(regexes[start:end])))

    def find(self, text: bytes) -> list[int]:
        """The positions of those that are found."""
        return sorted(start + at for start, found in self._sets for at in found.Match(text) or ())


def _set(regexes: Sequence[str]) -> re2.Set:
    import re2

    options = _options(_SET_MEMORY)
    options.case_sensitive = False
    made = re2.Set.SearchSet(options)
    for regex in regexes:
        made.Add(regex.encode())
    made.Compile()
    return made


def _spans(regexes: Sequence[str]) -> list[tuple[int, int]]:
    """Parts small enough that a set never runs out of the memory it may have, which would hide
    what it finds."""
    spans: list[tuple[int, int]] = []
    start = size = 0
    for at, regex in enumerate(regexes):
        size += compiled(regex, match_case=False).programsize
        if size > _SET_STEPS and at > start:
            spans.append((start, at))
            start, size = at, 0
    if regexes:
        spans.append((start, len(regexes)))
    return spans


def _options(memory: int) -> re2.Options:
    import re2

    options = re2.Options()
    options.max_mem = memory
    options.log_errors = False
    options.never_capture = True
    options.encoding = re2.Options.Encoding.LATIN1  # addresses are ASCII
    return options


def _encoded(found: re.Match[str]) -> str:
    return "(?:" + "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace")) + ")"


def _refused(regex: str, why: str) -> RuleRefused:
    return RuleRefused(Skip.REGEX_FEATURE, f"expression `{regex[:60]}` {why}")
