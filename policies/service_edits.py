"""Changes to services. Other rows: `edits.py`, `tier_edits.py`.

A built-in service is data of the program; changing one puts the house's own in its place.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from kidgate.policies.edits import EditFault, check_key, no_such
from kidgate.policies.names import canonical_host, parse_url
from kidgate.policies.rows import PolicyRows, ServiceRow
from kidgate.policies.service_names import ServiceNames
from kidgate.policies.suffixes import Suffixes
from kidgate.policies.targets import canonical_term

HOSTS = ("hosts", "payment_hosts", "company_hosts")
LISTS = tuple(f.name for f in fields(ServiceRow) if f.name not in ("key", "title", "min_age"))


def services_of(rows: PolicyRows, builtin: Iterable[ServiceRow]) -> dict[str, ServiceRow]:
    """Every service by key: the built-in ones, and the house's own in their place."""
    return {row.key: row for row in (*builtin, *rows.services)}


def service(rows: PolicyRows, builtin: Iterable[ServiceRow], name: str) -> ServiceRow:
    """A service by its key or any of its names. Raises EditFault with what is near."""
    builtin = tuple(builtin)
    every = services_of(rows, builtin)
    key = ServiceNames.of(builtin, rows.services).key_of(name)
    if key is None:
        raise EditFault(no_such("service", name, [*every]))
    return every[key]


def add_service(
    rows: PolicyRows, builtin: Iterable[ServiceRow], row: ServiceRow, suffixes: Suffixes
) -> PolicyRows:
    """One service more. Raises EditFault for a key or a host that cannot be one."""
    check_key("service", row.key, [*services_of(rows, builtin)])
    if canonical_term(row.key) != row.key:
        raise EditFault(f"`{row.key}` is no key for a service; write `{canonical_term(row.key)}`")
    if not (row.hosts or row.urls or row.networks):
        raise EditFault(f"`{row.key}` needs a host, a URL or a network")
    return put_services(rows, [canonical(row, suffixes)])


def change_service(
    rows: PolicyRows,
    builtin: Iterable[ServiceRow],
    name: str,
    suffixes: Suffixes,
    *,
    given: Mapping[str, Any],
    drop: Iterable[str] = (),
) -> PolicyRows:
    """A service with other fields: what is `given` for a list is added to it, each of `drop` is
    taken out of whatever list has it. Raises EditFault."""
    old = service(rows, builtin, name)
    new = replace(old, **{k: v for k, v in given.items() if k not in LISTS})
    for text in drop:
        new = _without(new, text)
    longer: dict[str, Any] = {k: (*getattr(new, k), *v) for k, v in given.items() if k in LISTS}
    return put_services(rows, [canonical(replace(new, **longer), suffixes)])


def remove_service(rows: PolicyRows, builtin: Iterable[ServiceRow], name: str) -> PolicyRows:
    """Drop a service of the house's own; a changed built-in one is as it was again."""
    key = service(rows, builtin, name).key
    if key not in [row.key for row in rows.services]:
        raise EditFault(
            f"the service `{key}` is built in and unchanged; block it with "
            f"kidgate block service:{key}"
        )
    return replace(rows, services=tuple(row for row in rows.services if row.key != key))


def put_services(rows: PolicyRows, new: Iterable[ServiceRow]) -> PolicyRows:
    """These services in place of the house's own with the same keys."""
    changed = {row.key: row for row in new}
    kept = tuple(row for row in rows.services if row.key not in changed)
    return replace(rows, services=(*kept, *changed.values()))


def canonical(row: ServiceRow, suffixes: Suffixes) -> ServiceRow:
    """A service as typed by a person, everything in its one spelling and once.

    Raises EditFault with all that cannot be. A whole public suffix is no service: all sites below
    it would go with one app.
    """
    faults: list[str] = []
    found: dict[str, Any] = {}
    for field in LISTS:
        values = []
        for text in getattr(row, field):
            try:
                values.append(_canonical(field, text.strip(), suffixes))
            except ValueError as fault:
                faults.append(str(fault))
        found[field] = tuple(dict.fromkeys(values))
    if faults:
        raise EditFault("\n".join(faults))
    return replace(row, **found)


def _canonical(field: str, text: str, suffixes: Suffixes) -> str:
    if field in HOSTS:
        return _host(text, suffixes)
    if field == "dependencies":
        return text if text.startswith("service:") else _host(text, suffixes)
    if field == "networks":
        return _network(text)
    if field == "urls":
        return _url(text)
    return text


def _host(text: str, suffixes: Suffixes) -> str:
    host = canonical_host(text.removeprefix("*."))
    if suffixes.is_suffix(host):
        raise EditFault(
            f"`{host}` is a public suffix: every site below it would be one service; name the "
            "site's own host, or use kidgate block for all of them"
        )
    return host


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        hint = "write its first address, like 192.0.2.0/24"
        raise EditFault(f"`{text}` is no address range; {hint}") from None


def _url(text: str) -> str:
    url = parse_url(text)
    if url.target == "/":
        raise EditFault(f"`{text}` has no path; it is a host, not a URL")
    host = f"[{url.host}]" if ":" in url.host else url.host
    return host + url.target


def _without(row: ServiceRow, text: str) -> ServiceRow:
    holding = {k: getattr(row, k) for k in LISTS if text in getattr(row, k)}
    if not holding:
        raise EditFault(f"the service `{row.key}` has no `{text}`; see kidgate service show")
    rest: dict[str, Any] = {k: tuple(v for v in old if v != text) for k, old in holding.items()}
    return replace(row, **rest)
