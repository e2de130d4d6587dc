"""Where the content of `script`, `style`, `title` and their like ends: it is no markup."""

from __future__ import annotations

import re
from functools import cache

_SCRIPT = re.compile(r"<!--(?:-?>)?|-->|<(/?)script(?=[\t\n\f\r />])", re.IGNORECASE)


def end_of_raw(source: str, name: str, start: int) -> int:
    """Where the end tag of `name` begins, or the end of the source when there is none."""
    if name == "script":
        return _end_of_script(source, start)
    found = _end_tag(name).search(source, start)
    return found.start() if found else len(source)


@cache
def _end_tag(name: str) -> re.Pattern[str]:
    return re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE)


def _end_of_script(source: str, start: int) -> int:
    """HTML standard, 13.2.5.15 to 13.2.5.31.

    After `<!-- <script` the next `</script` ends nothing. A reader that does not know this takes
    for a comment what the browser shows.
    """
    escaped = doubly = False
    for match in _SCRIPT.finditer(source, start):
        mark = match[0]
        if mark == "<!--":
            escaped = True
        elif mark == "-->":
            escaped = doubly = False
        elif match[1] == "":
            doubly = escaped
        elif doubly:
            doubly = False
        elif match[1]:
            return match.start()
    return len(source)
