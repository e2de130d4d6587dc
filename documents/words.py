"""The words that a worker compares with, in one file: every phrase, and what is said in chats.

The keeper writes it from YAML and imported lists (`kidgate.keeper.words`), so that no worker needs
a YAML parser and the memory that parsing takes. JSON with a version; who cannot read it has none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, astuple
from typing import Any, NamedTuple

from kidgate.policies.chats import ChatRow, Chats, SayingsRow
from kidgate.policies.phrases import Phrase

VERSION = 1


class Words(NamedTuple):
    phrases: tuple[Phrase, ...]
    chats: Chats


class BrokenWords(ValueError):
    """The file is none of ours, or damaged; the keeper writes it anew when it starts."""


def dump(phrases: Iterable[Phrase], chats: Chats, made_of: str) -> bytes:
    """`made_of` tells what the lists were, to know whether others are there now."""
    document = {
        "version": VERSION,
        "made_of": made_of,
        "phrases": [astuple(phrase) for phrase in phrases],
        "services": [asdict(row) for row in chats.services],
        "sayings": [asdict(row) for row in chats.sayings],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def load(data: bytes) -> Words:
    """Raises BrokenWords."""
    try:
        found = json.loads(data)
        if found["version"] != VERSION:
            raise ValueError(f"version {found['version']}")
        phrases = tuple(Phrase(tuple(row[0]), *row[1:]) for row in found["phrases"])
        services = tuple(ChatRow(**_tuples(row)) for row in found["services"])
        sayings = tuple(SayingsRow(**_tuples(row)) for row in found["sayings"])
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as fault:
        raise BrokenWords(f"the lists of words cannot be read: {fault}") from None
    return Words(phrases, Chats(services, sayings))


def made_of(data: bytes) -> str:
    """What a file was made of; empty for anything else."""
    begin = data[:300].decode("utf-8", "replace")
    head = f'{{"version":{VERSION},"made_of":"'
    return begin[len(head) :].partition('"')[0] if begin.startswith(head) else ""


def _tuples(value: Any) -> Any:
    """JSON's lists as the rows have them."""
    if isinstance(value, list):
        return tuple(map(_tuples, value))
    if isinstance(value, dict):
        return {key: _tuples(inner) for key, inner in value.items()}
    return value
