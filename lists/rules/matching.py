"""One rule against one visit: a rule made ready to be asked, and the visit as rules see it."""

from __future__ import annotations

from functools import cached_property
from typing import Protocol

from kidgate.lists.rules.conditions import FIRST_PARTY, THIRD_PARTY, covers_initiator
from kidgate.lists.rules.parties import initiator_names, same_site
from kidgate.lists.rules.patterns import Pattern, literals
from kidgate.lists.rules.regexes import compiled
from kidgate.lists.rules.resources import DOCUMENT, seen_as
from kidgate.lists.rules.text import OF_HOST, Kind, Rule
from kidgate.policies.model import Asked
from kidgate.policies.names import is_address


class Question:
    """A visit as rules look at it; without a target only its host is known."""

    def __init__(self, host: str, target: str, asked: Asked) -> None:
        self.host, self.target = host, target
        # A page that is opened is its own initiator; see `conditions.py`.
        self.resource = seen_as(asked.resource)
        self.initiator = host if self.resource == DOCUMENT else asked.initiator
        self.address = _address(asked.scheme, host, asked.port, target) if target else host
        self.lower = self.address.lower()

    @cached_property
    def page(self) -> str:
        """The address without its scheme."""
        return self.address.partition("://")[2]

    @cached_property
    def initiator_names(self) -> tuple[str, ...]:
        return initiator_names(self.initiator) if self.initiator else ()

    @cached_property
    def party(self) -> str:
        """Whether the request leaves the initiator's site; none when that is unknown."""
        if not self.initiator:
            return ""
        return FIRST_PARTY if same_site(self.host, self.initiator) else THIRD_PARTY

    @cached_property
    def host_labels(self) -> tuple[int, ...]:
        """Where the labels of the host start; an address of numbers has but one start."""
        if is_address(self.host):
            return (0,)
        return (0, *(at + 1 for at, character in enumerate(self.host) if character == "."))

    @cached_property
    def labels(self) -> tuple[int, ...]:
        """Where they start in the whole address."""
        start = self.address.index("://") + 3
        return tuple(start + at for at in self.host_labels)


class _Matches(Protocol):
    def __call__(self, question: Question) -> bool: ...


def _address(scheme: str, host: str, port: int, target: str) -> str:
    """As `str` of a `names.Url`, in a third of the time."""
    host = f"[{host}]" if ":" in host else host
    usual = port == 443 if scheme == "https" else port == 80
    return f"{scheme}://{host}{target}" if usual else f"{scheme}://{host}:{port}{target}"


class Matcher:
    """A rule made ready. Immutable. `needle` is in the `lower` of every visit that it holds for."""

    __slots__ = (
        "_conditional",
        "_covered",
        "_excluded",
        "_included",
        "_matches",
        "_unknown_too",
        "needle",
        "rule",
    )

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self._conditional = rule.conditions.ask_the_client or bool(rule.conditions.not_hosts)
        self._included = frozenset(rule.conditions.initiators)
        self._excluded = frozenset(rule.conditions.not_initiators)
        self._covered, self._unknown_too = rule.types
        self.needle, self._matches = _made(rule)

    def holds(self, question: Question) -> bool:
        """Whether the rule holds for a visit that has its needle, all its conditions included."""
        resource = question.resource
        if not (self._covered & resource if resource else self._unknown_too):
            return False
        return (not self._conditional or self._allows(question)) and self._matches(question)

    def _allows(self, question: Question) -> bool:
        said = self.rule.conditions
        if said.party and said.party != question.party:
            return False
        if (self._included or self._excluded) and not covers_initiator(
            self._included, self._excluded, question.initiator_names
        ):
            return False
        return not any(_is_below(question.host, name) for name in said.not_hosts)


def _is_below(host: str, name: str) -> bool:
    return host == name or (host.endswith("." + name) and not is_address(host))


def _made(rule: Rule) -> tuple[str, _Matches]:
    """A text that every visited address must hold in lower case, and the whole test."""
    if rule.kind is Kind.PATTERN:
        return max(literals(rule.body), key=len, default=""), _PatternTest(rule)
    if rule.kind is Kind.HOST_GLOB:
        return max(rule.body.split("*"), key=len), _GlobTest(rule.body)
    return "", _RegexTest(rule)


class _PatternTest:
    def __init__(self, rule: Rule) -> None:
        self._pattern = Pattern(rule.body)
        self._match_case = rule.conditions.match_case

    def __call__(self, question: Question) -> bool:
        if not question.target:
            return False
        text = question.address if self._match_case else question.lower
        return self._pattern.matches(text, question.labels)


class _GlobTest:
    def __init__(self, glob: str) -> None:
        self._name = "" if "*" in glob else glob
        self._pattern = Pattern(f"||{glob}|")

    def __call__(self, question: Question) -> bool:
        if self._name:
            return _is_below(question.host, self._name)
        return self._pattern.matches(question.host, question.host_labels)


class _RegexTest:
    def __init__(self, rule: Rule) -> None:
        self._search = compiled(rule.body, match_case=rule.conditions.match_case).search
        self._kind = rule.kind

    def __call__(self, question: Question) -> bool:
        if self._kind in OF_HOST:
            return self._search(question.host.encode()) is not None
        if not question.target:
            return False
        text = question.page if self._kind is Kind.PAGE_REGEX else question.address
        return self._search(text.encode()) is not None
