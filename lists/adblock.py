"""Lines of an Adblock filter list (Adblock Plus, AdGuard, uBlock Origin) as entries.

A rule that is only a name or an address becomes the entry of one, which the index finds fastest;
with `$document`, too: who may not open a site has no use for the rest of it. Everything else that
stops a request is a rule (`rules/text.py`). Cosmetic rules, and rules that change a page or an
answer, are skipped. Bare names and addresses are read as uBlock Origin and AdGuard read them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import batched

from kidgate.lists.adblock_names import name_or_url
from kidgate.lists.adblock_patterns import pattern_rule
from kidgate.lists.directives import Directives
from kidgate.lists.entries import LONGEST_KEY, Cancel, Entries, Entry, Outcome
from kidgate.lists.report import Passed, Skip
from kidgate.lists.rules.conditions import Conditions
from kidgate.lists.rules.dialects import entry_of
from kidgate.lists.rules.modifiers import read_modifiers
from kidgate.lists.rules.refusals import RuleRefused
from kidgate.lists.rules.regexes import checked, starts_behind_scheme
from kidgate.lists.rules.resources import DOCUMENT
from kidgate.lists.rules.text import Kind, Rule

COSMETIC = re.compile(r"[^\s#]*#@?[$?%]{0,2}##?[^\s#]|[^\s#/]*\$@?\$[a-z]")
HEADER = re.compile(r"\[(?:adblock|adguard|ublock|abp)[^\]]*\]", re.IGNORECASE)

_TRAILING_COMMENT = re.compile(r"(?<!\s)\s+#.*")
_MODIFIERS = re.compile(r"\$(~?[a-z0-9_-]+(?:=.*)?(?:,.*)?)$", re.IGNORECASE)
_INITIATORS = re.compile(r"(?<=[$,]domain=)[^,]+")
_REGEX = re.compile(r"/(.+?)/(?:\$(~?[a-z0-9_-]+(?:=.*)?(?:,.*)?))?", re.IGNORECASE)


def is_comment(line: str) -> bool:
    """For a stripped line; `##.advert` is a rule, `## Hardware` and `#####` are comments."""
    if line.startswith("#"):
        return not COSMETIC.match(line)
    return line.startswith("!") or bool(HEADER.fullmatch(line))


class AdblockParser:
    """Reads the lines of one list in their order."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._directives = Directives()

    def __call__(self, line: str) -> Sequence[Outcome] | Passed:
        line = line.removeprefix("\ufeff").strip()
        if not line:
            return Passed.BLANK
        if directive := self._directives.read(line):
            included = directive == "include" and not self._directives.skipping
            return (Skip.INCLUDE,) if included else Passed.DIRECTIVE
        if is_comment(line):
            return Passed.COMMENT
        if reason := self.skipped():
            return (reason,)
        return tuple(parse_rule(part, self._entries) for part in _parts(line))

    def skipped(self) -> Skip | None:
        """Why a line at this place is not read, whatever it is."""
        return Skip.CONDITION if self._directives.skipping else None


def _parts(line: str) -> list[str]:
    """The line, or shorter ones that say the same of some of the sites that it names each.

    Nothing but `domain=` makes a rule too long in practice; some name a thousand sites.
    """
    found = _INITIATORS.search(line) if len(line) > LONGEST_KEY else None
    if not found:
        return [line]
    names = found[0].split("|")
    excluded = [name for name in names if name.startswith("~")]
    included = [name for name in names if not name.startswith("~")]
    start, end = line[: found.start()], line[found.end() :]
    parts = batched(included, 100)
    return [start + "|".join([*some, *excluded]) + end for some in parts]


def parse_rule(line: str, entries: Entries) -> Outcome:
    """For a stripped line that is neither blank nor a comment."""
    if COSMETIC.match(line):
        return Skip.COSMETIC
    line = _TRAILING_COMMENT.sub("", line)
    try:
        return _parse(line.removeprefix("@@"), entries, exception=line.startswith("@@"))
    except RuleRefused as refused:
        return refused.reason


def _parse(line: str, entries: Entries, *, exception: bool) -> Outcome:
    regex = _REGEX.fullmatch(line)
    if regex:
        pattern, modifiers = regex[1], regex[2] or ""
    else:
        found = _MODIFIERS.search(line)
        pattern, modifiers = (line[: found.start()], found[1]) if found else (line, "")
    conditions, cancels = read_modifiers(modifiers)
    if exception and (conditions.every_type or conditions.only & DOCUMENT):
        # It would switch the blocker off on a whole page, with all that the page loads.
        raise RuleRefused(Skip.MODIFIER, "exception for all that a page loads")
    if regex:
        outcome: Outcome = _regex(pattern, conditions, exception=exception)
    else:
        outcome = name_or_url(pattern, conditions, entries, exception=exception) or entry_of(
            pattern_rule(pattern, conditions, entries, exception=exception)
        )
    return Cancel(outcome) if cancels and isinstance(outcome, Entry) else outcome


def _regex(regex: str, conditions: Conditions, *, exception: bool) -> Entry:
    """`/path/` alone is a regular expression to every reader of these lists."""
    spelled = checked(regex)
    kind = Kind.HOST_REGEX if starts_behind_scheme(spelled) else Kind.URL_REGEX
    return entry_of(Rule(kind, spelled, exception, conditions))
