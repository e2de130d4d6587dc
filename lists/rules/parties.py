"""Which sites belong together: names of an initiator, and whether a request leaves its site."""

from __future__ import annotations

from functools import cache, lru_cache

from kidgate.documents.suffixes import public_suffixes
from kidgate.policies.names import is_address, parents
from kidgate.policies.suffixes import Suffixes

CACHED = 4096


@lru_cache(CACHED)
def initiator_names(host: str) -> tuple[str, ...]:
    """The names `domain=` may call a host by, most specific first: `a.b.uk`, `a.*`, `b.uk`...

    A name with `.*` stands for itself under any public suffix (AdGuard's wildcard for TLDs).
    """
    if is_address(host):
        return (host,)
    suffix = "." + _suffixes().suffix_of(host)
    names: list[str] = []
    for name in parents(host):
        names.append(name)
        if name.endswith(suffix):
            names.append(name.removesuffix(suffix) + ".*")
    return tuple(names)


def same_site(host: str, other: str) -> bool:
    """Whether two canonical hosts lie under one registrable domain."""
    return host == other or _site(host) == _site(other)


@lru_cache(CACHED)
def _site(host: str) -> str:
    return _suffixes().site_of(host)


@cache
def _suffixes() -> Suffixes:
    return Suffixes(public_suffixes())
