"""What most formats have as comments."""

from __future__ import annotations

import re

SLASHES = re.compile(r"//(?:\s|$|https?:)")
COMMENT_LINE = re.compile(rf"[#!;]|{SLASHES.pattern}")


def without_comment(line: str) -> str:
    """Without a comment at its end: `#` starts one anywhere (`a.example#why`), `;` after a space.

    By plain searching: `\\s*#` takes a minute for a line of spaces.
    """
    line = line.partition("#")[0]
    for mark in (" ;", "\t;"):
        line = line.partition(mark)[0]
    return line.rstrip()
