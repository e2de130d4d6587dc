"""What a snapshot knows of a host, whatever the path, the child and the hour: worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kidgate.policies.names import is_address, parents

if TYPE_CHECKING:
    from kidgate.policies.snapshot import PolicySnapshot
from kidgate.policies.tables import Service

LOCAL_NAMES = ("localhost", "localdomain", "ip6-localhost", "ip6-loopback")


@dataclass(frozen=True, slots=True)
class Site:
    """Names are canonical; an empty name means none."""

    host: str
    parents: tuple[str, ...]
    is_literal: bool  # an address instead of a name
    is_own: bool  # the gateway's own pages
    is_local: bool  # `localhost` and its like
    harbour: str  # the safe harbour that the host lies below
    never_decrypt: bool  # by name; its categories may say so too
    shared_host: str  # the hosting, shared by strangers, that the host lies below
    services: tuple[Service, ...]  # by host alone
    has_service_urls: bool  # a service has paths of this host
    is_engine: bool  # a search engine, or another site of the safe-search table
    is_front_end: bool


def site_of(snapshot: PolicySnapshot, host: str) -> Site:
    names = parents(host)
    services = snapshot.services
    return Site(
        host=host,
        parents=names,
        is_literal=is_address(host),
        is_own=host in snapshot.own_names,
        is_local=host.rpartition(".")[2] in LOCAL_NAMES,
        harbour=next((name for name in names if name in snapshot.safe_harbour), ""),
        never_decrypt=any(name in snapshot.never_decrypt for name in names),
        shared_host=next((name for name in names[1:] if name in snapshot.shared_hosting), ""),
        services=services.of(host, ""),
        has_service_urls=any(name in services.by_url for name in names),
        is_engine=any(name in snapshot.safe_search.by_host for name in names),
        is_front_end=any(name in snapshot.front_ends.by_host for name in names),
    )
