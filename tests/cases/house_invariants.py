"""Whether what a house saw is what a case expects: answers of names, and packets that left it."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Sequence

from tests.cases.context import ALLOWED, visit
from tests.cases.dns_client import DnsAnswer
from tests.cases.house import House, HouseGateway
from tests.cases.packets import Sent
from tests.cases.world import Case

SETTLE = 0.2  # seconds until what was sent has left the house
SAFE_SEARCH = "forcesafesearch.google.com."


def of_answers(
    case: Case, found: Sequence[DnsAnswer], house: House, gateway: HouseGateway, log_size: int
) -> list[str]:
    """What is wrong with the answers to a device's questions."""
    expect, faults = case.expect, []
    wrong = [answer for answer in found if not _verdicts(case, answer, house) & case.accepted]
    if wrong and not ("throttle" in case.accepted and len(wrong) < len(found) / 3):
        wanted = " or ".join(sorted(case.accepted))
        faults.append(f"{len(wrong)} of {len(found)} answers: {wrong[0]}, wanted {wanted}")
    if "rcode" in expect and found[0].rcode not in expect["rcode"]:
        faults.append(f"rcode {found[0].rcode}, wanted {' or '.join(expect['rcode'])}")
    if house.names.strangers:
        faults.append(f"a question reached the outside resolver {house.names.strangers[0]}")
    for text in case.invariants:
        name, _, argument = text.partition(":")
        faults += _broken(name, argument, found, house, gateway.text_log()[log_size:])
    return faults


def _verdicts(case: Case, answer: DnsAnswer, house: House) -> frozenset[str]:
    safe = house.world.addresses(SAFE_SEARCH.rstrip("."))
    is_safe = SAFE_SEARCH in answer.targets or set(answer.addresses) == set(safe)
    if "forcesafesearch" in case.expect.get("rewrite", ""):
        return frozenset(("rewrite",)) if is_safe else answer.verdicts - {"rewrite"}
    return answer.verdicts


def _broken(
    name: str, argument: str, found: Sequence[DnsAnswer], house: House, log: str
) -> list[str]:
    match name:
        case "proxy-alive":
            return alive(house)
        case "no-private-answer":
            own = {house.world.gateway["lan_ip"], house.world.gateway["lan_ip6"]}
            given = {a for answer in found for a in answer.addresses} - own
            private = [a for a in given if ipaddress.ip_address(a).is_loopback or a[:3] == "10."]
            return [f"{name}: {private[0]} was given out"] if private else []
        case "no-answer":
            return [f"{name}: {found[0]}"] if any(a.wire for a in found) else []
        case "escaped":
            return [f"`{argument}` stands in the text log"] if argument in log else []
        case _:
            return [f"{name}: the rig has no such check for names"]


def of_packets(case: Case, sent: Sent, house: House) -> list[str]:
    """What is wrong with what became of packets."""
    time.sleep(SETTLE)
    # What leaves a tunnel is the gate's own.
    seen = house.tap.sent if case.mode == "wireguard" else house.tap.packets
    left = [p for p in seen if p.destination == case.client["dst_ip"]]
    verdicts = {"block"} if not left else {"allow"} if len(left) >= sent.count else {"throttle"}
    faults = []
    if not verdicts & case.accepted:
        wanted = " or ".join(sorted(case.accepted))
        faults.append(f"{len(left)} of {sent.count} packets left the house, wanted {wanted}")
    if "icmp" in case.expect and sent.icmp != case.expect["icmp"]:
        faults.append(f"refused by `{sent.icmp}`, wanted {case.expect['icmp']}")
    if house.stage.records.connections and "origin-untouched" in case.invariants:
        faults.append("origin-untouched: a connection reached it")
    return faults


def alive(house: House) -> list[str]:
    (answer,) = house.device("parent-laptop").perform(visit(ALLOWED))
    return [] if "allow" in answer.verdicts else [f"proxy-alive: {answer}"]
