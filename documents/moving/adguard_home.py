"""`AdGuardHome.yaml` as a plan: filters, own rules, blocked services, clients, safe search.

Source: AdguardTeam/AdGuardHome `internal/home/config.go` and `internal/configmigrate`, schema
versions 1-32: services stood at `dns` before 26 and carried no schedule before 21, clients were a
list before 14. The schedule of services says when they are *not* blocked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kidgate.documents.faults import Faults
from kidgate.documents.moving import schedules
from kidgate.documents.moving.adguard_times import pauses
from kidgate.documents.moving.ground import Ground
from kidgate.documents.moving.people import RANGE_TOO_WIDE, Ids, Keys, device, ids_of, person
from kidgate.documents.moving.plan import Draft, FeedLine, Made, Place, Plan
from kidgate.documents.moving.sites import EVERYONE, adblock_site, rule, target_of
from kidgate.documents.strict_yaml import Mapping, Sequence, read
from kidgate.policies.model import Action

FEED, FEED_CATEGORY = "moved-adguardhome", "moved_adguardhome"
REGEX_FEED = f"{FEED}-regex"  # apart from the patterns: these are about hosts alone

_NO_SUBJECT = (
    "nothing says what this list is about: give --category, or add it with kidgate feed add"
)
_SECTIONS = {
    "users": "log-ins of its own pages: Kidgate has its own",
    "tls": "certificates of its own pages",
    "dhcp": "Kidgate is no DHCP server",
    "querylog": "Kidgate keeps a journal of its own; see kidgate policy get retention_days",
    "statistics": "Kidgate counts from its journal",
}


def plan(text: str, file: str, ground: Ground) -> Plan:
    """The plan for a configuration. Raises Faults with the lines of what cannot be read."""
    document = read(text, file)
    if not isinstance(document.data, Mapping):
        document.fault(0, "is no configuration of AdGuard Home")
    if document.faults:
        raise Faults(document.faults)
    mover = _Mover(document.data, file, ground)
    mover.clients()
    mover.filters()
    mover.rules()
    mover.services(mover.data, EVERYONE)
    mover.safe_search(mover.data, EVERYONE)
    mover.protection()
    mover.rest()
    return mover.draft.plan()


@dataclass(slots=True)
class _Mover:
    data: Mapping
    file: str
    ground: Ground
    draft: Draft = field(default_factory=lambda: Draft("adguardhome"))
    keys: Keys = field(default_factory=Keys)
    children: dict[str, str] = field(default_factory=dict)  # a client's name or id -> its profile

    def place(self, line: int) -> Place:
        return Place(self.file, line)

    # --- lists and rules ---

    def filters(self) -> None:
        feeds = Keys()
        for line, row in _members(self.data.get("filters")):
            url, name = _text(row, "url"), _text(row, "name")
            if not url:
                self.draft.leaves(self.place(line), name or "(a filter)", "has no address")
            elif not _on(row, "enabled"):
                self.draft.leaves(self.place(line), url, "is switched off there")
            elif feed := self.ground.feed(url, name, feeds.of(url, stem=name)):
                block = rule(EVERYONE, f"category:{feed.category}", Action.BLOCK, self.place(line))
                self.draft.maps(self.place(line), url, feed, block)
            else:
                self.draft.leaves(self.place(line), url, _NO_SUBJECT)
        for line, row in _members(self.data.get("whitelist_filters")):
            why = "a list of exceptions: a list lifts its own names alone here; allow the names"
            self.draft.leaves(self.place(line), _text(row, "url"), why)

    def rules(self) -> None:
        for line, text in _members(self.data.get("user_rules")):
            if isinstance(text, str) and text.strip() and text.strip()[0] not in "!#":
                self._rule(self.place(line), text.strip())

    def _rule(self, place: Place, text: str) -> None:
        found = adblock_site(text)
        if found is None:
            self._other_rule(place, text)
            return
        action, target, options = found
        scopes = self._scopes(options) if options else [EVERYONE]
        if scopes:
            self.draft.maps(place, text, *(rule(scope, target, action, place) for scope in scopes))
        else:
            why = f"`{','.join(options)}` is a condition that no rule here has"
            self.draft.leaves(place, text, why)

    def _scopes(self, options: tuple[str, ...]) -> list[str]:
        """The people that `client=` names; nobody when anything else is asked."""
        name, _, value = options[0].partition("=")
        clients = [part.strip("'\"") for part in value.split("|")]
        if len(options) > 1 or name != "client" or not set(clients) <= self.children.keys():
            return []
        return [f"child:{self.children[client]}" for client in clients]

    def _other_rule(self, place: Place, text: str) -> None:
        address, _, names = text.partition(" ")
        if ids_of(address).known and names.strip():
            self._hosts_line(place, text, address, names.split())
        elif (target := target_of(text)) and "." in text and "$" not in text:
            self.draft.maps(place, text, rule(EVERYONE, target, Action.BLOCK, place))
        elif text.startswith("@@"):
            why = "an exception by pattern lifts no other list here: allow the sites by name"
            self.draft.leaves(place, text, why)
        elif "dnsrewrite" in text or "client=" in text or "ctag=" in text or "dnstype=" in text:
            self.draft.leaves(place, text, "rewrites DNS answers, or asks who asks: no list can")
        else:
            block = rule(EVERYONE, f"category:{FEED_CATEGORY}", Action.BLOCK, Place(self.file))
            feed = REGEX_FEED if text[0] == text[-1] == "/" else FEED
            self.draft.maps(place, text, FeedLine(feed, FEED_CATEGORY, text), block)

    def _hosts_line(self, place: Place, text: str, address: str, names: list[str]) -> None:
        targets = [target for name in names if (target := target_of(f"={name}"))]
        if address not in ("0.0.0.0", "127.0.0.1", "::", "::1"):
            self.draft.leaves(place, text, "points a name at an address: Kidgate is no DNS server")
        elif len(targets) < len(names):
            self.draft.leaves(place, text, "holds what is no host name")
        else:
            made = [rule(EVERYONE, target, Action.BLOCK, place) for target in targets]
            self.draft.maps(place, text, *made)

    # --- services, safe search, protection ---

    def services(self, holder: Mapping, scope: str) -> None:
        found, line = self._setting(holder, "blocked_services")
        ids = found.get("ids") if isinstance(found, Mapping) else found
        times = found.get("schedule") if isinstance(found, Mapping) else None
        when = self._when(times, line) if ids else ""
        for at, name in _members(ids):
            text = f"blocked service {name}"
            key = self.ground.services(name) if isinstance(name, str) else None
            if key is None:
                why = "no service is called so here: see kidgate service list, or add one"
                self.draft.leaves(self.place(at), text, why)
            elif when is None:
                self.draft.leaves(self.place(at), text, "its schedule never blocks it")
            else:
                made = rule(scope, f"service:{key}", Action.BLOCK, self.place(at), when)
                self.draft.maps(self.place(at), text, made)

    def _when(self, times: Any, line: int) -> str | None:
        """When services are blocked; None: never."""
        if not isinstance(times, Mapping):
            return ""
        windows = pauses(times)
        zone = times.get("time_zone")
        if windows and zone not in (None, "", "Local", self.ground.zone):
            why = f"the hours of the services are taken as those of the house ({self.ground.zone})"
            self.draft.leaves(self.place(times.lines.get("time_zone", line)), str(zone), why)
        outside = schedules.outside(windows)
        return schedules.text(outside) if outside else None

    def safe_search(self, holder: Mapping, scope: str) -> None:
        found, line = self._setting(holder, "safe_search")
        wanted = found.get("enabled") if isinstance(found, Mapping) else found
        if not isinstance(wanted, bool):
            return
        key = self.ground.tier
        place, text = self.place(line), f"safe search {'on' if wanted else 'off'} for {scope}"
        there = self.ground.tiers[key].safe_search if key else True
        if there == wanted:
            self.draft.maps(place, text, note=f"tier {key or 'for unknown devices'} has it so")
        else:
            value = str(wanted).lower()
            why = f"is the tier's here: kidgate tier set {key or 'TIER'} safe_search {value}"
            self.draft.leaves(place, text, why)

    def protection(self) -> None:
        for key, note in (
            ("parental_enabled", "the tiers 0-5 to 16-17 block adult sites by themselves"),
            ("safebrowsing_enabled", "feeds of malware, phishing and scam are blocked for all"),
        ):
            found, line = self._setting(self.data, key)
            if found is True:
                self.draft.maps(self.place(line), key, note=note)
        rewrites, _ = self._setting(self.data, "rewrites")
        for line, row in _members(rewrites):
            text = f"{_text(row, 'domain')} -> {_text(row, 'answer')}"
            self.draft.leaves(self.place(line), text, "Kidgate is no DNS server: keep it there")

    def _setting(self, holder: Mapping, key: str) -> tuple[Any, int]:
        """A setting and its line, wherever this version has it."""
        for inner in ("", "filtering", "dns"):
            found = holder.get(inner) if inner else holder
            if isinstance(found, Mapping) and key in found:
                return found[key], found.lines[key]
        return None, 0

    # --- clients ---

    def clients(self) -> None:
        found = self.data.get("clients")
        listed = found.get("persistent") if isinstance(found, Mapping) else found
        for line, row in _members(listed):
            if isinstance(row, Mapping):
                self._client(self.place(line), row)

    def _client(self, place: Place, row: Mapping) -> None:
        name = _text(row, "name")
        ids = [(line, str(text)) for line, text in _members(row.get("ids"))]
        key = self.keys.of(name or (ids[0][1] if ids else ""), "client")
        known: list[Ids] = []
        self.children |= {text: key for text in (name, *(text for _, text in ids)) if text}
        for line, text in ids:
            found = ids_of(text)
            if found.known:
                known.append(found)
            else:
                why = (
                    RANGE_TOO_WIDE if found.too_wide else "a ClientID of encrypted DNS is no device"
                )
                self.draft.leaves(self.place(line), text, why)
        made: list[Made] = [person(key, name, tier=self.ground.tier)]
        if known:
            joined = Ids(
                tuple(a for i in known for a in i.addresses),
                tuple(m for i in known for m in i.macs),
            )
            made.append(device(key, key, joined))
        self.draft.maps(place, f"client {name}", *made)
        self._own_settings(place, row, key)

    def _own_settings(self, place: Place, row: Mapping, key: str) -> None:
        if row.get("use_global_blocked_services") is False:
            self.services(row, f"child:{key}")
            if self._setting(self.data, "blocked_services")[0]:
                why = "what is blocked for everyone holds for it as well here"
                self.draft.leaves(place, f"client {key}: services of its own alone", why)
        if row.get("use_global_settings") is False:
            self.safe_search(row, f"child:{key}")
            if row.get("filtering_enabled") is False:
                why = (
                    "is not filtered there; here an adult is: kidgate profile set KEY --tier adult"
                )
                self.draft.leaves(place, f"client {key}: filtering off", why)
        for line, tag in _members(row.get("tags")):
            why = "says no age: kidgate profile set KEY --born YYYY-MM-DD"
            if str(tag).startswith("user_"):
                self.draft.leaves(self.place(line), f"client {key}: {tag}", why)

    def rest(self) -> None:
        for key, why in _SECTIONS.items():
            if self.data.get(key):
                self.draft.leaves(self.place(self.data.lines[key]), key, why)
        dns = self.data.get("dns")
        for key in ("upstream_dns", "disallowed_clients", "allowed_clients", "blocked_hosts"):
            for line, text in _members(dns.get(key) if isinstance(dns, Mapping) else None):
                why = "a DNS server's setting: Kidgate asks the resolver of its own configuration"
                self.draft.leaves(self.place(line), f"{key} {text}", why)


def _members(value: Any) -> Iterator[tuple[int, Any]]:
    if isinstance(value, Sequence):
        yield from zip(value.lines, value, strict=True)


def _text(row: Any, key: str) -> str:
    found = row.get(key) if isinstance(row, Mapping) else row
    return found if isinstance(found, str) else ""


def _on(row: Any, key: str) -> bool:
    return not isinstance(row, Mapping) or row.get(key, True) is True
