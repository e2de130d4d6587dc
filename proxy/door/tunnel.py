"""The first bytes inside a tunnel, however it was asked for: TLS, HTTP, or neither."""

from __future__ import annotations

import logging

from mitmproxy import http

from kidgate.policies.model import Decision, Visit
from kidgate.policies.names import InvalidName, parse_authority
from kidgate.proxy.coverage import Seen
from kidgate.proxy.door.caller import Caller, page
from kidgate.proxy.door.client_hello import ClientHello, HelloReader, NoHello, like_tls
from kidgate.proxy.door.dial import dial
from kidgate.proxy.door.handover import hand_over
from kidgate.proxy.door.heads import answered, count_plain, next_head
from kidgate.proxy.door.own_host import find_us, is_own_address
from kidgate.proxy.door.passing import Passing
from kidgate.proxy.guests import turn_away
from kidgate.proxy.hello import Fate, fate_of, visit_of_hello
from kidgate.proxy.host import is_guest
from kidgate.proxy.peers import address_of
from kidgate.proxy.visits import visit_of_name

logger = logging.getLogger(__name__)


async def tunnel(caller: Caller, port: int) -> None:
    """Judge what begins here and bring it to its end. `peer` knows where it is to lead."""
    while (tls := like_tls(caller.read)) is None:
        await caller.more()
    if tls:
        await _tls(caller, port)
    else:
        await _plain(caller, port)


async def _tls(caller: Caller, port: int) -> None:
    gateway, peer = caller.gateway, caller.peer
    hello, fault = await _hello(caller)
    caller.stop_clock()
    visit = visit_of_hello(gateway, peer, hello, port, fault)
    if visit.url.host in gateway.snapshot.own_names:
        find_us(caller)
    visit, decision = await gateway.judge_resolved(visit)
    _look_where(caller, visit.facts.addresses)
    if peer.elsewhere:
        again = visit_of_hello(gateway, peer, hello, port, fault)
        visit, decision = await gateway.judge_resolved(again)
    who = visit.device or peer.address
    match fate_of(gateway, peer, decision):
        case Fate.PASS:
            gateway.coverage.count(who, Seen.PINNED if visit.facts.pinned else Seen.PASSED)
            await _pass(caller, visit, decision)
        case Fate.REFUSE:
            await gateway.stop(visit, decision, peer)
        case Fate.OPEN:
            gateway.coverage.count(who, Seen.OPENED)
            await hand_over(caller, (peer.host, port))


async def _hello(caller: Caller) -> tuple[ClientHello | None, str]:
    """The hello, or what is wrong with it."""
    reader, most = HelloReader(), caller.gateway.limits.header_bytes
    try:
        while (hello := reader.read(caller.read)) is None:
            if len(caller.read) > most:
                return None, f"the TLS hello is larger than {most} bytes"
            await caller.more()
    except NoHello as odd:
        return None, str(odd)
    return hello, ""


async def _pass(caller: Caller, visit: Visit, decision: Decision) -> None:
    """To the addresses that were judged, and to no other."""
    gateway = caller.gateway
    gateway.open_visits[caller.id] = (caller.peer, visit)
    if decision.watch:
        await gateway.write(visit, decision, caller.peer)
    try:
        origin = await dial(visit.facts.addresses, visit.url.port)
    except OSError as fault:
        logger.info("a passed connection found no origin: %s", fault)
        return
    try:
        passing = Passing(caller, origin, visit)
    except BaseException:
        origin.close()
        raise
    passing.begin()


async def _plain(caller: Caller, port: int) -> None:
    """HTTP, as mitmproxy takes it in a tunnel; what is none is closed."""
    peer = caller.peer
    count_plain(caller)
    while (head := await next_head(caller)) is not None:
        caller.refusal = page
        find_us(caller)
        request = head.request
        to_us = is_own_address(caller, request)
        _name(caller, request)
        await _look_where_named(caller, port)
        if request.host and not to_us:
            break  # absolute form: rare in a tunnel, and judged by mitmproxy's words alone
        request.data.host, request.data.port, request.data.scheme = peer.host, port, b"http"
        if not await answered(caller, head, to_us=to_us):
            break
    if head is None and is_guest(bytes(caller.read)):
        caller.stop_clock()
        await turn_away(caller.gateway, peer, port)
        return
    await hand_over(caller, (peer.host, port))


async def _look_where_named(caller: Caller, port: int) -> None:
    gateway, peer = caller.gateway, caller.peer
    if not (peer.target and peer.connect) or peer.connect in gateway.snapshot.own_names:
        return
    visit = visit_of_name(peer.connect, port, peer, gateway.device_of(peer), gateway.now())
    visit, _ = await gateway.judge_resolved(visit)
    _look_where(caller, visit.facts.addresses)


def _look_where(caller: Caller, addresses: tuple[str, ...]) -> None:
    """Our own address is right for every name: our DNS gives it out for what is stopped."""
    target = caller.peer.target
    if target and target != address_of(caller.sock.getsockname()):
        caller.gateway.look_where(caller.peer, addresses)


def _name(caller: Caller, request: http.Request) -> None:
    """What was on its way to an address goes to the name it says, as we resolve it."""
    peer = caller.peer
    if not peer.connect and "host" in request.headers:
        try:
            peer.connect = parse_authority(request.headers["host"], 80)[0]
        except InvalidName:
            return  # the request is malformed: its page comes
