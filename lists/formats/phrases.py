"""Phrase lists of e2guardian and DansGuardian: `<word>`, `<a>,<b><50>`.

They score the text of pages, and a list of words is no list of sites: recognised to be refused.
"""

from __future__ import annotations

import re

_PHRASE = re.compile(r"<[^<>]+>(?:\s*,\s*<[^<>]+>)*(?:\s*<-?[0-9]+>)?\s*(?:#.*)?")


def votes(line: str) -> bool:
    return bool(_PHRASE.fullmatch(line))
