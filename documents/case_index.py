"""A category index of the few names that a conformance case states; `lists` has the real one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kidgate.policies.model import ASKED, Asked, Hit
from kidgate.policies.names import canonical_host, parents, parse_url
from kidgate.policies.targets import covers


def entry(text: str) -> str:
    """A host, meant with its subdomains, or `host/path` of a page. Raises InvalidName."""
    if "/" not in text:
        return canonical_host(text)
    url = parse_url(text)
    return url.host + url.target


@dataclass(frozen=True, slots=True)
class CaseIndex:
    """The feed of a category is called like the category."""

    by_host: Mapping[str, tuple[Hit, ...]]

    @classmethod
    def of(cls, names: Mapping[str, tuple[str, ...]]) -> CaseIndex:
        by_host: dict[str, tuple[Hit, ...]] = {}
        for category, entries in names.items():
            for text in entries:
                host = text.partition("/")[0]
                by_host[host] = (*by_host.get(host, ()), Hit(category, category, text))
        return cls(by_host)

    def find(self, host: str, target: str = "", asked: Asked = ASKED) -> tuple[Hit, ...]:
        return tuple(
            hit
            for name in parents(host)
            for hit in self.by_host.get(name, ())
            if hit.entry == name or (target and covers(hit.entry.removeprefix(name), target))
        )

    def may_depend_on_url(self, host: str) -> bool:
        return any(
            hit.entry != name for name in parents(host) for hit in self.by_host.get(name, ())
        )
