"""One WebSocket text message, or one piece of an event stream, out of its wrapping.

Chats speak plain JSON, Socket.IO (`42["message",{...}]`), SockJS (`a["..."]`), SignalR (JSON ended
by U+001E), STOMP 1.2, XMPP (RFC 7395), IRC (RFC 2812, as Twitch does) or plain words. What a value
says is `values.py`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from kidgate.content.messages.said import Said
from kidgate.content.messages.values import is_human, parsed, said_in
from kidgate.policies.chats import ChatRow

MAX_FRAME = 256 * 1024  # characters
_SOCKET_IO = re.compile(
    r"(?:\d{1,2}(?:/[^,\[{]{0,64},)?\d{0,9}|\d:[^:]{0,32}:[^:]{0,64}:)(?=[\[{])"
)
_STOMP = re.compile(r"(?:SEND|MESSAGE)\r?\n.*?\r?\n\r?\n(.*)", re.DOTALL)
_STOMP_OTHER = re.compile(r"(?:CONNECT(?:ED)?|STOMP|SUBSCRIBE|UNSUBSCRIBE|RECEIPT|ACK|NACK)\r?\n")
_IRC = re.compile(r"(?:@\S+ )?(?::([^\s!]+)\S* )?PRIVMSG (\S+) :(.*)")
_BODY = re.compile(r"<body[^>]{0,200}>([^<]*)</body>")
_AI_SDK = re.compile(r'0:(?=")')  # of Vercel's AI SDK: `0:"a piece"`


def said_in_frame(text: str, row: ChatRow | None, who: str) -> list[Said]:
    """What is said in one message. `who` said it where the message does not tell."""
    found: list[Said] = []
    for piece in text[:MAX_FRAME].split("\x1e"):
        found += _piece(piece.strip(" \r\n\t\0"), row, who)
    return found


def _piece(text: str, row: ChatRow | None, who: str) -> list[Said]:
    if stomp := _STOMP.match(text):
        text = stomp[1].strip(" \r\n\0")
    elif text.startswith("<"):
        return [Said(html.unescape(body), who) for body in _BODY.findall(text)]
    elif "PRIVMSG " in text:
        return list(_irc(text, who))
    elif _STOMP_OTHER.match(text):
        return []
    value, named = _value(text)
    if value is None:
        return [Said(text, who)] if is_human(text, piece=False) else []
    if named and isinstance(value, list):
        value = value[1:]  # the first is the event's name
        return [said for item in value for said in said_in(item, row, who)]
    return said_in(value, row, who)


def _value(text: str) -> tuple[Any, bool]:
    """The JSON value of a message, and whether an event's name stands first in it."""
    if text[:1] in ("{", "["):
        return parsed(text), False
    if found := _SOCKET_IO.match(text):
        return parsed(text[found.end() :]), True
    if text.startswith("a["):
        return parsed(text[1:]), False
    if found := _AI_SDK.match(text):
        piece = parsed(text[found.end() :])
        return ({"delta": piece}, False) if isinstance(piece, str) else (None, False)
    return None, False


def _irc(text: str, who: str) -> Iterator[Said]:
    for line in text.splitlines():
        if found := _IRC.match(line):
            yield Said(found[3], who or found[1] or "", found[2])
