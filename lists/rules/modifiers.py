"""The modifiers of an Adblock rule: what stands after `$`.

A modifier that is not known, or that changes a page or an answer instead of stopping a request
(`csp`, `removeparam`, `redirect`, `dnsrewrite`, `cookie`, `replace`, ...), refuses the whole rule:
half a rule would stop what its author meant to let through.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kidgate.lists.report import Skip
from kidgate.lists.rules.conditions import ALWAYS, FIRST_PARTY, THIRD_PARTY, Conditions
from kidgate.lists.rules.refusals import RuleRefused
from kidgate.lists.rules.resources import bit_of
from kidgate.policies.names import InvalidName, canonical_host

_PARTIES = {
    "third-party": THIRD_PARTY,
    "3p": THIRD_PARTY,
    "~first-party": THIRD_PARTY,
    "~1p": THIRD_PARTY,
    "first-party": FIRST_PARTY,
    "1p": FIRST_PARTY,
    "~third-party": FIRST_PARTY,
    "~3p": FIRST_PARTY,
}
_FLAGS = {
    "important": "important",
    "match-case": "match_case",
    "all": "every_type",
    "badfilter": "cancels",
}
_LOOKS_ONLY = frozenset({"collapse", "~collapse"})  # about the gap that a blocked picture leaves


@dataclass(slots=True)
class _Reading:
    important: bool = False
    match_case: bool = False
    every_type: bool = False
    cancels: bool = False
    only: int = 0
    never: int = 0
    types_said: bool = False
    party: str = ""
    initiators: set[str] = field(default_factory=set)
    not_initiators: set[str] = field(default_factory=set)
    not_hosts: set[str] = field(default_factory=set)


def read_modifiers(text: str) -> tuple[Conditions, bool]:
    """The conditions, and whether it is `$badfilter`. Raises RuleRefused that names what it is."""
    if not text:
        return ALWAYS, False
    reading = _Reading()
    for word in text.split(","):
        _read(word.strip(), reading)
    only = 0 if reading.every_type else reading.only & ~reading.never
    if reading.types_said and not only and not reading.every_type:
        raise _unknown(text)  # only for types that cannot be seen here, or for none
    conditions = Conditions(
        important=reading.important,
        match_case=reading.match_case,
        every_type=reading.every_type,
        only=only,
        never=0 if only else reading.never,
        party=reading.party,
        initiators=tuple(sorted(reading.initiators)),
        not_initiators=tuple(sorted(reading.not_initiators)),
        not_hosts=tuple(sorted(reading.not_hosts)),
    )
    return conditions, reading.cancels


def _read(word: str, reading: _Reading) -> None:
    name, equals, value = word.partition("=")
    name = name.lower()
    if equals:
        _read_names(name, value, reading)
    elif flag := _FLAGS.get(name):
        setattr(reading, flag, True)
    elif party := _PARTIES.get(name):
        if reading.party not in ("", party):
            raise _unknown(word)
        reading.party = party
    elif name not in _LOOKS_ONLY and name.strip("_"):  # AdGuard's `___` means nothing
        _read_type(name, reading)


def _read_type(name: str, reading: _Reading) -> None:
    try:
        bit = bit_of(name.removeprefix("~"))
    except KeyError:
        raise _unknown(name) from None
    if name.startswith("~"):
        reading.never |= bit
    else:
        reading.only |= bit
        reading.types_said = True


def _read_names(name: str, value: str, reading: _Reading) -> None:
    names = [part for part in value.split("|") if part]
    if not names:
        raise _unknown(f"{name}=")
    if name in ("domain", "from"):
        reading.initiators.update(_initiators(n for n in names if not n.startswith("~")))
        reading.not_initiators.update(_initiators(n[1:] for n in names if n.startswith("~")))
    elif name == "denyallow":
        reading.not_hosts.update(map(_host, names))
    else:
        raise _unknown(name)


def _initiators(names: Iterable[str]) -> Iterable[str]:
    for name in names:
        yield _host(name[:-2]) + ".*" if name.endswith(".*") else _host(name)


def _host(text: str) -> str:
    try:
        return canonical_host(text.strip())
    except InvalidName:
        raise _unknown(f"domain={text}") from None


def _unknown(modifier: str) -> RuleRefused:
    return RuleRefused(Skip.MODIFIER, f"modifier `{modifier[:60]}` is not known here")
