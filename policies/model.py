"""The words of a decision: a Visit comes in, a Decision goes out.

Nothing here decides or reads anything; see `decide.py` for the order, `deciders.py` for the checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import NamedTuple, Protocol

from kidgate.policies.likeness import Likeness
from kidgate.policies.names import Url

EMPTY: Mapping[str, float] = MappingProxyType({})


class Stage(IntEnum):
    """How much of a connection is known when `decide` is asked; a later stage knows more."""

    DNS = 1  # the name alone
    HELLO = 2  # the name and port: CONNECT target, SOCKS target or SNI
    REQUEST = 3  # the whole URL and the request head
    RESPONSE = 4  # the response head, then what content analysis found
    MESSAGE = 5  # WebSocket and event-stream text


class Verdict(StrEnum):
    ALLOW = "allow"
    BLOCK = "block"
    WARN = "warn"  # an explained interstitial that the child may pass
    ASK = "ask"  # blocked until an adult answers
    UNDECIDED = "undecided"  # this stage knows too little


class Reason(StrEnum):
    """Why. Stable strings: the block page, the journal, the API and scripts rely on them."""

    MALFORMED = "malformed"
    NAMES_DISAGREE = "names_disagree"
    PRIVATE_DESTINATION = "private_destination"
    PORT = "port"
    ILLEGAL_MATERIAL = "illegal_material"
    SAFE_HARBOUR = "safe_harbour"
    OWN_PAGE = "own_page"
    PAUSED = "paused"
    BEDTIME = "bedtime"
    LESSON = "lesson"
    GRANT = "grant"
    SECURITY = "security"
    WAY_AROUND = "way_around"
    RULE = "rule"
    CATEGORY = "category"
    SERVICE = "service"
    QUOTA = "quota"
    CONTENT_TYPE = "content_type"
    NOT_ON_ALLOW_LIST = "not_on_allow_list"
    SEARCH_TERM = "search_term"
    PAGE_TEXT = "page_text"
    IMAGE = "image"
    VIDEO = "video"
    UNJUDGED = "unjudged"
    PERSONAL_DATA = "personal_data"
    MESSAGE = "message"
    TIER_DEFAULT = "tier_default"
    # Said by the gateway itself, never by a decider:
    UNKNOWN_DEVICE = "unknown_device"
    TOO_MANY = "too_many"
    BAD_CERTIFICATE = "bad_certificate"
    UNREACHABLE = "unreachable"
    INTERNAL_ERROR = "internal_error"


class Action(StrEnum):
    """What a rule, or a tier's setting for a category, a service or a type, does."""

    ALLOW = "allow"
    BLOCK = "block"
    WARN = "warn"
    ASK = "ask"
    PASS = "pass"  # allow, undecrypted
    WATCH = "watch"


class JournalLevel(StrEnum):
    """How much of an address a journal row keeps; applied before anything is written."""

    URL = "url"
    HOST = "host"
    CATEGORY = "category"
    NOTHING = "nothing"


class Hit(NamedTuple):
    """One entry of one feed that names the visited host or URL."""

    category: str
    feed: str
    entry: str


class Asked(NamedTuple):
    """What feeds with rules of their own look at, besides host and target."""

    scheme: str = "https"
    port: int = 443
    initiator: str = ""  # canonical host of the page that asks (Origin, else Referer)
    resource: str = ""  # what for, in the words of Sec-Fetch-Dest: document, script, image, ...
    addresses: tuple[str, ...] = ()  # of the destination, canonical


ASKED = Asked()


class CategoryIndex(Protocol):
    """The category feeds, compiled. `kidgate.lists.index` implements it."""

    def find(self, host: str, target: str = "", asked: Asked = ASKED) -> tuple[Hit, ...]:
        """Every hit for a canonical host, and for its URL when `target` (path, query) is given."""
        ...

    def may_depend_on_url(self, host: str) -> bool:
        """Whether a URL of this host may have a hit that the host alone does not have."""
        ...


@dataclass(frozen=True, slots=True)
class Facts:
    """What analysers and ledgers know about a visit; each has a neutral default.

    Scores run from 0 (harmless) to 100 per category. Minutes are those used today, keyed `all`,
    `service:KEY` or `category:KEY`.
    """

    malformed: str = ""  # what our RFC 9112 check found, in words
    addresses: tuple[str, ...] = ()  # canonical IP addresses of the destination, ours first
    initiator: str = ""  # canonical host of the page that asks (Origin, else Referer)
    resource: str = ""  # what for, in the words of Sec-Fetch-Dest
    content_type: str = ""  # of the response, lower case, no parameters
    search_terms: tuple[str, ...] = ()  # lower case, NFC
    text: Mapping[str, float] = EMPTY  # page text: category -> score
    images: Mapping[str, float] = EMPTY  # worst picture: category -> score
    video: tuple[str, ...] = ()  # what a video page shows: `video:ID`, `channel:ID`, `@handle`
    personal_data: tuple[str, ...] = ()  # kinds found going out: phone, address, ...
    logging_in: bool = False  # what goes out is a log-in: a password stands beside it
    messages: Mapping[str, float] = EMPTY  # chat text: category -> score
    threats: Mapping[str, float] = EMPTY  # analysers' threats: impersonation, ... -> score
    unjudged: str = ""  # why what the tier wants judged could not be, in words: too large, ...
    illegal: bool = False  # matched a hash or URL list of a member scheme
    minutes: Mapping[str, float] = EMPTY
    warned: bool = False  # the child has seen the warning for this site and gone on
    tunnel: str = ""  # the head or hello itself asks for a tunnel: doh, upgrade, ech; or
    # it goes where it should not: unasked_address, other_address
    pinned: bool = False  # its app accepts no certificate but its own


NO_FACTS = Facts()


@dataclass(frozen=True, slots=True)
class Visit:
    """One question: may this device, for this child, at this moment, go there?"""

    url: Url
    at: datetime  # aware
    child: str | None = None  # profile key; None: nobody known
    device: str | None = None  # device key
    stage: Stage = Stage.REQUEST
    method: str = "GET"
    other_names: tuple[str, ...] = ()  # CONNECT or SOCKS target and SNI, canonical
    facts: Facts = NO_FACTS


@dataclass(frozen=True, slots=True)
class Source:
    """Where a decision comes from: a feed's line, a rule, a tier's setting.

    `kind` is one of feed, rule, grant, tier, profile, setting, builtin, analyser, pause, lesson,
    exception, gateway.
    """

    kind: str
    name: str
    entry: str = ""  # the list entry, the setting's key, the rule's target
    line: int | None = None  # in the feed as imported, where known

    def __str__(self) -> str:
        text = f"{self.kind} {self.name}" + (f": {self.entry}" if self.entry else "")
        return text if self.line is None else f"{text} (line {self.line})"


class Notice(NamedTuple):
    """What an adult is told of a visit that went through."""

    reason: Reason
    source: Source
    category: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a trace: what a check said."""

    order: int
    check: str
    said: str  # pass, lifted, or the verdict
    why: str = ""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A change to an allowed request (order 13): never a block."""

    query: Mapping[str, str] = field(default_factory=dict)  # parameters to set
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    source: Source = Source("builtin", "safe_search")


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, with everything a page, a journal row or a person needs to explain it."""

    verdict: Verdict
    reason: Reason
    source: Source
    category: str = ""
    rule_id: int | None = None
    exception_rule_id: int | None = None  # the rule or grant that lifted what would have stopped it
    snapshot_id: str = ""
    tier: str = ""
    rewrite: Rewrite | None = None
    resolve_as: str = ""  # whose addresses force safe search where nobody can look inside
    decrypt: bool = True  # False: an allowed TLS connection is relayed unopened
    watch: bool = False  # journal it although it passes
    notice: Notice | None = None  # what of a watched visit is worth telling, where one thing is
    until: datetime | None = None  # when the stop ends by itself, where known
    likeness: Likeness | None = None  # what a stopped look-alike imitates
    new_here: str = ""  # the look-alike's registrable name, where the house meets it first
    steps: tuple[Step, ...] = ()

    @property
    def stops(self) -> bool:
        """Whether the visit does not go through now (an undecided last stage is a block)."""
        return self.verdict is not Verdict.ALLOW
