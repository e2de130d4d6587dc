"""dnsmasq.conf, as in dnsmasq(8).

    address=/d/              blocked; so too with 0.0.0.0, ::, 127.0.0.0/8 or `#` (the null address)
    address=/d/192.0.2.1     points the name elsewhere: no block
    server=/d/  local=/d/    answered from local data alone, which has nothing: blocked
    server=/d/#              the usual servers after all: an exception
    server=/d/192.0.2.53     asks another server: no block
    ipset=/d/set  nftset=..  names collected for a packet filter: taken, they are what it lists

Several names may stand between the slashes. `#` as a name means every name; a `*` in front of a
name without a dot means every name that ends so. Other settings say nothing about a name.
"""

from __future__ import annotations

import re

from kidgate.lists.entries import PLAIN_NAME, Entries, Outcome, exempted
from kidgate.lists.formats import patterns
from kidgate.lists.formats.hosts import is_sink
from kidgate.lists.items import Said
from kidgate.lists.report import Skip

SHORT = re.compile(
    r"(?:(?P<address>address)|server|local)=/"
    rf"{PLAIN_NAME}/(?(address)(?:0\.0\.0\.0|127\.0\.0\.1|::|#)?)\r?"
)

_NAMES = re.compile(r"(address|server|local|ipset|nftset)=/(.*)/([^/]*?)(?:\s+#.*)?")
_SETTING = re.compile(
    r"(?:address|server|local|ipset|nftset|host-record|cname|txt-record|ptr-record|bogus-nxdomain"
    r"|ignore-address|rebind-domain-ok|conf-file|conf-dir|addn-hosts|cache-size|listen-address"
    r"|interface|port|alias|rev-server|dhcp-[a-z-]+)=|(?:no-resolv|no-hosts|domain-needed"
    r"|bogus-priv|strict-order|expand-hosts|log-queries|localise-queries)$"
)


def votes(line: str) -> bool:
    return bool(_SETTING.match(line))


def parse(line: str, entries: Entries) -> Said:
    """For a line that has the form."""
    found = _NAMES.fullmatch(line)
    if not found:
        return (Skip.SETTING,)
    verb, names, value = found.groups()
    return [_meant(_name(name, entries), verb, value) for name in names.split("/")]


def _name(text: str, entries: Entries) -> Outcome:
    if text in ("", "#"):
        return Skip.TOO_GENERAL if text else Skip.SETTING  # "" stands for names without a dot
    return patterns.name_or_wildcard(text, entries)


def _meant(outcome: Outcome, verb: str, value: str) -> Outcome:
    if verb in ("ipset", "nftset") or not value:
        return outcome
    if verb == "address":
        return outcome if value == "#" or is_sink(value) else _redirected(outcome)
    return exempted(outcome) if value == "#" else _redirected(outcome)


def _redirected(outcome: Outcome) -> Outcome:
    return outcome if isinstance(outcome, Skip) else Skip.REDIRECT
