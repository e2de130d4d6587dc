"""What was said, read as a page is: by the phrase lists, for what they know best.

Sayings tell what people say to each other; what a machine tells at length, or a link's caption
says, is found by the lists that pages are read with. Their rule that one phrase is no page (two at
least) holds here too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kidgate.content.phrases.automaton import Automaton
from kidgate.content.phrases.score import score
from kidgate.content.text.page import Kind, Page, Part

CATEGORIES = ("adult", "hate", "scam")


def phrase_scores(texts: Iterable[str], automaton: Automaton) -> Mapping[str, float]:
    """The scores of messages together, of these categories alone."""
    page = score(Page((Part(Kind.BODY, "\n".join(texts)),)), automaton)
    return {category: page.scores[category] for category in CATEGORIES if category in page.scores}
