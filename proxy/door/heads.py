"""HTTP request heads at the door: read as mitmproxy will read them, and answered where they end."""

from __future__ import annotations

from typing import NamedTuple

from mitmproxy import http
from mitmproxy.net.http import http1

from kidgate.proxy.coverage import Seen
from kidgate.proxy.door.caller import Caller, Ended
from kidgate.proxy.host import HEAD_END
from kidgate.proxy.requests import early_answer
from kidgate.proxy.rfc9112 import check_head, check_start

END_BYTES = 3  # of the longest line end that may be cut in two
BODILESS = ("GET", "HEAD")


class Head(NamedTuple):
    request: http.Request
    size: int


async def next_head(caller: Caller) -> Head | None:
    """The next request head; None: something is wrong with it, and mitmproxy is to say what.

    Its bytes stay in `caller.read`.
    """
    size = await _head_size(caller)
    if not size or check_head(bytes(caller.read[:size])):
        return None
    try:
        request = http1.read_request_head(bytes(caller.read[:size]).split(b"\r\n")[:-2])
    except ValueError:
        return None
    return Head(request, size)


async def _head_size(caller: Caller) -> int:
    """0: it is too large, or no HTTP."""
    data, most = caller.read, caller.gateway.limits.header_bytes
    searched, checked = 0, False
    while True:
        while data.startswith(b"\r\n"):  # some clients send one after a POST
            del data[:2]
            searched = 0
        if end := HEAD_END.search(data, searched):
            return end.end() if end.end() <= most else 0
        searched = max(0, len(data) - END_BYTES)
        if not checked and data != b"\r":
            if len(data) > most or check_start(bytes(data)):
                return 0
            checked = b"\n" in data
        if len(data) > most:
            return 0
        await caller.more()


def count_plain(caller: Caller) -> None:
    """Note a connection whose requests come in clear."""
    gateway, peer = caller.gateway, caller.peer
    device = gateway.device_of(peer)
    gateway.coverage.count(device.key if device else peer.address, Seen.PLAIN)


async def answered(caller: Caller, head: Head, *, to_us: bool = False) -> bool:
    """Whether the request ended here, and the next may come. Raises Ended after the last answer.
    `to_us`: it came to the gateway itself."""
    request = head.request
    if request.method not in BODILESS or http1.expected_http_body_size(request) or not request.host:
        return False
    caller.stop_clock()
    answer = await early_answer(caller.gateway, caller.peer, request, to_us=to_us)
    if answer is None:
        return False
    del caller.read[: head.size]
    await caller.say(_bytes_of(answer, request))
    if _is_last(request) or _is_last(answer):
        raise Ended
    limits = caller.gateway.limits
    caller.allow(limits.idle_seconds)
    while not caller.read:
        await caller.more()
    caller.allow(limits.header_seconds)
    return True


def _bytes_of(answer: http.Response, request: http.Request) -> bytes:
    if request.method == "HEAD":  # RFC 9110 section 9.3.2
        return bytes(http1.assemble_response_head(answer))
    return bytes(http1.assemble_response(answer))


def _is_last(message: http.Message) -> bool:
    return bool(http1.connection_close(message.http_version, message.headers))
