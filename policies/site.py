"""What a snapshot knows of a host, whatever the path, the child and the hour: worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from kidgate.policies.likeness import Likeness
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
    apart: frozenset[str]  # services that it is no part of, whatever its address
    is_engine: bool  # a search engine, or another site of the safe-search table
    is_front_end: bool
    likeness: Likeness | None  # the brand it looks like and is not


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
        apart=services.apart_from(host),
        is_engine=any(name in snapshot.safe_search.by_host for name in names),
        is_front_end=any(name in snapshot.front_ends.by_host for name in names),
        likeness=None if _is_known(snapshot, names) else snapshot.likeness(host),
    )


def _is_known(snapshot: PolicySnapshot, names: tuple[str, ...]) -> bool:
    """Whether a host is what it says by what we ship or its house has set.

    Names that strangers publish below vouch for nobody: blogspot.com is known, not its blogs. A
    front end carries its guests' names in its own, and is judged by the page inside.
    """
    if any(name in snapshot.front_ends.by_host for name in names):
        return True
    shared, suffixes = snapshot.shared_hosting, snapshot.suffixes
    own = takewhile(lambda name: name not in shared and not suffixes.is_suffix(name), names)
    return not snapshot.known_hosts.isdisjoint(own)
