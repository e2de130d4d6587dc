"""The data shipped with the program: `policies/tiers/`, each file described at its own head.

Read strictly like every document, so that a broken edit names its file and line. What the data mean
is `kidgate.policies`; a house's own tiers and services come from its policy and replace these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from kidgate.documents.brands import brands_of, lookalike_words
from kidgate.documents.faults import Fault, Faults
from kidgate.documents.row_types import NARROWER, Age
from kidgate.documents.strict_yaml import read
from kidgate.documents.suffixes import public_suffixes
from kidgate.documents.typed import Decoder, Parsed, decode
from kidgate.policies.names import canonical_host
from kidgate.policies.rows import BrandRow, Builtin, LookalikeRow, ServiceRow, Text, TierRow
from kidgate.policies.suffixes import Suffixes

Endings = Mapping[str, tuple[str, ...]]


def _host_pattern(text: str) -> str:
    """A host, or `NAME.<LIST>` for one host with each ending of a list."""
    name, bracket, rest = text.partition(".<")
    return canonical_host(name) + bracket + rest if rest[-1:] == ">" else canonical_host(text)


Host = Annotated[str, Parsed(canonical_host)]
Pattern = Annotated[str, Parsed(_host_pattern)]


@dataclass(frozen=True, slots=True)
class Category:
    """What sites can be about."""

    key: str
    title: Text
    about: Text
    aliases: tuple[str, ...] = ()  # what lists call it
    feed: bool = True  # False: no list can name it


@dataclass(frozen=True, slots=True)
class HelpKind:
    title: Text
    about: Text


@dataclass(frozen=True, slots=True)
class HelpPlace:
    """One place of the safe harbour."""

    host: Host
    kind: str
    title: Text
    country: str = ""  # ISO 3166; empty: the whole world
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """The safe harbour, as pages show it. `kinds` by the word that `HelpPlace.kind` uses."""

    kinds: Mapping[str, HelpKind]
    places: tuple[HelpPlace, ...]


@dataclass(frozen=True, slots=True)
class _Service:
    key: str
    title: str
    hosts: tuple[Host, ...] = ()
    urls: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    min_age: Age = 0
    aliases: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    payment_hosts: tuple[Host, ...] = ()
    company_hosts: tuple[Host, ...] = ()


@dataclass(frozen=True, slots=True)
class _Undecrypted:
    about: Text
    hosts: tuple[Host, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Engine:
    engine: str
    title: str
    hosts: tuple[Pattern, ...]
    paths: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    path_terms: tuple[str, ...] = ()
    set: _Change = _Change()
    moderate: _Change = _Change()
    strict: _Change = _Change()
    dns: Mapping[Literal["set", "moderate", "strict"], Host] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Words:
    """Where a search's words stand on hosts where nothing is set."""

    hosts: tuple[Pattern, ...]
    terms: tuple[str, ...] = ()
    path_terms: tuple[str, ...] = ()
    paths: tuple[str, ...] = ("/*",)


@dataclass(frozen=True, slots=True)
class _Way:
    from_: Literal["query", "path", "label"]
    names: tuple[str, ...] = ()
    form: Literal["", "cache"] = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class _FrontEnd:
    name: str
    category: Literal["translator", "archive", "cache"]
    hosts: tuple[Pattern, ...]
    paths: tuple[str, ...] = ()
    inner: tuple[_Way, ...] = ()


class _Reader:
    """Reads files of the folder one after the other and gathers what is wrong with any of them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def finish(self) -> None:
        if self.faults:
            raise Faults(self.faults)

    def value(self, name: str, kind: Any) -> Any:
        """The file as one value; None when it has faults."""
        try:
            return decode(_text(name), kind, name, overrides=NARROWER)
        except Faults as found:
            self.faults += found.faults
            return None

    def rows(self, name: str, kind: type[Any]) -> tuple[Any, ...]:
        """The file as rows with a key."""
        decoder = Decoder(read(_text(name), name), NARROWER)
        rows = decoder.keyed(decoder.top(), kind, 1, "")
        self.faults += decoder.document.faults
        return rows

    def brands(self, suffixes: Suffixes) -> tuple[BrandRow, ...]:
        document = read(_text("brands.yaml"), "brands.yaml")
        brands = brands_of(document, suffixes)
        self.faults += document.faults
        return brands

    def lookalike(self) -> LookalikeRow | None:
        """What makes a likeness worse; None when the file has faults."""
        name = "lookalike.yaml"
        try:
            return lookalike_words(_text(name), name)
        except Faults as found:
            self.faults += found.faults
            return None

    def services(self) -> tuple[ServiceRow, ...]:
        """Those of every file of `services/`; a key stands in one of them alone."""
        found: dict[str, ServiceRow] = {}
        for name in _service_files():
            for service in self.rows(name, _Service):
                if isinstance(service, _Service):
                    if service.key in found:
                        self.faults.append(Fault(name, 0, f"`{service.key}` is in two files"))
                    found[service.key] = _service_row(service)
        return tuple(found.values())

    def expanded(self, name: str, entry: _Engine | _FrontEnd, endings: Endings) -> dict[str, Any]:
        """An entry as a plain mapping, its host patterns written out."""
        hosts: list[str] = []
        for pattern in entry.hosts:
            stem, bracket, ending = pattern.removesuffix(">").partition(".<")
            if bracket and ending not in endings:
                self.faults.append(Fault(name, 0, f"`{pattern}`: endings.yaml has no `{ending}`"))
            hosts += [f"{stem}.{e}" for e in endings.get(ending, ())] if bracket else [pattern]
        return _plain(entry) | {"hosts": hosts}


@cache
def load_builtin() -> tuple[tuple[TierRow, ...], tuple[ServiceRow, ...], Builtin]:
    """The age tiers, the services, and everything else that is built in.

    Read once in each process. Raises Faults with every fault of every file.
    """
    reader = _Reader()
    tiers = reader.rows("tiers.yaml", TierRow)
    services = reader.services()
    endings = reader.value("endings.yaml", Mapping[str, tuple[str, ...]])
    undecrypted = reader.value("never_decrypt.yaml", Mapping[str, _Undecrypted])
    engines = reader.value("safe_search.yaml", tuple[_Engine, ...])
    words = reader.value("search_terms.yaml", tuple[_Words, ...])
    front_ends = reader.value("front_ends.yaml", tuple[_FrontEnd, ...])
    shared_hosting = reader.value("shared_hosting.yaml", tuple[Host, ...])
    harbour = reader.value("safe_harbour.yaml", Help)
    suffixes = public_suffixes()
    brands = reader.brands(Suffixes(suffixes))
    lookalike = reader.lookalike()
    reader.finish()
    assert lookalike is not None
    engines += tuple(_engine_of(entry) for entry in words)
    builtin = Builtin(
        safe_harbour=tuple(place.host for place in harbour.places),
        never_decrypt=tuple(host for group in undecrypted.values() for host in group.hosts),
        safe_search=tuple(reader.expanded("safe_search.yaml", e, endings) for e in engines),
        front_ends=tuple(reader.expanded("front_ends.yaml", e, endings) for e in front_ends),
        suffixes=suffixes,
        shared_hosting=shared_hosting,
        brands=brands,
        lookalike=lookalike,
    )
    reader.finish()
    return tiers, services, builtin


@cache
def load_categories() -> tuple[Category, ...]:
    """Every category, in the order of the file. Raises Faults."""
    reader = _Reader()
    categories = reader.rows("categories.yaml", Category)
    reader.finish()
    return categories


@cache
def load_help() -> Help:
    """Where people in need find help. Raises Faults."""
    found: Help = decode(_text("safe_harbour.yaml"), Help, "safe_harbour.yaml")
    return found


def category_key(name: str) -> str:
    """The key of a category by any name lists have for it; a name nobody knows stays itself.

    Case and `-` for `_` do not matter: `Porn` is `adult`, `remote-control` is `remote_control`.
    """
    key = name.strip().lower().replace("-", "_")
    return _category_names().get(key, key)


@cache
def _category_names() -> Mapping[str, str]:
    return {name: c.key for c in load_categories() for name in (*c.aliases, c.key)}


def _engine_of(words: _Words) -> _Engine:
    """An engine of which the words are read and nothing else is known."""
    return _Engine("", "", words.hosts, words.paths, words.terms, words.path_terms)


def _text(name: str) -> str:
    return (files("kidgate.policies") / "tiers" / name).read_text(encoding="utf-8")


def _service_files() -> list[str]:
    folder = files("kidgate.policies") / "tiers" / "services"
    return sorted(f"services/{entry.name}" for entry in folder.iterdir())


def _service_row(service: _Service) -> ServiceRow:
    return ServiceRow(**{spec.name: getattr(service, spec.name) for spec in fields(ServiceRow)})


def _plain(row: Any) -> dict[str, Any]:
    """A dataclass as a mapping with every key, all the way down."""
    return {
        spec.name.removesuffix("_"): _plain_value(getattr(row, spec.name)) for spec in fields(row)
    }


def _plain_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain_value(item) for item in value]
    return _plain(value) if is_dataclass(value) else value
