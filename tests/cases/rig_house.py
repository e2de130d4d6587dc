"""The rig `netns`: each case from a device of the house, through the ways in that need no proxy
setting: redirected, SOCKS, a WireGuard tunnel, the name server; and what the packet filter does
with everything else.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import ModuleType

from tests.cases import dns_client, events, hours, house_invariants, packets
from tests.cases.clients import Device
from tests.cases.dns_client import DnsAnswer
from tests.cases.explicit import Unknown
from tests.cases.gateway import NotReady, running
from tests.cases.house import House, HouseGateway
from tests.cases.house_net import WAN_PEER
from tests.cases.judging import faults_of
from tests.cases.playing import perform
from tests.cases.redirected import Redirected, can_carry
from tests.cases.results import FAILED, NOT_COVERED, PASSED, Result
from tests.cases.rig_proxy import Setting, setting_of
from tests.cases.steps import Attempt
from tests.cases.tunnels import NoTunnel, tunnel
from tests.cases.world import Case

NAMES = ("qname", "hex", "questions")


def needs_house(case: Case) -> bool:
    """Whether nothing but a house of devices can play it."""
    if case.layer in ("dns", "net") or case.mode in ("dns", "socks5", "wan", "wireguard"):
        return True
    return bool({"events", "src_ip"} & set(case.client))


def also_in_house(case: Case) -> bool:
    """Whether a redirected device can play it as well as one with a proxy setting."""
    return case.layer in ("tls", "http", "search", "identity", "content") and can_carry(case)


def run(
    cases: Iterable[Case], house: House, bodygen: ModuleType, *, deep: bool
) -> Iterator[Result]:
    """Play the cases, grouped so that few gateways are started; results as they come."""
    groups: dict[Setting, list[Case]] = {}
    for case in cases:
        groups.setdefault(_setting_of(case, house), []).append(case)
    translator = Redirected(house.world, bodygen, deep=deep)
    for setting, group in groups.items():
        left = list(group)
        fresh = house.gateway(setting.now, dict(setting.overrides))
        fresh.faults = setting.faults
        try:
            with running(fresh) as gateway:
                assert isinstance(gateway, HouseGateway)
                while left:
                    house.forget()
                    yield _play(left[0], house, gateway, translator, bodygen)
                    del left[0]
        except NotReady as reason:
            yield from (Result(case, FAILED, [str(reason)]) for case in left)


def _setting_of(case: Case, house: House) -> Setting:
    found = setting_of(case, house.stage)
    return replace(found, now=hours.begin(case)) if hours.is_long(case) else found


def _play(
    case: Case, house: House, gateway: HouseGateway, translator: Redirected, bodygen: ModuleType
) -> Result:
    if hours.is_long(case):
        return hours.play(case, house, gateway)
    try:
        with _where(case, house, gateway):
            if any(key in case.client for key in NAMES):
                return _asked(case, house, gateway)
            if case.client.get("proto", "tcp") != "tcp" or "ip_fragment" in case.client:
                return _sent(case, house, gateway, bodygen)
            return _visited(case, house, gateway, translator)
    except Unknown as unknown:
        return Result(case, NOT_COVERED, [str(unknown)])
    except NoTunnel as reason:
        return Result(case, FAILED, [str(reason)])


def _where(
    case: Case, house: House, gateway: HouseGateway
) -> contextlib.AbstractContextManager[None]:
    """The way to the gate of a device that is not in the house. Raises NoTunnel."""
    if case.mode != "wireguard":
        return contextlib.nullcontext()
    keys = gateway.home.wireguard
    return tunnel(house.net, house.world, case.device, keys, source=events.from_where(case))


def _visited(case: Case, house: House, gateway: HouseGateway, translator: Redirected) -> Result:
    """Connections, after what happens before them."""
    faults: list[str] = []
    scene = events.Scene(case, house, gateway)
    try:
        attempts = [scene.play()] if "events" in case.client else _attempts(case, translator)
        for attempt in attempts:
            house.forget()
            client = _client(case, house, scene.who)
            context = perform(
                case,
                attempt,
                house.stage,
                gateway,
                client=client,
                device=house.device,
                packets=lambda: house.tap.packets,
            )
            faults += faults_of(context)
    finally:
        scene.undo()
    if not gateway.alive:
        faults.append("the gateway died")
    note = " + ".join(attempt.name for attempt in attempts)
    return Result(case, FAILED if faults else PASSED, faults, note)


def _client(case: Case, house: House, who: str) -> Device:
    device = house.device(who)
    if address := str(case.client.get("src_ip", "")):
        house.net.add_address(who, address)
        device.address = address
    if case.mode == "wan":
        device.address = WAN_PEER
        device.stand_in(lambda: house.net.inside("world"))
    return device


def _attempts(case: Case, translator: Redirected) -> list[Attempt]:
    client = case.client
    said = {"sni", "raw", "raw_hex", "http1", "h2", "http_host"} & set(client)
    said |= {key for key in client if key.startswith("payload_")}
    if "dst_ip" in client and not said:
        # Nothing is said: whether a connection comes about is the question.
        case = replace(case, client={"payload_text": "\r\n", **client})
    return translator.attempts(case)


def _asked(case: Case, house: House, gateway: HouseGateway) -> Result:
    """A question to a name server."""
    client, world = case.client, house.world
    own = (world.gateway["lan_ip"], world.gateway["lan_ip6"])
    if "answer" in client:
        asked = client["qname"].rstrip(".").lower(), client["qtype"]
        house.names.scripted[asked] = client["answer"]
    stream = client.get("transport") == "tcp"
    if client.get("transport", "udp") not in ("udp", "tcp"):
        return Result(case, NOT_COVERED, [f"no word for the transport {client['transport']}"])
    server, source = client.get("server", own[0]), house.address_of(case.device)
    log_size = len(gateway.text_log())
    with house.net.inside(house.net.place_of(case.device)):
        found = [
            DnsAnswer(dns_client.ask(wire, server, source, stream=stream), own)
            for wire in dns_client.questions(client)
        ]
    faults = house_invariants.of_answers(case, found, house, gateway, log_size)
    return Result(case, FAILED if faults else PASSED, faults, f"asked of {server}")


def _sent(case: Case, house: House, gateway: HouseGateway, bodygen: ModuleType) -> Result:
    """Packets that are no connection."""
    source = house.address_of(case.device)
    try:
        with house.net.inside(house.net.place_of(case.device)):
            sent = packets.send(case.client, source, bodygen)
    except KeyError as unknown:
        return Result(case, NOT_COVERED, [f"no word for the protocol {unknown}"])
    faults = house_invariants.of_packets(case, sent, house)
    if "proxy-alive" in case.invariants:
        faults += house_invariants.alive(house)
    return Result(case, FAILED if faults else PASSED, faults, f"{sent.count} packets")
