"""Text from outside, made safe to show: visible, short, escaped. What is ours needs none."""

from __future__ import annotations

import unicodedata
from html import escape

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
MARKS_IN_A_ROW = 2  # as in decomposed Vietnamese; a tower of them would cover the text around


def shown(text: str, limit: int) -> str:
    """`text` for an element or a quoted attribute: at most `limit` characters, then a mark.

    Control, format and bidirectional characters, lone surrogates and unassigned ones appear as
    U+FFFD: they could hide or turn around what stands beside them.
    """
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return escape(visible(cut))


def shown_host(host: str, limit: int) -> str:
    """A host name; a long one loses its middle, for its end tells whose it is.

    `www.bank.example.some-padding.attacker.example` is made to be cut where it suits the attacker.
    """
    if len(host) <= limit:
        return escape(visible(host))
    head = limit // 4
    return escape(visible(f"{host[:head]}…{host[-(limit - head - 1) :]}"))


def visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    kept: list[str] = []
    marks = 0
    for char in unicodedata.normalize("NFC", text):
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if marks > MARKS_IN_A_ROW:
            continue
        kept.append(char if char.isprintable() else REPLACEMENT)
    return "".join(kept)
