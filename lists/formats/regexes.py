"""Lists of regular expressions.

Pi-hole (regex.list, POSIX extended) and blocky (`/.../` among names, Go's RE2) look for them in the
host; squidGuard (`expressions`) and e2guardian (`regexpurllist`) in the address without its scheme.
An expression that speaks of `/`, `?` or `=` can only mean the latter. Pi-hole writes options
behind a `;`: those that hold for some questions alone (`querytype`, `invert`) disable the line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from kidgate.lists.entries import Entries, Outcome
from kidgate.lists.formats.grammar import Format, Grammar, LineParser, Opening
from kidgate.lists.items import Passed, Said
from kidgate.lists.report import Skip
from kidgate.lists.rules import dialects

_LOOKS = re.compile(
    r"\^|.*(?:\\[.dwsb?/-]|\.[*+]|\$$|\([^()]{0,200}\||\[[^\]]{1,200}\][*+?{]|\(\^)"
)
_OF_URLS = re.compile(r"/|\\\?|=")
_URL_FILES = re.compile(r"(?:^|/)(?:expressions|[a-z]*regexpurl(?:list|s))$")
_REWRITING = re.compile(r'".*"->"')  # e2guardian's: what an address is changed into


def votes(line: str) -> bool:
    return votes_slashed(line) or bool(_LOOKS.match(line))


def votes_slashed(line: str) -> bool:
    return len(line) > 2 and line[0] == line[-1] == "/"


def parse_slashed(line: str, entries: Entries) -> Said:
    """For a line that has the form: blocky's, looked for in the host."""
    return (dialects.host_regex(line[1:-1]),)


def is_named(file: str) -> bool:
    """Whether a file is called as squidGuard and e2guardian call theirs."""
    return bool(_URL_FILES.search(file))


def kind(sample: Sequence[str]) -> Format:
    """Which of the two kinds a file of expressions is."""
    bare = (
        line.partition(";")[0]  # of Pi-hole's options, `;reply=`
        for line in sample
        if not line.startswith("#") and not votes_slashed(line.strip())
    )
    return Format.URL_REGEXES if any(map(_OF_URLS.search, bare)) else Format.HOST_REGEXES


class RegexLines:
    """One expression on a line; what looks like a name is one, too."""

    def __init__(self, rule: Callable[[str], Outcome]) -> None:
        self._rule = rule

    def __call__(self, line: str) -> Said:
        line = line.strip()
        if not line:
            return Passed.BLANK
        if line.startswith("#"):
            return Passed.COMMENT
        if _REWRITING.match(line):
            return (Skip.SETTING,)
        return (self._rule(line[1:-1] if votes_slashed(line) else line),)


def _host_rule(expression: str) -> Outcome:
    """Only Pi-hole writes options, and `;` is in no host."""
    return dialects.pihole_regex(expression)


def _host_lines(opening: Opening) -> LineParser:
    return RegexLines(_host_rule)


def _url_lines(opening: Opening) -> LineParser:
    return RegexLines(dialects.page_regex)


HOSTS = Grammar(Format.HOST_REGEXES, votes, _host_lines)
URLS = Grammar(Format.URL_REGEXES, votes, _url_lines)
