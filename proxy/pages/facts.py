"""What a page is told. Plain values as they come from outside: nothing here is escaped yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kidgate.policies.likeness import Likeness
from kidgate.policies.model import JournalLevel, Reason, Verdict
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
