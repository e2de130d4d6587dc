"""Search engines: the words of a search, and what makes its answers safe.

The table is `tiers/safe_search.yaml`, whose head documents the entries, and
`tiers/search_terms.yaml`, where nothing is set.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote_plus, urlencode

from kidgate.policies.front_ends import path_matches
from kidgate.policies.model import Rewrite, Source
from kidgate.policies.names import Url, parents
from kidgate.policies.targets import canonical_term

MAX_FORM = 64 * 1024  # bytes of a posted search; nobody types more


# Before an engine's host, where its search itself stands.
FRONTS = ("", "www.", "m.", "start.", "images.", "edgeservices.")


@dataclass(frozen=True, slots=True)
class SafeSearch:
    by_host: Mapping[str, tuple[Mapping[str, Any], ...]]

    @classmethod
    def of(cls, entries: Iterable[Mapping[str, Any]]) -> SafeSearch:
        by_host: dict[str, tuple[Mapping[str, Any], ...]] = defaultdict(tuple)
        for entry in entries:
            for host in entry["hosts"]:
                by_host[host] += (entry,)
        return cls(dict(by_host))

    def engines(self, host: str) -> list[Mapping[str, Any]]:
        return [e for name in parents(host) for e in self.by_host.get(name, ())]

    def terms(self, url: Url) -> tuple[str, ...]:
        """What is searched for, lower case and NFC; empty when the URL is no search."""
        found: list[str] = []
        for engine in self.engines(url.host):
            found += [*_terms(engine, url.path, url.query), *_path_terms(engine, url.path)]
        return _canonical(found)

    def terms_of_body(self, url: Url, body: bytes) -> tuple[str, ...]:
        """As `terms`, for a search that is posted: of the URL, and of its urlencoded form."""
        if len(body) > MAX_FORM:
            return self.terms(url)
        form = body.decode("utf-8", "replace")
        found = list(self.terms(url))
        for engine in self.engines(url.host):
            found += _terms(engine, url.path, form)
        return _canonical(found)

    def rewrite(self, url: Url, *, search: bool, youtube: str) -> Rewrite | None:
        """What to set on a request so that its answers are safe; None: nothing."""
        for engine in self.engines(url.host):
            kinds = [engine["set"]] if search else []
            kinds += [engine[youtube]] if youtube != "off" else []
            for change in kinds:
                if rewrite := _rewrite(engine, change, url):
                    return rewrite
        return None

    def fronts(self) -> Iterator[str]:
        """The hosts that have such a name."""
        for engines in self.by_host.values():
            for engine in engines:
                if engine.get("dns"):
                    yield from (front + name for name in engine["hosts"] for front in FRONTS)

    def name_for(self, host: str, *, search: bool, youtube: str) -> str:
        """The name whose addresses force the same for connections that nobody can look into (the
        engines' own offer to networks); empty: none. Only where people search: sent there,
        classroom.google.com and fonts.google.com would be no more."""
        for engine in self.engines(host):
            if not any(host == front + name for name in engine["hosts"] for front in FRONTS):
                continue
            names = engine.get("dns") or {}
            wanted = ([youtube] if youtube != "off" else []) + (["set"] if search else [])
            for kind in wanted:
                if name := names.get(kind):
                    return str(name)
        return ""


def _canonical(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(term for term in dict.fromkeys(map(canonical_term, found)) if term)


def _terms(engine: Mapping[str, Any], path: str, fields: str) -> list[str]:
    if not engine["terms"] or not path_matches(engine["paths"], path):
        return []
    values = parse_qs(fields)
    return [text for name in engine["terms"] for text in values.get(name, ())]


def _path_terms(engine: Mapping[str, Any], path: str) -> list[str]:
    found = []
    parts = path.split("/")
    for start in engine["path_terms"]:
        before = start.split("/")[:-1]
        begins = len(parts) > len(before) and all(map(_same_part, before, parts))
        if begins:
            found.append(unquote_plus(parts[len(before)]))
    return found


def _same_part(wanted: str, part: str) -> bool:
    return wanted in ("*", part)


def _rewrite(engine: Mapping[str, Any], change: Mapping[str, Any], url: Url) -> Rewrite | None:
    query = change.get("query") or {}
    on_path = bool(query) and path_matches(engine["paths"], url.path)
    headers, cookies = change.get("headers") or {}, change.get("cookies") or {}
    if not on_path and not headers and not cookies:
        return None
    return Rewrite(
        query=query if on_path else {},
        headers=headers,
        cookies=cookies,
        source=Source("builtin", "safe_search", engine["engine"]),
    )


def with_query(query: str, changes: Mapping[str, str]) -> str:
    """A query string with parameters set: their old values go, the rest stays in order."""
    # Bytes of an older encoding come out as they went in.
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    kept = [(k, v) for k, v in pairs if k not in changes]
    return urlencode([*kept, *changes.items()], errors="surrogateescape")
