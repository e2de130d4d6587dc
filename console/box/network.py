"""The box as the router of the house: kernel settings, packet filter, IPv6, who else routes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kidgate.console.box.check import Check, ok, warn, wrong

if TYPE_CHECKING:
    from kidgate.console.app import App
    from kidgate.documents.config import Config
    from kidgate.proxy.netfilter.plan import Plan

SECONDS = 10.0
DSTNAT = -100  # the priority of our chain (`proxy.netfilter.table`)
CONF6 = Path("/proc/sys/net/ipv6/conf")


def plan(app: App) -> Iterator[Check]:
    """Whether config.yaml makes a gateway of this box; everything else here is about one."""
    from kidgate.proxy.netfilter.plan import NoGateway, plan_of

    if not app.config.gateway.interfaces:
        yield ok("network", "no_gateway")
        return
    try:
        plan_of(app.config)
    except NoGateway as fault:
        yield wrong("network", "half_gateway", why=fault)
        return
    there = {name for _, name in socket.if_nameindex()}
    for name in app.config.gateway.interfaces:
        if name not in there:
            yield wrong("network", "no_interface", name=name)
    if not any(listener.way == "dns" for listener in app.config.listen):
        yield warn("network", "no_dns")


def sysctls(app: App) -> Iterator[Check]:
    from kidgate.proxy.netfilter.apply import read_sysctl
    from kidgate.proxy.netfilter.plan import SYSCTLS

    if not app.config.gateway.interfaces:
        return
    off = {key: value for key, value in SYSCTLS.items() if read_sysctl(key) not in (value, None)}
    for key, value in off.items():
        yield wrong("forwarding", "sysctl", setting=key, value=value)
    if not off:
        yield ok("forwarding", "sysctls_ok")


def rules(app: App) -> Iterator[Check]:
    """Our table, as the kernel has it, against what the plan would make of it."""
    wanted = _plan(app.config)
    if wanted is None:
        return
    if os.geteuid() != 0:
        yield warn("rules", "rules_unseen")
        return
    found = _listed(())
    if found is None:
        yield wrong("rules", "rules_absent")
        return
    expected = _expected(wanted)
    if expected is None:
        yield warn("rules", "rules_uncompared")
    elif expected != found:
        yield wrong("rules", "rules_differ")
    else:
        yield ok("rules", "rules_ok")


def others(app: App) -> Iterator[Check]:
    """Somebody else's table that sends the devices' connections elsewhere before ours sees them."""
    if not app.config.gateway.interfaces or os.geteuid() != 0:
        return
    try:
        ruleset = json.loads(_run(["nft", "-j", "list", "ruleset"]) or "{}")
    except ValueError:
        return
    found = list(redirectors(ruleset.get("nftables", [])))
    for table in found:
        yield warn("rules", "other_table", table=table)


def redirectors(ruleset: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Tables, but ours, that redirect at prerouting no later than we do (libnftables-json(5))."""
    from kidgate.proxy.netfilter.plan import FAMILY, TABLE

    chains = {}
    for chain in (entry["chain"] for entry in ruleset if "chain" in entry):
        early = chain.get("hook") == "prerouting" and chain.get("prio", 0) <= DSTNAT
        if early and (chain["family"], chain["table"]) != (FAMILY, TABLE):
            chains[chain["family"], chain["table"], chain["name"]] = chain
    seen = set()
    for rule in (entry["rule"] for entry in ruleset if "rule" in entry):
        place = (rule["family"], rule["table"], rule["chain"])
        acts = any(verb in part for part in rule["expr"] for verb in ("dnat", "redirect", "tproxy"))
        if place in chains and acts and place[:2] not in seen:
            seen.add(place[:2])
            yield f"{place[0]} {place[1]}"


def ipv6(app: App) -> Iterator[Check]:
    """Whether devices can go around us by IPv6: most do prefer it."""
    config = app.config
    if not config.gateway.interfaces:
        return
    heard = any(":" in p.host and p.way == "transparent" for p in config.listen)
    for name in config.gateway.interfaces:
        disabled = _read(CONF6 / name / "disable_ipv6")
        if disabled in ("", "1"):
            continue
        if not heard:
            yield wrong("IPv6", "ipv6_deaf", name=name)
        if other := _other_router(name):
            yield wrong("IPv6", "ipv6_other_router", name=name, router=other)
        elif heard:
            yield ok("IPv6", "ipv6_ok", name=name)


def _other_router(interface: str) -> str:
    """A router that announces itself to the house and is not this box."""
    text = _run(["ip", "-6", "-j", "route", "show", "default", "dev", interface])
    try:
        found = json.loads(text or "[]")
    except ValueError:
        return ""
    announced = [route.get("gateway", "?") for route in found if route.get("protocol") == "ra"]
    return str(announced[0]) if announced else ""


def _plan(config: Config) -> Plan | None:
    from kidgate.console.gateway import worker_uid
    from kidgate.proxy.netfilter.plan import NoGateway, plan_of

    try:
        plan_of(config)
        return plan_of(config, uid=worker_uid())
    except NoGateway:
        return None


def _expected(wanted: Plan) -> str | None:
    """The plan as nft lists it, made in a network namespace of its own that ends with it."""
    from kidgate.proxy.netfilter.table import table_text

    return _listed(("unshare", "--net"), table_text(wanted))


def _listed(inside: tuple[str, ...], rules: str = "") -> str | None:
    """Our table without what changes by itself; None: there is none, or nobody may look."""
    from kidgate.proxy.netfilter.plan import FAMILY, TABLE

    show = f"nft -s -t list table {FAMILY} {TABLE} && nft list set {FAMILY} {TABLE} house"
    script = f"nft -f - && {show}" if rules else show
    return _run([*inside, "sh", "-c", script], rules)


def _run(words: Sequence[str], text: str = "") -> str | None:
    try:
        done = subprocess.run(
            words, input=text, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def _read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
