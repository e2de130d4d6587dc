"""What a page is told. Plain values as they come from outside: nothing here is escaped yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kidgate.policies.likeness import Likeness
from kidgate.policies.model import JournalLevel, Reason, Verdict
from kidgate.policies.schedule import Schedule
from kidgate.proxy.public_certificate import PublicCertificate


@dataclass(frozen=True, slots=True)
class PageFacts:
    """One stopped request, for the page that explains it."""

    verdict: Verdict
    reason: Reason
    category: str  # empty: none
    site: str  # canonical host
    source: str  # list, entry and line, or the setting
    until: datetime | None  # in the reader's own zone
    name: str  # of the child; empty: nobody known
    age: int  # years; the lowest of the tier, so that words are never too hard
    language: str  # of the profile: vi | en; empty: the browser's
    house_language: str
    entry_id: str  # in the journal
    may_continue: bool
    own_name: str  # host of the gateway's own pages; empty: none
    likeness: Likeness | None = None  # what the site imitates
    personal: tuple[str, ...] = ()  # kinds of the child's data that were to go out
    ask: str = ""  # what the form that asks an adult carries; empty: there is none
    known: bool = False  # the child; somebody unknown asks for nothing


@dataclass(frozen=True, slots=True)
class OwnFacts:
    """Who is asking, for the gateway's own page."""

    name: str
    device: str
    tier: str  # its title, in the page's language
    age: int
    level: JournalLevel
    retention_days: int
    shared: bool = False  # the device: children sign in there with a PIN


@dataclass(frozen=True, slots=True)
class PinFacts:
    """Who may sign in on the device that asks, or has."""

    shared: bool  # the device; else nobody signs in there
    name: str  # whose it is now; empty: nobody's
    until: datetime | None  # in the reader's own zone; None: nobody signed in
    names: tuple[tuple[str, str], ...]  # key and name of everybody who may
    token: str  # that a form must bring back
    said: str  # to the last form: wrong | wait | busy | odd; empty: nothing
    age: int


@dataclass(frozen=True, slots=True)
class InstallFacts:
    """Where a device stands, for the page that sets it up."""

    certificate: PublicCertificate
    device: str  # empty: nobody has named it
    name: str  # of whom it belongs to; empty: nobody
    kind: str  # of device, one of `install.KINDS`; empty: it cannot be told
    own_name: str
    scheme: str  # of this page: http | https
    url: str  # of this page, for another device
    proxy: str  # address and port of the explicit proxy; empty: there is none


@dataclass(frozen=True, slots=True)
class AskFacts:
    """The form in which a child names a site, or what went wrong with a form."""

    token: str  # that a form must bring back; empty: there is no form
    known: bool  # who asks
    own: bool  # the page is the gateway's own, where a site is named
    said: str  # to the last form: odd | name | open | never | busy | limited; empty: nothing
    site: str  # as it was typed
    age: int


@dataclass(frozen=True, slots=True)
class WaitingFacts:
    """How a request stands."""

    state: str  # open | approved | over | denied | expired | unknown | odd
    site: str = ""  # canonical host
    answer: str = ""  # what the adult said
    seconds: int = 0  # until the page looks again; 0: it does not by itself
    look: str = ""  # this page's own address; empty: there is nothing to look for any more
    own_name: str = ""
    age: int = 0


@dataclass(frozen=True, slots=True)
class Recorded:
    """One line of the journal about the reader, or one request."""

    at: datetime  # in the reader's own zone
    what: str  # a host, or what kind of page; empty: nothing is kept of it
    state: str  # of a line the reason, of a request its state
    count: int = 1
    text: str = ""  # what an adult answered


@dataclass(frozen=True, slots=True)
class Ruled:
    """One rule about the reader."""

    action: str  # as in a rule; open for a grant
    what: str  # a place, or the title of a service or category in the page's language
    schedule: Schedule | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """Minutes of today."""

    what: str  # a title in the page's language; empty: in all
    used: int
    limit: int | None


@dataclass(frozen=True, slots=True)
class MeFacts:
    """What the gateway knows of a child, for the child."""

    known: bool
    name: str
    tier: str  # its title, in the page's language
    age: int
    listed: bool  # only chosen sites open
    closed: tuple[str, ...]  # titles of categories and services
    asked: tuple[str, ...]  # that need an adult
    warned: tuple[str, ...]
    rules: tuple[Ruled, ...]
    bedtime: Schedule | None
    hours: Schedule | None
    level: JournalLevel
    retention_days: int
    lines: tuple[Recorded, ...] | None  # None: the journal cannot be read now
    requests: tuple[Recorded, ...]
    minutes: tuple[Spent, ...]


@dataclass(frozen=True, slots=True)
class TimeFacts:
    """What a child is told about its time before the page that it opens."""

    kind: str  # left: a warning | every: a notice after so much play
    minutes: int  # left, or used
    subject: str  # all, or a category; empty: a service
    service: str  # its title
    age: int
