"""SOCKS5 as a way in: who calls, and where to. The bytes are `socks`'s, the verdict `arrival`'s."""

from __future__ import annotations

import logging
from collections.abc import Callable

from kidgate.policies.names import InvalidName, canonical_host, is_address
from kidgate.proxy.arrival import enter, knows, log_in_as
from kidgate.proxy.door import socks
from kidgate.proxy.door.caller import Caller, silence
from kidgate.proxy.door.socks import Call, NotSocks, Reply
from kidgate.proxy.door.tunnel import tunnel
from kidgate.proxy.gateway import Gateway, Stopped
from kidgate.proxy.visits import NO_NAME

logger = logging.getLogger(__name__)


def failure(gateway: Gateway, stopped: Stopped) -> bytes:
    return Reply.FAILURE.wire


async def receive(caller: Caller) -> None:
    """One call."""
    try:
        if not await _logged_in(caller):
            return
        call, size = await _next(caller, socks.read_call)
    except NotSocks as odd:
        logger.info("refused a SOCKS client: %s", odd)
        return
    del caller.read[:size]
    caller.refusal = failure
    reply = call.refusal or await _enter(caller, call)
    await caller.say(reply.wire)
    if reply is Reply.SUCCEEDED:
        caller.refusal = silence
        await tunnel(caller, call.port)


async def _logged_in(caller: Caller) -> bool:
    """Whether the greeting ended well."""
    gateway, peer = caller.gateway, caller.peer
    methods, size = await _next(caller, socks.read_methods)
    del caller.read[:size]
    method = socks.choose(methods, login_needed=not knows(gateway, peer))
    await caller.say(bytes((socks.VERSION, method)))
    if method != socks.PASSWORD:
        return method == socks.NO_LOGIN
    user, password, size = await _next(caller, socks.read_login)
    del caller.read[:size]
    # Some clients offer a login and have none.
    right = log_in_as(gateway, peer, (user, password)) if user else knows(gateway, peer)
    await caller.say(socks.LOGGED_IN if right else socks.WRONG_LOGIN)
    return right


async def _enter(caller: Caller, call: Call) -> Reply:
    """An address is only where it was headed: what it says inside names the site, as where a
    connection was redirected, and that is what is judged and dialled."""
    peer, fault, host = caller.peer, "", NO_NAME
    try:
        host = canonical_host(call.host or "")
    except InvalidName as invalid:
        fault = str(invalid)
    if is_address(host) and not fault:
        peer.target = host
        return Reply.SUCCEEDED
    stopped = await enter(caller.gateway, peer, host, call.port, fault)
    return Reply.SUCCEEDED if stopped is None else Reply.NOT_ALLOWED


async def _next[T](caller: Caller, read: Callable[[bytes], T | None]) -> T:
    """The next message, as `read` reads it. Raises NotSocks."""
    while (found := read(bytes(caller.read))) is None:
        await caller.more()
    return found
