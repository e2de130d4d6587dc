"""The explicit proxy: requests in absolute form, and CONNECT (RFC 9112 section 3.2)."""

from __future__ import annotations

from mitmproxy import http
from mitmproxy.net.http import http1

from kidgate.proxy.answers import block_response, login_response
from kidgate.proxy.arrival import enter, log_in, target_of
from kidgate.proxy.door.caller import Caller, page, silence
from kidgate.proxy.door.handover import hand_over
from kidgate.proxy.door.heads import Head, answered, count_plain, next_head
from kidgate.proxy.door.own_host import find_us, is_direct
from kidgate.proxy.door.tunnel import tunnel

LET_IN = b"HTTP/1.1 200 Connection established\r\n\r\n"


async def receive(caller: Caller) -> None:
    """Requests until one is not answered here; a CONNECT is the last."""
    caller.refusal = page
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


async def _connect(caller: Caller, head: Head) -> None:
    gateway, peer, request = caller.gateway, caller.peer, head.request
    if not log_in(gateway, peer, request):
        await _refuse(caller, login_response())
        return
    host, port, fault = target_of(request)
    stopped = await enter(gateway, peer, host, port, fault)
    if stopped is not None:
        await _refuse(caller, block_response(gateway.pages, gateway.snapshot, *stopped, request))
        return
    rest = caller.read[head.size :].lstrip(b"\r\n")  # which some clients send after a CONNECT
    caller.read[:] = rest
    await caller.say(LET_IN)
    caller.refusal = silence
    await tunnel(caller, port)


async def _refuse(caller: Caller, answer: http.Response) -> None:
    answer.headers["Connection"] = "close"
    await caller.say(bytes(http1.assemble_response(answer)))
