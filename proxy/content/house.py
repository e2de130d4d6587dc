"""The analysers of one house: its lists, the key of its children's own data, its pictures."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from kidgate.content.messages.hear import Services
from kidgate.content.messages.sayings import Sayings
from kidgate.content.phrases.loading import analyser
from kidgate.documents.file_mark import Mark, mark_of
from kidgate.documents.home import Home
from kidgate.documents.key_file import NoKey
from kidgate.documents.personal_key import read_personal_key
from kidgate.documents.words import load
from kidgate.proxy.content.analysers import Analysers, Lists
from kidgate.proxy.content.chats import Talks
from kidgate.proxy.pictures.client import Pictures

logger = logging.getLogger(__name__)


def analysers_of(home: Home) -> Analysers:
    """What a worker of this house reads content with; `look` makes it ready."""
    words = WordsFile(home.words)
    return Analysers(
        load=words.load,
        changed=words.changed,
        own_key=own_key(home),
        pictures=Pictures(home.images),
    )


@dataclass(slots=True)
class WordsFile:
    """The lists of words as the keeper wrote them."""

    path: Path
    _seen: Mark | None = None
    _asked: bool = False

    def changed(self) -> bool:
        """Whether they are others than when it was asked last; so the first time."""
        now, asked = mark_of(self.path), self._asked
        self._asked = True
        if asked and now == self._seen:
            return False
        self._seen = now
        return True

    def load(self) -> Lists:
        """Raises OSError, BrokenWords."""
        words = load(self.path.read_bytes())
        phrases = analyser(words.phrases)
        talks = Talks(Services(words.chats.services), Sayings(words.chats.sayings), phrases)
        return Lists(phrases, talks)


def own_key(home: Home) -> bytes:
    """The key of what is kept of children's own data; empty where there is none to be used."""
    try:
        return read_personal_key(home) or b""
    except (NoKey, OSError) as fault:
        logger.error("children's own data cannot be recognised: %s", fault)
        return b""
