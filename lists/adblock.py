"""One line of an Adblock filter list (Adblock Plus, AdGuard, uBlock Origin).

Taken: rules that name a whole host (`||d^`), its exception (`@@||d^`) and plain addresses
(`||d/path`), bare names and addresses as uBlock Origin and AdGuard read them. Everything that needs
to know the page around a request, or matches by pattern, is skipped with its reason.
"""

from __future__ import annotations

import re

from kidgate.lists.entries import Entries, Outcome, exempted
from kidgate.lists.report import Skip

COSMETIC = re.compile(r"[^\s#]*#@?[$?%]{0,2}##?[^\s#]|[^\s#/]*\$@?\$[a-z]")
HEADER = re.compile(r"\[(?:adblock|adguard|ublock|abp)[^\]]*\]", re.IGNORECASE)

_TRAILING_COMMENT = re.compile(r"\s+#.*")
_OPTIONS = re.compile(r"\$(~?[a-z0-9_-]+(?:=.*)?(?:,.*)?)$", re.IGNORECASE)
_EMPTY_ENDS = ("^|", "^", "|")  # `^` ends the host or stands for the end of the address
_SPECIAL = re.compile(r"[*^|]")
_PLAIN = re.compile(r"[\w-][\w.-]*(?<!\.)(?::[0-9]+)?(?:[/?].*)?")  # a dot at an end is a pattern

# Modifiers under which a rule still stops the whole host.
_BLOCKING = frozenset({"important", "all", "document", "doc"})
_EXEMPTING = frozenset({"important"})


def is_comment(line: str) -> bool:
    """For a stripped line; `##.advert` is a rule, `## Hardware` and `#####` are comments."""
    if line.startswith("#"):
        return not COSMETIC.match(line)
    return line.startswith("!") or bool(HEADER.fullmatch(line))


def parse_rule(line: str, entries: Entries) -> Outcome:
    """For a stripped line that is neither blank nor a comment."""
    if COSMETIC.match(line):
        return Skip.COSMETIC
    line = _TRAILING_COMMENT.sub("", line)
    exception = line.startswith("@@")
    pattern = line.removeprefix("@@")
    if _is_regex(pattern):
        return Skip.REGEX
    if options := _OPTIONS.search(pattern):
        if not _holds_always(options[1], _EXEMPTING if exception else _BLOCKING):
            return Skip.MODIFIER
        pattern = pattern[: options.start()]
    outcome = _parse_pattern(pattern, entries)
    return exempted(outcome) if exception else outcome


def _is_regex(pattern: str) -> bool:
    """`/.../` and `/.../$options`; `/path/` alone is a regex to every reader of these lists."""
    return (
        len(pattern) > 2 and pattern[0] == "/" and bool(re.search(r"/(?:\$[^/]*)?$", pattern[1:]))
    )


def _holds_always(options: str, known: frozenset[str]) -> bool:
    return all(option.lower() in known for option in options.split(","))


def _parse_pattern(pattern: str, entries: Entries) -> Outcome:
    """A pattern without `@@` and options. One without `||` may start anywhere in an address."""
    anchored = pattern.startswith("||")
    if anchored:
        pattern = _without_end(pattern[2:]).removeprefix("*.")
    if _SPECIAL.search(pattern) or not _PLAIN.fullmatch(pattern):
        return Skip.PATTERN
    outcome = entries.name_or_url(pattern)
    if outcome is Skip.NOT_A_NAME or (isinstance(outcome, Skip) and not anchored):
        return Skip.PATTERN
    return outcome


def _without_end(pattern: str) -> str:
    for end in _EMPTY_ENDS:
        if pattern.endswith(end):
            return pattern.removesuffix(end)
    return pattern
