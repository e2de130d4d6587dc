"""The policy as people state it: rows, not yet compiled.

The database, a policy file and the CLI all speak in these rows; `compile.py` turns them into a
snapshot. Every row has a `key`; what adults say now and then (rules, grants, pauses, lessons,
exceptions) has a number instead (`id`). Plain values
only (strings, numbers, tuples, mappings), so that rows travel as JSON without loss.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from kidgate.policies.model import Action, JournalLevel

Actions = Mapping[str, Action]


@dataclass(frozen=True, slots=True)
class Text:
    """One text in the two first-class languages."""

    vi: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class TierRow:
    """An age tier: data, edited by copy. Built-in ones live in `tiers/*.yaml`."""

    key: str
    title: Text = Text()
    min_age: int = 0  # years; the tier a birth date selects is the last whose min_age is reached
    age_tier: bool = False  # takes part in the automatic move on birthdays
    mode: str = "deny_list"  # or allow_list: everything not allowed is denied
    categories: Actions = field(default_factory=dict)
    services: Actions = field(default_factory=dict)
    # Categories judged at order 7; besides those of feeds: address_literal, shared_hosting, doh,
    # upgrade, ech, unasked_address, other_address; and for packets that no name is known
    # of: raw_tcp, raw_udp, vpn
    ways_around: Actions = field(default_factory=dict)
    content_types: Actions = field(default_factory=dict)  # `application/zip`, `video/*`
    default: Action = Action.ALLOW  # what no list and no rule names
    safe_search: bool = False
    youtube: str = "off"  # off | moderate | strict
    text_limits: Mapping[str, float] = field(default_factory=dict)  # category -> score that blocks
    image_limits: Mapping[str, float] = field(default_factory=dict)
    message_limits: Mapping[str, float] = field(default_factory=dict)
    personal_data: Action = Action.ALLOW  # allow | warn | block
    search_terms: tuple[str, ...] = ()  # words that stop a search
    search_alerts: tuple[str, ...] = ()  # words of a search that passes, and that an adult is told
    search_help: tuple[str, ...] = ()  # words that show where help is, before the search goes on
    # What may be watched where the video service is open: `video:ID`, `channel:ID`, `@handle`;
    # empty: anything
    videos: tuple[str, ...] = ()
    # Pages, pictures and messages that should be judged and cannot be: too large, unreadable
    unjudged: Action = Action.WATCH  # allow | watch | warn | block
    ai_label: bool = False  # pictures that say AI made them get a strip that says so
    hours: str = ""  # schedule text: when the internet is on; empty: always
    bedtime: str = ""  # schedule text: when it is off
    quotas: Mapping[str, int] = field(
        default_factory=dict
    )  # minutes a day: all, service:K, category:K, each:K (each service of category K by itself)
    # After every so many minutes of play the child is told how long it was: all, service:K,
    # category:K
    notice_minutes: Mapping[str, int] = field(default_factory=dict)
    journal: JournalLevel = JournalLevel.HOST
    notify: tuple[str, ...] = ()  # kinds an adult is told of at once: security, self_harm, ...
    zone: str = ""  # IANA zone; empty: the household's


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """An app or site that people call by one name."""

    key: str
    title: str = ""
    hosts: tuple[str, ...] = ()  # each with its subdomains
    urls: tuple[str, ...] = ()  # host/path prefixes
    networks: tuple[str, ...] = ()  # CIDR
    categories: tuple[str, ...] = ()
    min_age: int = 0  # years, by its own terms; 0: it names none
    aliases: tuple[str, ...] = ()  # what people and other programs call it
    companions: tuple[str, ...] = ()  # keys of services of the same habit, offered with it
    # Hosts, or service:KEY, that it needs and others too: told, never blocked with it
    dependencies: tuple[str, ...] = ()
    # Never a part of it, even below its hosts: blocking the chat leaves the bank alone
    payment_hosts: tuple[str, ...] = ()
    company_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupRow:
    key: str  # a family, a class
    title: str = ""
    kind: str = "group"  # group | family | class


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """A child, or an adult, of the household or school."""

    key: str
    name: str = ""
    born: date | None = None
    tier: str = ""  # pinned; empty: by age
    groups: tuple[str, ...] = ()
    language: str = ""  # of block pages: vi | en; empty: the browser's
    zone: str = ""
    # The child's own data, to tell when it goes out: `kind:hash`, keyed; never in clear
    personal: tuple[str, ...] = ()
    # The child's own times; empty: the tier's, `none`: none at all
    bedtime: str = ""
    hours: str = ""
    quotas: Mapping[str, int] = field(default_factory=dict)  # beside the tier's, key by key


@dataclass(frozen=True, slots=True)
class DeviceRow:
    key: str
    of: str = ""  # profile key; empty: shared, judged as an unknown device
    addresses: tuple[str, ...] = ()  # IP addresses
    macs: tuple[str, ...] = ()
    login: str = ""  # proxy user name
    password_hash: str = ""  # hex SHA-256 of the random proxy password we issued
    trusts_ca: bool = True  # False: cannot be decrypted; judged by name and address alone
    wireguard: str = ""  # the public key it comes with from away; base64
    tunnel: int = 0  # the number of its tunnel, from 1; its port and its address follow from it


@dataclass(frozen=True, slots=True)
class RuleRow:
    """scope x target x action x when x until, with author and reason (DESIGN 4)."""

    id: int
    scope: str  # everyone | tier:K | group:K | child:K | device:K
    target: str  # see `targets.parse_target`
    action: Action
    when: str = ""  # schedule text; empty: always
    until: datetime | None = None  # aware
    safe_search: bool = True  # an allow rule keeps safe search unless it says otherwise
    author: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GrantRow:
    """An approved request or a temporary allowance: this child, this scope, until then."""

    id: int
    child: str
    target: str
    until: datetime  # aware
    confirmed_twice: bool = False  # an adult was warned of order 6 and said yes again
    author: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PauseRow:
    """The internet is off for a scope until a time."""

    id: int
    scope: str
    until: datetime  # aware
    author: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LessonRow:
    """A class works: until then its targets are open to a scope, and nothing else is."""

    id: int
    scope: str  # group:K | child:K
    until: datetime  # aware
    targets: tuple[str, ...] = ()  # places, service:K, category:K
    title: str = ""  # Toán; children read it
    author: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """Once, for a scope, some limits of time do not hold: a later bedtime, a free day."""

    id: int
    scope: str
    start: datetime  # aware
    until: datetime  # aware
    lifts: tuple[str, ...] = ()  # bedtime, hours, quota; or all
    author: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TermRow:
    """A school term: what a schedule means by `in term`. Both days are in it."""

    key: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for the whole house."""

    zone: str = "Etc/UTC"  # IANA
    language: str = "vi"
    unknown_tier: str = "0-5"  # for devices nobody has named
    ports: tuple[int, ...] = (80, 443)  # the port table of order 0
    private_allowed: tuple[str, ...] = ()  # CIDR: private destinations that may be reached
    own_names: tuple[str, ...] = ("kidgate.home.arpa",)  # the gateway's own pages
    own_addresses: tuple[str, ...] = ()  # CIDR: the gateway itself, never a destination
    illegal: tuple[str, ...] = ("illegal",)  # categories of order 1
    security: tuple[str, ...] = ("malware", "phishing", "scam", "impersonation", "cryptojacking")
    never_decrypt: tuple[str, ...] = ("bank", "health_records", "government_identity", "updates")
    safe_harbour: tuple[str, ...] = ()  # hosts added to the built-in help lines
    genuine: tuple[str, ...] = ()  # hosts, with their subdomains, that are no look-alikes
    trusted: tuple[str, ...] = ()  # hosts, with their subdomains, that may be told personal data
    holidays: tuple[date, ...] = ()
    terms: tuple[TermRow, ...] = ()  # of school
    retention_days: int = 90


@dataclass(frozen=True, slots=True)
class BrandRow:
    """A name that fraud borrows, and where it truly lives; see `tiers/brands.yaml`."""

    key: str
    title: str = ""
    english: str = ""  # the title in English, where it differs
    kind: str = ""
    hosts: tuple[str, ...] = ()  # each with its subdomains
    site: str = ""  # the one a warning names
    everywhere: bool = False  # its key before any country's ending is its own too
    tokens: tuple[str, ...] = ()  # spellings that mean nobody else
    common: tuple[str, ...] = ()  # spellings that others use too
    keywords: tuple[str, ...] = ()  # what makes it worse beside this brand
    innocent: tuple[str, ...] = ()  # words that hold one of its tokens and mean something else
    namesakes: tuple[str, ...] = ()  # hosts of others who bear the name rightly
    discussed: bool = False  # others sell it, explain it or plug into it under its name


@dataclass(frozen=True, slots=True)
class LookalikeRow:
    """What makes a name that borrows a brand's worse, or better; see `tiers/lookalike.yaml`."""

    bait: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    risky: tuple[str, ...] = ()  # endings
    vouched: tuple[str, ...] = ()  # endings
    closed: tuple[str, ...] = ()  # endings
    carriers: tuple[str, ...] = ()  # hosts
    accounts: tuple[str, ...] = ()  # hosts


@dataclass(frozen=True, slots=True)
class Builtin:
    """Data shipped with the program, read from `tiers/*.yaml`."""

    safe_harbour: tuple[str, ...] = ()  # hosts with their subdomains, always reachable
    never_decrypt: tuple[str, ...] = ()  # hosts with their subdomains
    safe_search: tuple[Mapping[str, object], ...] = ()  # see `safe_search.py`
    front_ends: tuple[Mapping[str, object], ...] = ()  # see `front_ends.py`
    suffixes: tuple[str, ...] = ()  # public suffix rules, private section too
    shared_hosting: tuple[str, ...] = ()  # names below which strangers publish: github.io, ...
    brands: tuple[BrandRow, ...] = ()
    lookalike: LookalikeRow = LookalikeRow()


@dataclass(frozen=True, slots=True)
class PolicyRows:
    """A whole policy. Immutable; an edit makes a new one with `dataclasses.replace`."""

    settings: Settings = Settings()
    tiers: tuple[TierRow, ...] = ()
    services: tuple[ServiceRow, ...] = ()
    groups: tuple[GroupRow, ...] = ()
    profiles: tuple[ProfileRow, ...] = ()
    devices: tuple[DeviceRow, ...] = ()
    rules: tuple[RuleRow, ...] = ()
    grants: tuple[GrantRow, ...] = ()
    pauses: tuple[PauseRow, ...] = ()
    lessons: tuple[LessonRow, ...] = ()
    exceptions: tuple[ExceptionRow, ...] = ()
