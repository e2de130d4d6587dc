"""Service rows to the tables that `decide` looks hosts up in; what contradicts itself in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from kidgate.policies.names import canonical_host, parents, parse_url
from kidgate.policies.rows import ServiceRow
from kidgate.policies.service_names import ServiceNames, plain_name
from kidgate.policies.tables import Network, Rule, Service, Services
from kidgate.policies.targets import Kind

if TYPE_CHECKING:
    from kidgate.policies.compile import Compiler

SERVICE = f"{Kind.SERVICE}:"  # a dependency that is a service


def services_table(c: Compiler, rows: Mapping[str, ServiceRow]) -> Services:
    """The table of all services; faults are collected in the compiler."""
    hosts: dict[str, tuple[Service, ...]] = defaultdict(tuple)
    urls: dict[str, tuple[tuple[str, Service], ...]] = defaultdict(tuple)
    apart: dict[str, frozenset[str]] = defaultdict(frozenset)
    networks: list[tuple[Network, Service]] = []
    for row in rows.values():
        place = f"service {row.key}"
        service = Service(row.key, row.title, row.categories, row.min_age)
        mine = c.hosts(f"{place}: hosts", row.hosts)
        for host in sorted(mine):
            hosts[host] += (service,)
        for text in row.urls:
            if (url := c.read(f"{place}: urls", parse_url, text)) is not None:
                urls[url.host] += ((url.target, service),)
        networks += [(n, service) for n in c.networks(f"{place}: networks", row.networks)]
        spared = _apart(c, row, mine)
        for host in spared:
            apart[host] |= {row.key}
        _dependencies(c, row, mine, spared, rows)
        _companions(c, row, rows)
    _aliases(c)
    return Services(dict(hosts), dict(urls), tuple(networks), dict(apart))


def check_rules(
    c: Compiler, kind: str, rules: Iterable[Rule | None], rows: Mapping[str, ServiceRow]
) -> None:
    """Rules and grants about services name ones that there are."""
    for rule in rules:
        if rule is not None and rule.target.kind is Kind.SERVICE:
            known_service(c, f"{kind} {rule.id}: target", rule.target.value, rows)


def known_service(c: Compiler, place: str, key: str, rows: Mapping[str, ServiceRow]) -> None:
    """A policy speaks in keys: an alias may come to mean another service one day."""
    if key not in rows:
        meant = ServiceNames.of(rows.values()).key_of(key)
        hint = f"; write `{meant}`" if meant else ""
        c.fault(place, f"no service is called `{key}`{hint}")


def _apart(c: Compiler, row: ServiceRow, mine: frozenset[str]) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    lists = {"payment_hosts": row.payment_hosts, "company_hosts": row.company_hosts}
    for field, texts in lists.items():
        place = f"service {row.key}: {field}"
        hosts = c.hosts(place, texts)
        for host in sorted(hosts & mine):
            c.fault(place, f"`{host}` is one of its hosts too; take it out of one of the two")
        found |= hosts
    return found


def _dependencies(
    c: Compiler,
    row: ServiceRow,
    mine: frozenset[str],
    spared: frozenset[str],
    rows: Mapping[str, ServiceRow],
) -> None:
    place = f"service {row.key}: dependencies"
    for text in row.dependencies:
        if text.startswith(SERVICE):
            _other(c, place, row.key, text.removeprefix(SERVICE), rows)
        elif (host := c.read(place, canonical_host, text)) is not None:
            nearest = next((name for name in parents(host) if name in mine or name in spared), "")
            if nearest in mine:
                c.fault(place, f"`{host}` is blocked with it, being `{nearest}`; take it out")


def _companions(c: Compiler, row: ServiceRow, rows: Mapping[str, ServiceRow]) -> None:
    for key in row.companions:
        _other(c, f"service {row.key}: companions", row.key, key, rows)


def _other(c: Compiler, place: str, key: str, other: str, rows: Mapping[str, ServiceRow]) -> None:
    if other == key:
        c.fault(place, f"`{key}` is the service itself; take it out")
    else:
        c.known(place, "service", other, rows)


def _aliases(c: Compiler) -> None:
    """Among the house's own: a built-in alias that came later must not break a policy."""
    owners: dict[str, str] = {plain_name(row.key): row.key for row in c.rows.services}
    for row in c.rows.services:
        for alias in row.aliases:
            place, name = f"service {row.key}: aliases", plain_name(alias)
            if not name:
                c.fault(place, f"`{alias}` has no letter a-z and no digit; nobody could type it")
            elif owners.setdefault(name, row.key) != row.key:
                c.fault(place, f"`{alias}` is {owners[name]}'s name already; take it out of one")
