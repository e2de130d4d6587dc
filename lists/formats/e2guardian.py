"""Lists of e2guardian and DansGuardian: sites, URLs, regular expressions (notes in configs/lists).

They are plain lists otherwise, with `.Include<file>` for more of them, `#listcategory:` and
`#time:` in comments, and blanket lines of old (`**`, `*ip`, `**s`), which stop everything. `.tld`
stands for a top-level domain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kidgate.lists.entries import Entries
from kidgate.lists.items import Said
from kidgate.lists.report import Skip

_INCLUDE = re.compile(r"\.Include<[^>]*>", re.IGNORECASE)
_BLANKET = re.compile(r"\*(?:\*|ip|\*s|\*ip|ips|\*ips)")
_MARK = re.compile(r"\s*(?:#listcategory:|\.Include<)", re.IGNORECASE)


def votes(line: str) -> bool:
    return bool(_INCLUDE.match(line) or _BLANKET.fullmatch(line))


def parse(line: str, entries: Entries) -> Said:
    """For a line that has the form."""
    return (Skip.INCLUDE if _INCLUDE.match(line) else Skip.TOO_GENERAL,)


def is_marked(sample: Sequence[str]) -> bool:
    """Whether a file says of itself that it is such a list."""
    return any(_MARK.match(line) for line in sample)
