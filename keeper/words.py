"""The lists of words: ours and imported ones, compiled for the workers. See `documents.words`."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from kidgate.documents.chats import load_chats
from kidgate.documents.home import Home
from kidgate.documents.imported_phrases import imported_lists, marks
from kidgate.documents.phrases import own_phrases
from kidgate.documents.words import dump, made_of
from kidgate.keeper.writer import Writer, replace_file
from kidgate.policies.phrases import Phrase

logger = logging.getLogger(__name__)
FOLDERS = ("phrases", "messages")  # of policies/tiers, and the file `chats.yaml` beside them


def publish(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Write the lists anew if they are others than before. Raises Faults when ours are broken."""
    home = writer.home
    now = _made_of(home)
    if made_of(_head(home)) == now:
        return {"written": False}
    phrases = list(all_phrases(home))
    replace_file(home.words, dump(phrases, load_chats(), now))
    return {"written": True, "phrases": len(phrases)}


def all_phrases(home: Home) -> Iterator[Phrase]:
    """Ours and imported ones; one that is damaged is told and left out."""
    yield from own_phrases()
    imported, faults = imported_lists(home.phrases)
    for fault in faults:
        logger.error("a phrase list is not used: %s", fault)
    for one in imported:
        yield from one.rows


def _head(home: Home) -> bytes:
    try:
        with home.words.open("rb") as file:
            return file.read(300)
    except OSError:
        return b""


def _made_of(home: Home) -> str:
    """The program's version and lists, and the imported ones."""
    digest = hashlib.sha256(version("kidgate").encode())
    tiers = files("kidgate.policies") / "tiers"
    for file in (tiers / "chats.yaml", *(f for name in FOLDERS for f in _files(tiers / name))):
        digest.update(file.read_bytes())
    digest.update(repr(marks(home.phrases)).encode())
    return digest.hexdigest()


def _files(folder: Traversable) -> list[Traversable]:
    return sorted((f for f in folder.iterdir() if f.is_file()), key=lambda file: file.name)
