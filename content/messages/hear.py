"""What a request, a response or a WebSocket message says: the way in.

Whose talk is read: that of the services in `chats.yaml`, and of any site whose category says that
people or machines write to a child there. `Stream` does for bodies that arrive slowly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl

from kidgate.content.messages.frames import said_in_frame
from kidgate.content.messages.said import MACHINE, ME, Heard, Said
from kidgate.content.messages.streams import Stream
from kidgate.content.messages.values import TEXT_KEYS, parsed, said_in
from kidgate.policies.chats import ChatRow
from kidgate.policies.names import parents

ASSISTANTS = frozenset({"ai_chat", "ai_companion"})
PEOPLE = frozenset({"chat", "social", "forums", "anonymous_chat", "dating", "games"})
ANY_ASSISTANT = ChatRow("", "assistant")
ANY_PEOPLE = ChatRow("")
MAX_BODY = 1024 * 1024  # bytes
MAX_FIELDS = 200  # of a form
_TYPES = ("json", "event-stream", "x-www-form-urlencoded", "form-data", "jsonl", "text/plain")
_PART = re.compile(
    rb'Content-Disposition:[^\r\n]*?\bname="([^"\r\n]*)"([^\r\n]*)\r\n'
    rb"(?:[^\r\n]+\r\n)*\r\n(.*?)\r\n--",
    re.DOTALL | re.IGNORECASE,
)


class Services:
    """Which service's talk a host and a path carry."""

    def __init__(self, rows: Iterable[ChatRow]) -> None:
        self._by_host: dict[str, tuple[ChatRow, ...]] = {}
        for row in rows:
            for host in row.hosts:
                self._by_host[host] = (*self._by_host.get(host, ()), row)

    def at(self, host: str, path: str, categories: Iterable[str] = ()) -> ChatRow | None:
        """The row for a canonical host and a path; by its categories where it has none; None: what
        goes on there is no talk."""
        for name in parents(host):
            for row in self._by_host.get(name, ()):
                if not row.paths or path.startswith(row.paths):
                    return row
        about = set(categories)
        if about & ASSISTANTS:
            return ANY_ASSISTANT
        return ANY_PEOPLE if about & PEOPLE else None


def is_readable(content_type: str) -> bool:
    """Whether a body of this type can hold talk. A browser's `text/plain` often is JSON."""
    low = content_type.lower()
    return any(word in low for word in _TYPES)


def hear(body: bytes, content_type: str, row: ChatRow | None, *, outgoing: bool) -> Heard:
    """What a whole body says, its content coding undone. Never raises."""
    if len(body) > MAX_BODY:
        return Heard((), f"larger than {MAX_BODY} bytes")
    low = content_type.lower()
    if "x-www-form-urlencoded" in low:
        return Heard(tuple(_form(_urlencoded(body), row, _speaker(row, outgoing=outgoing))))
    if "form-data" in low:
        return Heard(tuple(_form(_multipart(body), row, _speaker(row, outgoing=outgoing))))
    stream = Stream(row, low, outgoing=outgoing)
    first = stream.feed(body)
    last = stream.finish()
    return Heard((*first, *last.said), last.unread)


def hear_message(content: str | bytes, row: ChatRow | None, *, outgoing: bool) -> Heard:
    """What a WebSocket message says; a binary one only where it is text after all."""
    if isinstance(content, bytes):
        try:
            content = content.decode()
        except UnicodeDecodeError:
            return Heard((), "binary")
    said = said_in_frame(content, row, _speaker(row, outgoing=outgoing))
    if row is not None and row.kind == "assistant" and not outgoing:
        said = [one._replace(joins=True) for one in said]
    return Heard(tuple(said))


def _speaker(row: ChatRow | None, *, outgoing: bool) -> str:
    if outgoing:
        return ME
    return MACHINE if row is not None and row.kind == "assistant" else ""


def _urlencoded(body: bytes) -> Iterable[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("utf-8", "replace"), max_num_fields=MAX_FIELDS)
    except ValueError:
        return parse_qsl(body[:4096].decode("utf-8", "replace"))[:MAX_FIELDS]


def _multipart(body: bytes) -> Iterable[tuple[str, str]]:
    """The fields of a form that are no files."""
    fields: Mapping[str, str] = {
        name.decode("utf-8", "replace"): value.decode("utf-8", "replace")
        for name, rest, value in _PART.findall(body)[:MAX_FIELDS]
        if b"filename" not in rest.lower()
    }
    return fields.items()


def _form(fields: Iterable[tuple[str, str]], row: ChatRow | None, who: str) -> Iterable[Said]:
    for name, text in fields:
        value = parsed(text) if text[:1] in ("{", "[") else None
        if value is not None:
            yield from said_in(value, row, who)
        elif name.lower() in TEXT_KEYS:
            yield from said_in({"text": text}, None, who)
