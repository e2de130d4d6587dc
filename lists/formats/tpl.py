"""Tracking Protection Lists of Internet Explorer (Microsoft, "msFilterList").

-d name            blocks the name and all below it
-d name text       blocks its addresses with the text in them
- text             blocks every address with the text in it
+d name            an exception; `+` is the exception to `-`
: Expires=1        says how often to fetch the list
"""

from __future__ import annotations

import re

from kidgate.lists.adblock import parse_rule
from kidgate.lists.entries import PLAIN_NAME, Entries, exempted
from kidgate.lists.items import Passed, Said

HEADER = "msFilterList"
SHORT = re.compile(rf"-d {PLAIN_NAME}\r?")
_LINE = re.compile(r"([-+])(d?)\s+(\S+)(?:\s+(\S+))?")
_STARTS = re.compile(r"[-+]d\s+\S|:\s*[A-Za-z]+=|msFilterList$")


def votes(line: str) -> bool:
    return bool(_STARTS.match(line))


def _is_line(line: str) -> bool:
    return bool(_LINE.fullmatch(line)) or votes(line)


def parse(line: str, entries: Entries) -> Said:
    """For a line that has the form."""
    found = _LINE.fullmatch(line)
    if not found:
        return Passed.DIRECTIVE
    sign, names, first, text = found.groups()
    if names and text is None:
        outcome = entries.name_or_url(first)
        return (exempted(outcome) if sign == "+" else outcome,)
    pattern = f"||{first}/*{text}" if names else first
    return (parse_rule("@@" * (sign == "+") + pattern, entries),)


OWN = (_is_line, parse)
"""In a list of this kind; in others `- text` is an item of YAML."""
