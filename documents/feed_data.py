"""What is shipped about feeds: the catalogue, the starter lists, the hosts that no feed may stop.

Read from `policies/tiers/`, where each file is described at its own head. Fetching and judging
feeds is not done here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain
from typing import Annotated, Any, Literal

from msgspec import Meta

from kidgate.documents.builtin import Host, load_builtin, load_categories
from kidgate.documents.faults import Fault, Faults
from kidgate.documents.strict_yaml import read
from kidgate.documents.typed import Decoder, decode
from kidgate.policies.names import parents
from kidgate.policies.rows import Settings, Text

Count = Annotated[int, Meta(ge=0)]
Hours = Annotated[int, Meta(ge=1, le=24 * 365)]

BUILTIN = "builtin:"  # begins the location of a list that is shipped
STARTER = "starter-"  # begins the name of such a feed
STARTER_INTERVAL = 24  # hours


@dataclass(frozen=True, slots=True)
class CatalogueFeed:
    """A well-known feed."""

    key: str
    title: Text
    category: str
    licence: str
    homepage: str
    url: str
    interval: Hours
    kind: Literal["list", "reference"] = "list"
    format: str = ""
    member: str = ""
    entries: Count = 0
    tiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Group:
    hosts: tuple[Host, ...]
    natural: tuple[str, ...] = ()
    about: Text | None = None


@dataclass(frozen=True, slots=True)
class _TopHosts:
    strict: tuple[str, ...]
    exempt: tuple[str, ...]
    groups: Mapping[str, _Group]


@dataclass(frozen=True, slots=True)
class Guards:
    """Hosts that a feed must not stop whole, each with the categories that name it rightly."""

    never: Mapping[str, frozenset[str]]
    top: Mapping[str, frozenset[str]]
    strict: frozenset[str]  # categories of which nothing is believed that names one
    exempt: frozenset[str]  # categories that only describe: nothing is guarded from them
    categories: frozenset[str]  # all that we know; of a house's own we cannot say what is natural
    vouched: Mapping[str, frozenset[str]] = field(default_factory=dict)  # by services and starters

    def guards(self, category: str) -> bool:
        """Whether feeds of a category are held to this."""
        return category in self.categories and category not in self.exempt

    def natural(self, host: str) -> frozenset[str]:
        """The categories whose feeds name a host, or one above it, rightly, as far as is known."""
        known = (self.never, self.top, self.vouched)
        none: frozenset[str] = frozenset()
        return none.union(*(hosts.get(name, none) for name in parents(host) for hosts in known))


@cache
def settings_of(row: CatalogueFeed) -> dict[str, Any]:
    """What the keeper is told of a well-known feed that is added."""
    return {
        "name": row.key,
        "location": row.url,
        "kind": row.kind,
        "licence": row.licence,
        "member": row.member,
        "read_as": row.format,
        "interval": row.interval,
    }


def load_catalogue() -> Mapping[str, CatalogueFeed]:
    """Every well-known feed by key, the starter lists first. Raises Faults."""
    name = "feeds.yaml"
    decoder = Decoder(read(_text(name), name), {})
    rows: tuple[CatalogueFeed, ...] = decoder.keyed(decoder.top(), CatalogueFeed, 1, "")
    decoder.finish()
    categories = {category.key for category in load_categories()}
    unknown = [
        Fault(name, 0, f"`{row.key}`: no category `{row.category}`")
        for row in rows
        if row.category not in categories
    ]
    if unknown:
        raise Faults(unknown)
    return {row.key: row for row in (*_starters(), *rows)}


@cache
def starter_categories() -> tuple[str, ...]:
    """The categories that have a starter list."""
    found = (entry.name for entry in _starter_folder().iterdir())
    return tuple(sorted(name.removesuffix(".txt") for name in found if name.endswith(".txt")))


def starter_text(location: str) -> bytes:
    """The starter list at a location `builtin:CATEGORY`. Raises KeyError when there is none."""
    category = location.removeprefix(BUILTIN)
    if category not in starter_categories():
        raise KeyError(location)
    return (_starter_folder() / f"{category}.txt").read_bytes()


@cache
def load_guards() -> Guards:
    """Raises Faults."""
    name = "never_block.yaml"
    never: Mapping[str, _Group] = decode(_text(name), Mapping[str, _Group], name)
    name = "top_hosts.yaml"
    top: _TopHosts = decode(_text(name), _TopHosts, name)
    _, services, builtin = load_builtin()
    categories = frozenset(category.key for category in load_categories())
    # A safe harbour is reached whatever lists say, but for what comes before it (order 1).
    harbour = _Group(builtin.safe_harbour, tuple(categories.difference(Settings().illegal)))
    undecrypted = _Group(builtin.never_decrypt, Settings().never_decrypt)
    return Guards(
        never=_by_host(never.values(), (harbour, undecrypted)),
        top=_by_host(top.groups.values()),
        strict=frozenset(top.strict),
        exempt=frozenset(top.exempt),
        categories=categories,
        vouched=_by_host(
            (_Group(service.hosts, service.categories) for service in services),
            (_Group(_starter_hosts(category), (category,)) for category in starter_categories()),
        ),
    )


def _by_host(*groups: Iterable[_Group]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for group in chain(*groups):
        for host in group.hosts:
            found[host] = found.get(host, frozenset()).union(group.natural)
    return found


def _starter_hosts(category: str) -> tuple[str, ...]:
    lines = starter_text(BUILTIN + category).decode().splitlines()
    return tuple(line for line in lines if not line.startswith("#"))


def _starters() -> Iterator[CatalogueFeed]:
    about = {category.key: category for category in load_categories()}
    for key in starter_categories():
        title = about[key].title
        yield CatalogueFeed(
            key=STARTER + key.replace("_", "-"),
            title=Text(f"{title.vi}: các trang quen tên nhất", f"{title.en}: the best known sites"),
            category=key,
            licence="as kidgate",
            homepage="",
            url=BUILTIN + key,
            interval=STARTER_INTERVAL,
            format="domains",
            entries=len(_starter_hosts(key)),
        )


def _starter_folder() -> Traversable:
    return files("kidgate.policies") / "tiers" / "starter"


def _text(name: str) -> str:
    return (files("kidgate.policies") / "tiers" / name).read_text(encoding="utf-8")
