"""The explicit proxy: requests in absolute form, and CONNECT (RFC 9112 section 3.2)."""

from __future__ import annotations

import re
from typing import NamedTuple

from mitmproxy import http
from mitmproxy.net.http import http1

from kidgate.policies.names import InvalidName, parse_authority
from kidgate.proxy.answers import block_response, login_response
from kidgate.proxy.arrival import enter, knows, log_in, target_of
from kidgate.proxy.door.caller import Caller, page, silence
from kidgate.proxy.door.handover import hand_over
from kidgate.proxy.door.heads import Head, answered, count_plain, next_head
from kidgate.proxy.door.own_host import find_us, is_direct
from kidgate.proxy.door.tunnel import tunnel

LET_IN = b"HTTP/1.1 200 Connection established\r\n\r\n"
_LABEL = rb"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_MUTE = rb"(?:(?:User-Agent|Proxy-Connection|Connection|Accept): [\x21-\x7e][\x20-\x7e]*\r\n)*"
USUAL_CONNECT = re.compile(
    rb"CONNECT ((?i:(?:%b\.)+%b):[1-9][0-9]{0,4}) HTTP/1\.1\r\n"
    rb"(?i:%bHost: [a-z0-9.:-]+\r\n%b)\r\n" % (_LABEL, _LABEL, _MUTE, _MUTE)
)


class Target(NamedTuple):
    """Of a CONNECT: canonical host, port, and the size of its head."""

    host: str
    port: int
    size: int


async def receive(caller: Caller) -> None:
    """Requests until one is not answered here; a CONNECT is the last."""
    caller.refusal = page
    if not caller.read:
        await caller.more()
    target = usual_connect(caller.read)
    if target is not None and target.size <= caller.gateway.limits.header_bytes:
        await _usual_connect(caller, target)
        return
    while (head := await next_head(caller)) is not None:
        if head.request.method == "CONNECT":
            await _connect(caller, head)
            return
        if not caller.peer.front:
            find_us(caller)
            count_plain(caller)
        if not await answered(caller, head, to_us=is_direct(caller, head.request)):
            break
    await hand_over(caller)


def usual_connect(data: bytes | bytearray) -> Target | None:
    """What a connection begins with when it is a whole CONNECT as browsers and curl send it, and no
    login with it; None: it is to be read as any other head.

    Nothing else in such a head means anything to us, and to read it whole costs ten times as much.
    """
    found = USUAL_CONNECT.match(data)
    if found is None:
        return None
    try:
        host, port = parse_authority(found[1].decode(), 443)
    except InvalidName:
        return None
    return Target(host, port, found.end())


async def _usual_connect(caller: Caller, target: Target) -> None:
    gateway, peer = caller.gateway, caller.peer
    if not knows(gateway, peer):
        await _refuse(caller, login_response())
        return
    stopped = await enter(gateway, peer, target.host, target.port)
    if stopped is None:
        await _let_in(caller, target.port, target.size)
        return
    head = await next_head(caller)
    request = head.request if head is not None else None
    await _refuse(caller, block_response(gateway.pages, gateway.snapshot, *stopped, request))


async def _connect(caller: Caller, head: Head) -> None:
    gateway, peer, request = caller.gateway, caller.peer, head.request
    if not log_in(gateway, peer, request):
        await _refuse(caller, login_response())
        return
    host, port, fault = target_of(request)
    stopped = await enter(gateway, peer, host, port, fault)
    if stopped is None:
        await _let_in(caller, port, head.size)
        return
    await _refuse(caller, block_response(gateway.pages, gateway.snapshot, *stopped, request))


async def _let_in(caller: Caller, port: int, size: int) -> None:
    """`size` is that of the head."""
    rest = caller.read[size:].lstrip(b"\r\n")  # which some clients send after a CONNECT
    caller.read[:] = rest
    await caller.say(LET_IN)
    caller.refusal = silence
    await tunnel(caller, port)


async def _refuse(caller: Caller, answer: http.Response) -> None:
    answer.headers["Connection"] = "close"
    await caller.say(bytes(http1.assemble_response(answer)))
