"""The rig `netns`: each case from a device of the house, through the ways in that need no proxy
setting: redirected, SOCKS, the name server; and what the packet filter does with everything else.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from types import ModuleType

from kidgate.proxy.who.neighbours import FRESH_SECONDS
from tests.cases import dns_client, house_invariants, packets
from tests.cases.answers import Answer
from tests.cases.context import BYSTANDER, Context, Watch
from tests.cases.dns_client import DnsAnswer
from tests.cases.explicit import Unknown
from tests.cases.gateway import NotReady, running
from tests.cases.house import House, HouseGateway
from tests.cases.judging import faults_of
from tests.cases.records import DEFAULT, Reply
from tests.cases.redirected import Redirected, can_carry
from tests.cases.results import FAILED, NOT_COVERED, PASSED, Result
from tests.cases.rig_proxy import Setting, setting_of
from tests.cases.stage import Stage
from tests.cases.steps import Attempt, Step
from tests.cases.world import Case

NAMES = ("qname", "hex", "questions")
EVENTS = (
    (re.compile(r"(\S+) offline"), "offline"),
    (re.compile(r"(\S+) sets ip (\S+)"), "address"),
    (re.compile(r"(\S+) renews to (\S+)"), "address"),
    (re.compile(r"dhcp mac=(\S+)"), "joins"),
    (re.compile(r"GET (http://\S+)"), "visit"),
)


def needs_house(case: Case) -> bool:
    """Whether nothing but a house of devices can play it."""
    if case.layer in ("dns", "net") or case.mode in ("dns", "socks5", "wan"):
        return True
    return bool({"events", "src_ip"} & set(case.client))


def also_in_house(case: Case) -> bool:
    """Whether a redirected device can play it as well as one with a proxy setting."""
    return case.layer in ("tls", "http", "search", "identity") and can_carry(case)


def run(
    cases: Iterable[Case], stage: Stage, bodygen: ModuleType, every: Iterable[Case], *, deep: bool
) -> Iterator[Result]:
    """Play the cases, grouped so that few gateways are started; results as they come."""
    groups: dict[Setting, list[Case]] = {}
    for case in cases:
        groups.setdefault(setting_of(case, stage), []).append(case)
    house = House(stage, every)
    translator = Redirected(stage.world, bodygen, deep=deep)
    for setting, group in groups.items():
        left = list(group)
        try:
            with running(house.gateway(setting.now, dict(setting.overrides))) as gateway:
                assert isinstance(gateway, HouseGateway)
                while left:
                    house.forget()
                    yield _play(left[0], house, gateway, translator, bodygen)
                    del left[0]
        except NotReady as reason:
            yield from (Result(case, FAILED, [str(reason)]) for case in left)


def _play(
    case: Case, house: House, gateway: HouseGateway, translator: Redirected, bodygen: ModuleType
) -> Result:
    client = case.client
    if any(key in client for key in NAMES):
        return _asked(case, house, gateway)
    if client.get("proto", "tcp") != "tcp" or "ip_fragment" in client:
        return _sent(case, house, gateway, bodygen)
    try:
        attempts = _by_events(case, house) if "events" in client else _attempts(case, translator)
    except Unknown as unknown:
        return Result(case, NOT_COVERED, [str(unknown)])
    faults: list[str] = []
    address = str(client.get("src_ip", ""))
    if address:
        house.net.add_address(case.device, address)
    for attempt in attempts:
        house.forget()
        faults += faults_of(_perform(case, attempt, house, gateway, address))
    if not gateway.alive:
        faults.append("the gateway died")
    _put_right(house)
    note = " + ".join(attempt.name for attempt in attempts)
    return Result(case, FAILED if faults else PASSED, faults, note)


def _attempts(case: Case, translator: Redirected) -> list[Attempt]:
    client = case.client
    said = {"sni", "raw", "raw_hex", "http1", "h2", "http_host"} & set(client)
    said |= {key for key in client if key.startswith("payload_")}
    if "dst_ip" in client and not said:
        # Nothing is said: whether a connection comes about is the question.
        case = replace(case, client={"payload_text": "\r\n", **client})
    return translator.attempts(case)


def _perform(
    case: Case, attempt: Attempt, house: House, gateway: HouseGateway, address: str
) -> Context:
    wanted, stage = case.invariants, house.stage
    logged = {"event-logged", "one-log-line"} & set(wanted) or "log_fields" in case.expect
    rows = gateway.journal() if logged else []
    log_size = len(gateway.text_log())
    others = house.device(BYSTANDER) if "others-ok" in wanted else None
    memory = any(name.startswith("rss-under") for name in wanted)
    device = house.device(case.device)
    device.address = address or _moved.get(case.device) or house.address_of(case.device)
    if case.mode == "wan":
        device.address = "198.51.100.1"
        device.stand_in(lambda: house.net.inside("world"))
    answers: list[Answer] = []
    replies: list[Reply] = []
    with Watch(gateway, others, memory) as watch:
        for step in attempt.steps:
            stage.records.reply = step.reply or DEFAULT
            got = device.perform(step)
            answers += got
            replies += [stage.records.reply] * len(got)
    return Context(
        case=case,
        world=stage.world,
        gateway=gateway,
        records=stage.records,
        device=house.device,
        before=sum(row.count for row in rows),
        log_size=log_size,
        watch=watch,
        attempt=attempt,
        answers=answers,
        replies=replies,
        rows=rows,
        packets=lambda: house.tap.packets,
    )


def _by_events(case: Case, house: House) -> list[Attempt]:
    """Do what happens, up to the visit. Raises Unknown."""
    found = [_event(text) for text in case.client["events"]]
    steps = []
    for kind, words in found:
        match kind:
            case "offline":
                house.net.switch(words[0], on=False)
                time.sleep(FRESH_SECONDS + 1)  # who is away is away for longer than that
            case "address":
                house.net.remove_address(words[0], house.world.address_of(words[0]))
                house.net.add_address(words[0], words[1])
                house.net.switch(words[0], on=True)
                _moved[words[0]] = words[1]
            case "joins":
                pass  # the stranger is there
            case "visit":
                host = words[0].removeprefix("http://").partition("/")[0]
                raw = f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
                to = (house.world.addresses(host)[0], 80)
                steps.append(Step(to=to, http1=raw, methods=("GET",)))
                about = (host,)
    return [Attempt("redirected", tuple(steps), (about,))]


_moved: dict[str, str] = {}


def _event(text: str) -> tuple[str, tuple[str, ...]]:
    for pattern, kind in EVENTS:
        if match := pattern.fullmatch(text):
            return kind, match.groups()
    raise Unknown(f"no word for the event `{text}`")


def _put_right(house: House) -> None:
    """Everybody where they were."""
    for key, address in _moved.items():
        house.net.remove_address(key, address)
        house.net.add_address(key, house.world.address_of(key))
    _moved.clear()
    for key, device in house.world.data["devices"].items():
        if "mac" in device and "ip" in device:
            house.net.switch(key, on=True)


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
    if case.mode == "wireguard":
        return Result(case, NOT_COVERED, ["no word for a device within WireGuard"])
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
