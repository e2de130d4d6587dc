"""What stages are found in conversations that we wrote, `tests/content/messages/*.txt`.

Of strangers who want something, and harmless ones that sound alike. A part of `accuracy.py`.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.report import Report
from kidgate.content.messages.conversation import Conversation
from kidgate.content.messages.said import Said
from kidgate.content.messages.sayings import Sayings
from kidgate.content.messages.score import GROOMING, score
from kidgate.documents.chats import load_chats

FOLDER = Path(__file__).resolve().parent.parent / "tests/content/messages"
STAGED = {
    "by the authors of the sayings": "staged",
    "in other words, some of them added": "varied",
    "that the word classes were made with": "learnt",
    "veiled, written before the classes' last changes": "veiled",
    "unseen, said plainly": "unseen",
}
HARMLESS = {
    "ordinary talk": "harmless",
    "friends, family and sellers": "friends",
    "hard ones that the classes were made with": "calm",
    "hard ones, unseen": "innocent",
}
LIMITS = (45.0, 30.0)  # of 9-12 and of 0-5


def conversations(report: Report) -> None:
    """One figure for each collection and limit; both languages together."""
    sayings = Sayings(load_chats().sayings)
    for what, some in (("stages found", STAGED), ("wrongly stopped", HARMLESS)):
        for title, name in some.items():
            values = [_value(block, sayings) for block in _blocks(name)]
            for limit in LIMITS:
                hits = sum(value >= limit for value in values)
                share = 100 * hits / len(values)
                told = f"{what}, conversations: {title}, at {limit:g}"
                report.add(told, share, f"% ({hits} of {len(values)})")


def _blocks(name: str) -> list[str]:
    """The conversations of both files."""
    found: list[str] = []
    for language in ("vi", "en"):
        text = (FOLDER / f"{name}_{language}.txt").read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        found += "\n".join(lines).strip().split("\n\n")
    return found


def _value(block: str, sayings: Sayings) -> float:
    """The other has no name, as in most chats of two."""
    conversation = Conversation(sayings)
    for line in block.strip().splitlines():
        who, _, text = line.partition(": ")
        conversation.hear([Said(text, "" if who == "them" else who)])
    return score(conversation).scores.get(GROOMING, 0.0)
