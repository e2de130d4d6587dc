"""What every act works with: the database to read, one way to have something written, the clock."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.faults import NotThere
from kidgate.dashboard.tallies import Tallies
from kidgate.dashboard.view import View
from kidgate.documents.builtin import load_builtin
from kidgate.documents.config import Listener
from kidgate.documents.home import Home
from kidgate.policies.rows import Builtin, PolicyRows, ProfileRow, ServiceRow, TierRow
from kidgate.policies.service_edits import services_of
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.policies.tier_edits import tiers_of
from kidgate.proxy.buckets import Buckets
from kidgate.store.changing import Changed, change
from kidgate.store.database import Database
from kidgate.store.policy import head, read_policy


class Do(Protocol):
    """Asks a writer; see `keeper.client.do`. Arguments and the answer are plain JSON."""

    def __call__(self, op: str, **args: Any) -> dict[str, Any]: ...


@dataclass
class Desk:
    """Shared by all threads of the process. Raises DatabaseFault where the database fails."""

    home: Home
    database: Database
    do: Do
    now: Callable[[], datetime]
    # What the gateway knows of a host's addresses without asking anybody.
    addresses: Callable[[str], tuple[str, ...]] = lambda host: ()
    web_ports: tuple[int, ...] = ()  # where adults reach the dashboard
    url: str = ""  # where adults reach the dashboard from outside the house; empty: nobody said
    # Limits, where no keeper runs
    buckets: Buckets = field(default_factory=lambda: Buckets(keys=10_000), repr=False)
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)  # of tickets
    listen: tuple[Listener, ...] = ()  # where the gateway listens
    tallies: Tallies = field(default_factory=Tallies, repr=False)
    _read: tuple[PolicyRows, int] | None = field(default=None, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)
    _builtin: tuple[tuple[TierRow, ...], tuple[ServiceRow, ...], Builtin] = field(
        default_factory=load_builtin, repr=False
    )

    def __post_init__(self) -> None:
        self._view = View(self.home, self.web_ports)

    def snapshot(self) -> PolicySnapshot:
        """The policy and the lists as workers hold them now. Raises FileNotFoundError before the
        first policy."""
        return self._view()

    def read(self, *, again: bool = False) -> tuple[PolicyRows, int]:
        """The newest policy and its version; read anew when there is a newer one."""
        with self._lock, self.database.reading() as session:
            newest = head(session)
            if again or self._read is None or self._read[1] != newest:
                self._read = (read_policy(session), newest)
            return self._read

    @property
    def rows(self) -> PolicyRows:
        return self.read()[0]

    def change(
        self, actor: Actor, edit: Callable[[PolicyRows], PolicyRows], comment: str
    ) -> Changed:
        """Make a change to the newest policy in somebody's name."""
        return change(self.read, self.do, edit, author=actor.name, comment=comment, by=actor.by)

    def profile(self, actor: Actor, key: str) -> ProfileRow:
        """A child that this person may see. Raises NotThere."""
        found = next((row for row in self.rows.profiles if row.key == key), None)
        if found is None or not actor.sees(found):
            raise NotThere(f"no profile is called `{key}`")
        return found

    def zone_of(self, profile: ProfileRow | None) -> ZoneInfo:
        return ZoneInfo((profile.zone if profile else "") or self.rows.settings.zone)

    @property
    def zone(self) -> ZoneInfo:
        """Of the house."""
        return ZoneInfo(self.rows.settings.zone)

    @property
    def tiers(self) -> dict[str, TierRow]:
        """Every tier by key, the house's own too."""
        return tiers_of(self.rows, self._builtin[0])

    @property
    def services(self) -> dict[str, ServiceRow]:
        """Every service by key, the house's own too."""
        return services_of(self.rows, self._builtin[1])

    @property
    def builtin(self) -> tuple[tuple[TierRow, ...], tuple[ServiceRow, ...], Builtin]:
        """The tiers and services that are shipped, and all other data."""
        return self._builtin
