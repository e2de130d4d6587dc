"""The conversations of the text files beside this one, and the sayings as they are shipped."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from kidgate.content.messages.conversation import Conversation
from kidgate.content.messages.said import Said
from kidgate.content.messages.sayings import Sayings
from kidgate.documents.chats import load_chats

FOLDER = Path(__file__).resolve().parent
Talk = list[tuple[str, str]]  # who, what


@cache
def sayings() -> Sayings:
    return Sayings(load_chats().sayings)


def talks(name: str) -> list[Talk]:
    """Every conversation of a file."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    blocks = "\n".join(lines).strip().split("\n\n")
    return [[(who, said) for who, _, said in _split(block)] for block in blocks]


def _split(block: str) -> list[tuple[str, str, str]]:
    return [line.partition(": ") for line in block.strip().splitlines()]


def heard(talk: Talk, *, named: bool = True) -> Conversation:
    """A conversation that has heard a talk; not `named`: nobody knows who says what."""
    conversation = Conversation(sayings())
    conversation.hear(Said(text, who if named else "") for who, text in talk)
    return conversation
