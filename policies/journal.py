"""What a journal row says of a visit: the privacy level is applied before anything is written."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

from kidgate.policies.model import Decision, JournalLevel, Reason, Verdict, Visit
from kidgate.policies.names import Url


@dataclass(frozen=True, slots=True)
class Entry:
    """One journal entry, as a worker sends it to the keeper."""

    id: str  # unique: a spooled entry is never counted twice
    at: datetime  # aware
    child: str
    device: str
    tier: str
    verdict: str
    reason: str
    category: str
    host: str
    url: str
    source: str
    rule_id: int | None
    version: str
    kind: str = "visit"  # visit | alert | request | admin
    count: int = 1
    address: str = ""  # of the device

    def to_line(self) -> str:
        """One line of JSON, without its end."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(values | {"at": self.at.isoformat()}, separators=(",", ":"))

    @classmethod
    def from_line(cls, line: str | bytes) -> Entry:
        """The reverse of `to_line`; ValueError or TypeError when it is not such a line."""
        fields = json.loads(line)
        if not isinstance(fields, dict) or "at" not in fields:
            raise ValueError("the line is no journal entry")
        return cls(**fields | {"at": datetime.fromisoformat(fields["at"])})


def entry_of(
    visit: Visit, decision: Decision, level: JournalLevel, *, id: str, address: str = ""
) -> Entry:
    """What is kept of a visit at a privacy level.

    Queries and fragments are kept at level `url` alone. Of a safe harbour nothing is kept that
    tells who turned to which, whatever the level; of the gateway's own pages no address.
    """
    harbour = decision.reason is Reason.SAFE_HARBOUR
    quiet = harbour or decision.reason is Reason.OWN_PAGE
    host_kept = level in (JournalLevel.URL, JournalLevel.HOST) and not quiet
    url_kept = level is JournalLevel.URL and not quiet
    noted = decision.notice if decision.verdict is Verdict.ALLOW else None
    source = noted.source if noted else decision.source
    anonymous = level is JournalLevel.NOTHING or harbour
    return Entry(
        id=id,
        at=visit.at,
        child="" if harbour else visit.child or "",
        device="" if anonymous else visit.device or "",
        tier=decision.tier,
        verdict=decision.verdict.value,
        reason=(noted.reason if noted else decision.reason).value,
        category="" if anonymous else (noted and noted.category) or decision.category,
        host=visit.url.host if host_kept else "",
        url=str(_kept(visit)) if url_kept else "",
        source=str(source) if host_kept else source.kind,
        rule_id=decision.rule_id,
        version=decision.snapshot_id,
        address="" if anonymous else address,
    )


def _kept(visit: Visit) -> Url:
    """The address without what a child told about itself in it."""
    return replace(visit.url, query="") if visit.facts.personal_data else visit.url
