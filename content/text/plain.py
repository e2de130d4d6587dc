"""Plain text: paragraphs become lines."""

from __future__ import annotations

import re

from kidgate.content.text.limits import LIMITS, Limits
from kidgate.content.text.page import Kind, Page
from kidgate.content.text.said import Collected

_BETWEEN_PARAGRAPHS = re.compile(r"\n[\t\r ]*+\n")


def read_plain(text: str, limits: Limits = LIMITS) -> Page:
    """A body that is shown as it stands. A single line end is a space: it only wraps the line."""
    collected = Collected(limits)
    for paragraph in _BETWEEN_PARAGRAPHS.split(text):
        collected.add(Kind.BODY, paragraph)
    return collected.page()
