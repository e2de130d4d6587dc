"""From the bytes of a body to what its words say: the one path of the proxy and `kidgate scan`.

Each step is a room of its own: `text.coding`, `text.read`, `phrases.score`.
"""

from __future__ import annotations

from dataclasses import dataclass

from kidgate.content.phrases.automaton import Automaton
from kidgate.content.phrases.model import Scored
from kidgate.content.phrases.score import score
from kidgate.content.text.coding import decode
from kidgate.content.text.page import Page
from kidgate.content.text.read import read_page


@dataclass(frozen=True, slots=True)
class PageText:
    """`data` is the body with its content coding undone: what was read, and all that may be
    delivered. `unread` says in words what was not read; "" means that everything was."""

    data: bytes
    page: Page
    scored: Scored

    @property
    def unread(self) -> str:
        return self.scored.unread


def page_text(
    body: bytes, content_type: str, content_encoding: str, phrases: Automaton
) -> PageText:
    """Read and score one body. Never raises on any bytes."""
    decoded = decode(body, content_encoding)
    page = read_page(decoded.data, content_type)
    scored = score(page, phrases)
    unread = "; ".join(dict.fromkeys(filter(None, (decoded.unread, scored.unread))))
    return PageText(
        decoded.data, page, Scored(scored.scores, scored.evidence, scored.words, unread)
    )
