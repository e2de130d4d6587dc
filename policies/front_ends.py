"""Translators, caches and archives: the page inside the address.

Such a front end would fetch any page for a child under its own good name, so it is judged by the
page inside. The table is `tiers/front_ends.yaml`; its head documents the entries.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

from kidgate.policies.names import InvalidName, Url, parents, parse_url

CACHE_QUERY = re.compile(r"cache:(?:[\w-]*:)?(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A front end, and the page it would fetch; None: it cannot be read from the address."""

    name: str
    category: str  # translator | archive | cache
    inner: Url | None


@dataclass(frozen=True, slots=True)
class FrontEnds:
    by_host: Mapping[str, tuple[Mapping[str, Any], ...]]

    @classmethod
    def of(cls, entries: Iterable[Mapping[str, Any]]) -> FrontEnds:
        by_host: dict[str, tuple[Mapping[str, Any], ...]] = defaultdict(tuple)
        for entry in entries:
            for host in entry["hosts"]:
                by_host[host] += (entry,)
        return cls(dict(by_host))

    def find(self, url: Url) -> Found | None:
        """The front end that a URL is, if it is one."""
        for name in parents(url.host):
            for entry in self.by_host.get(name, ()):
                if found := _read(entry, name, url):
                    return found
        return None

    def of_host(self, host: str) -> Found | None:
        """The front end that a whole host is, whatever the path; read from its name alone."""
        for name in parents(host):
            for entry in self.by_host.get(name, ()):
                if not entry["paths"]:
                    return _read(entry, name, Url("https", host, 443, "/"))
        return None


def path_matches(patterns: Iterable[str], path: str) -> bool:
    """A path, or the beginning of one when the pattern ends in `*`."""
    return any(
        path.startswith(p[:-1]) if p.endswith("*") else path in (p, p + "/") for p in patterns
    )


def _read(entry: Mapping[str, Any], host: str, url: Url) -> Found | None:
    if entry["paths"] and not path_matches(entry["paths"], url.path):
        return None
    for way in entry["inner"]:
        text = _inner_text(way, host, url)
        if text is not None:
            return Found(entry["name"], entry["category"], _page(text))
    if any(way.get("form") == "cache" for way in entry["inner"]) and entry["paths"]:
        return None  # an ordinary search on the engine's own page
    return Found(entry["name"], entry["category"], None)


def _page(text: str) -> Url | None:
    """The page that a text names, percent-encoded once more or not; None: nobody can say."""
    for spelling in (text, unquote(text)):
        try:
            url = parse_url(spelling)
        except InvalidName:
            continue
        if "." in url.host or url.is_address:  # `share` is a button of the front end, no site
            return url
    return None


def _inner_text(way: Mapping[str, Any], host: str, url: Url) -> str | None:
    match way["from"]:
        case "query":
            return _from_query(way, url)
        case "path":
            return _from_path(way["after"], url)
        case _:
            label = url.host.removesuffix("." + host)
            if label == url.host or "." in label:
                return None
            return label.replace("--", "\0").replace("-", ".").replace("\0", "-")


def _from_query(way: Mapping[str, Any], url: Url) -> str | None:
    values = parse_qs(url.query)
    texts = {text for name in way["names"] for text in values.get(name, ())}
    if way.get("form") == "cache":
        texts = {found[1] for text in texts if (found := CACHE_QUERY.match(text))}
    if len(texts) > 1:
        return ""  # whichever we judged, the front end might fetch another
    return texts.pop() if texts else None


def _from_path(after: str, url: Url) -> str | None:
    pattern = re.escape(after).replace(r"\*", "[^/]+")
    found = re.match(pattern + "(.+)", url.target)
    if found is None:
        return None
    # Normalising a path folds `https://` to `https:/`; put the second slash back.
    return re.sub(r"^(https?):/+", r"\1://", found[1])
