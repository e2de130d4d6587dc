"""What somebody said within a JSON value: by the names services give to text, author and room.

Which service has which names is data (`ChatRow`); without a row, the names that most use. Nothing
here parses bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kidgate.content.messages.said import MACHINE, ME, Said
from kidgate.policies.chats import ChatRow

# Keys of text that a person or a machine wrote, as services call them; looked at in small letters.
TEXT_KEYS = frozenset(
    {
        *("text", "message", "msg", "content", "contents", "body", "caption", "comment", "reply"),
        *("prompt", "parts", "input", "inputs", "user_input", "query", "query_str", "question"),
        *("answer", "completion", "response", "output", "output_text", "generated_text"),
        *("delta", "token", "chunk", "raw_content", "text_content", "messagetext", "message_text"),
        *(
            "chat_message",
            "user_message",
            "utterance",
            "sensitive_string_value",
            "value",
            "snippet",
        ),
    }
)
# Of these a longer text is put together.
PIECE_KEYS = frozenset({"delta", "token", "chunk", "v"})
TALK_KEYS = (
    *("conversation_id", "conversationid", "chat_id", "chatid", "channel_id", "channelid"),
    *("thread_id", "threadid", "room_id", "roomid", "group_id", "groupid", "room", "channel"),
)
AUTHOR_KEYS = (
    *("role", "author", "sender", "sender_id", "senderid", "from", "from_id", "fromid", "nature"),
    *("author_id", "user", "user_id", "userid", "uid", "username", "is_human"),
)
WITHIN_AUTHOR = ("role", "is_human", "id", "user_id", "userid", "author_id", "username", "name")
_MINE = frozenset({"user", "human", "customer", "me", "self"})
_MACHINES = frozenset({"assistant", "bot", "model", "ai", "robot", "chatbot", "assistant_message"})
_NOBODY = frozenset({"system", "tool", "developer", "function"})  # no child sees what these say

MAX_VALUES = 20_000
MAX_CHARACTERS = 64 * 1024
MAX_NESTED = 4  # JSON within a string within JSON
LONGEST_WORD = 48  # a longer run without a space is a key, an address or a picture


class _Place(NamedTuple):
    path: tuple[str, ...]  # keys in small letters, the last four
    who: str
    talk: str
    nested: int
    in_array: bool = False


def said_in(value: Any, row: ChatRow | None, who: str) -> list[Said]:
    """Everything said in a JSON value, in order. `who` said it where the value does not tell.

    With a row, text stands at its `keys` alone; where none of them is found, the service has
    changed its words, and the usual names are tried.
    """
    told = row is not None and bool(row.keys or row.arrays)
    found = list(_walk(value, row, who)) if told else []
    return found or list(_walk(value, None, who))


def _walk(value: Any, row: ChatRow | None, who: str) -> Iterator[Said]:
    # A stack of its own: no depth of nesting exhausts Python's.
    stack: list[tuple[Any, _Place]] = [(value, _Place((), who, "", 0))]
    left, characters = MAX_VALUES, MAX_CHARACTERS
    while stack and left > 0 and characters > 0:
        left -= 1
        node, place = stack.pop()
        if isinstance(node, str):
            for said in _of_text(node, place, row, stack):
                characters -= len(said.text)
                yield said
        elif isinstance(node, list):
            inner = place._replace(in_array=True)
            stack += [(item, inner) for item in reversed(node[:MAX_VALUES])]
        elif isinstance(node, dict) and (around := _around(node, place, row)) is not None:
            stack += [
                (item, around._replace(path=(*around.path[-3:], key.lower()), in_array=False))
                for key, item in reversed(node.items())
            ]


def _of_text(
    text: str, place: _Place, row: ChatRow | None, stack: list[tuple[Any, _Place]]
) -> Iterator[Said]:
    if text[:1] in ("{", "[") and place.nested < MAX_NESTED and len(text) > 2:
        inner = parsed(text)
        if inner is not None:
            stack.append((inner, place._replace(nested=place.nested + 1)))
            return
    if _carries(place, row) and is_human(text, piece=_is_piece(place)):
        yield Said(text[:MAX_CHARACTERS], place.who, place.talk, joins=_is_piece(place))
    elif _stands_free(place, row) and " " in text.strip() and is_human(text, piece=False):
        yield Said(text[:MAX_CHARACTERS], place.who, place.talk)


def parsed(text: str | bytes) -> Any:
    """The JSON value; None when it is none, whatever is wrong with it."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def is_human(text: str, *, piece: bool) -> bool:
    """Whether a text can be what somebody wrote: no id, no address, no picture in letters."""
    if piece:
        return bool(text)
    bare = text.strip()
    if not any(map(str.isalpha, bare[:200])):
        return False
    first = bare[: LONGEST_WORD + 1]
    return len(first) <= LONGEST_WORD or re.search(r"\s", first) is not None or not first.isascii()


def _carries(place: _Place, row: ChatRow | None) -> bool:
    if not place.path:
        return not place.in_array  # text alone
    if row is None or not row.keys:
        return place.path[-1] in TEXT_KEYS
    return any(place.path[-len(keys) :] == keys for keys in map(_keys, row.keys))


def _stands_free(place: _Place, row: ChatRow | None) -> bool:
    """Whether a text stands in an array that no key names; a sentence there is somebody's."""
    return place.in_array and (row.arrays if row is not None else not place.path)


def _keys(text: str) -> tuple[str, ...]:
    return tuple(text.lower().split("."))


def _is_piece(place: _Place) -> bool:
    return any(key in PIECE_KEYS for key in place.path[-2:])


def _around(node: Mapping[str, Any], place: _Place, row: ChatRow | None) -> _Place | None:
    """Who speaks in an object, and where; None: nobody that a child hears."""
    if row is not None and row.only:
        for key, part in row.only.items():
            if isinstance(said := node.get(key), str) and part not in said:
                return None
    low = {key.lower(): value for key, value in node.items() if len(key) <= LONGEST_WORD}
    who = _author(low, place.who)
    if who is None:
        return None
    talk = next((t for key in TALK_KEYS if (t := _name(low.get(key)))), place.talk)
    return place._replace(who=who, talk=talk)


def _author(low: Mapping[str, Any], otherwise: str) -> str | None:
    """Who an object says its author is."""
    for key in AUTHOR_KEYS:
        if key not in low:
            continue
        value = low[key]
        if isinstance(value, dict):
            inner = {k.lower(): v for k, v in value.items()}
            value = next((inner[k] for k in WITHIN_AUTHOR if k in inner), None)
            key = "is_human" if isinstance(value, bool) else key
        if isinstance(value, bool):
            if key == "is_human":
                return ME if value else MACHINE
            continue
        if name := _name(value):
            return _known(name, otherwise)
    return otherwise


def _known(name: str, otherwise: str) -> str | None:
    small = name.lower()
    if small in _NOBODY:
        return None
    if small in _MACHINES:
        return MACHINE
    if small in _MINE:
        return ME
    return otherwise or name  # what goes out is the child's, by any name


def _name(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    try:
        return str(value)[:LONGEST_WORD]
    except ValueError:  # a number of thousands of digits
        return ""
