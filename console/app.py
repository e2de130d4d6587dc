"""What every command works with: configuration, home, clock, the database for reading, one way to
change the policy. Everything is looked up when it is first asked for."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from kidgate.console.errors import UNREACHABLE, USAGE, Failure
from kidgate.console.output import emit

if TYPE_CHECKING:
    from kidgate.documents.config import Config
    from kidgate.documents.home import Home
    from kidgate.policies.rows import PolicyRows, ServiceRow, TierRow
    from kidgate.store.changing import Changed
    from kidgate.store.database import Database


@dataclass
class App:
    """One run of the program."""

    home_option: Path | None = None
    config_option: Path | None = None
    json: bool = False
    _read: tuple[PolicyRows, int] | None = field(default=None, repr=False)

    @cached_property
    def config(self) -> Config:
        """Raises documents.Faults, all at once."""
        from kidgate.documents.config import load_config

        found = load_config(self.config_option, self.home_option)
        return replace(found, home=found.home.absolute())

    @cached_property
    def home(self) -> Home:
        from kidgate.console.ownership import give_back
        from kidgate.documents.home import Home

        if os.geteuid() == 0:
            root = click.get_current_context().find_root()
            root.call_on_close(partial(give_back, self.config.home))
        return Home(self.config.home)

    @cached_property
    def now(self) -> Callable[[], datetime]:
        from kidgate.proxy.clock import clock

        try:
            return clock()
        except ValueError as fault:
            raise Failure(f"KIDGATE_CLOCK: {fault}", USAGE) from None

    @cached_property
    def database(self) -> Database:
        """The database, to read. Raises DatabaseFault."""
        from kidgate.store.database import open_database

        if not self.home.root.is_dir():
            advice = "run kidgate setup, or name another folder with --home"
            raise Failure(f"there is no folder `{self.home.root}`; {advice}", UNREACHABLE)
        found = open_database(self.config.database_url, create=False)
        click.get_current_context().find_root().call_on_close(found.close)
        return found

    def read(self, *, again: bool = False) -> tuple[PolicyRows, int]:
        """The newest policy and its version."""
        from kidgate.store.policy import head, read_policy

        if self._read is None or again:
            with self.database.reading() as session:
                self._read = (read_policy(session), head(session))
        return self._read

    @property
    def rows(self) -> PolicyRows:
        return self.read()[0]

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the house."""
        return ZoneInfo(self.rows.settings.zone)

    @cached_property
    def builtin_tiers(self) -> tuple[TierRow, ...]:
        from kidgate.documents.builtin import load_builtin

        return load_builtin()[0]

    @cached_property
    def builtin_services(self) -> tuple[ServiceRow, ...]:
        from kidgate.documents.builtin import load_builtin

        return load_builtin()[1]

    @property
    def services(self) -> dict[str, ServiceRow]:
        """Every service by key, the house's own too."""
        from kidgate.policies.service_edits import services_of

        return services_of(self.rows, self.builtin_services)

    @property
    def tier_keys(self) -> list[str]:
        from kidgate.policies.tier_edits import tiers_of

        return [*tiers_of(self.rows, self.builtin_tiers)]

    def scope(self, text: str) -> str:
        """The scope a person means, as `edits.scope_of` reads it."""
        from kidgate.policies.edits import scope_of

        return scope_of(self.rows, self.tier_keys, text)

    def do(self, op: str, *, create: bool = False, **args: Any) -> dict[str, Any]:
        """Ask a writer: the running keeper, or this process under the writer's lock."""
        from kidgate.keeper.client import do

        url, extra_ca = self.config.database_url, self.config.extra_ca
        return do(self.home, url, self.now, op, create=create, extra_ca=extra_ca, **args)

    def change(self, edit: Callable[[PolicyRows], PolicyRows], comment: str) -> Changed:
        """Make a change to the newest policy, again where another one came first."""
        from kidgate.store.changing import change

        changed = change(self.read, self.do, edit, author=self.author, comment=comment)
        self._read = (changed.rows, changed.version)
        return changed

    @property
    def author(self) -> str:
        """Who makes a change: the person behind sudo, or the user."""
        try:
            return os.environ.get("SUDO_USER") or getpass.getuser()
        except (KeyError, OSError):  # a user without a name
            return f"uid {os.getuid()}"

    def answer(self, value: object, people: Callable[[], None]) -> None:
        """The answer of a command, as JSON or for people."""
        if self.json:
            emit(value)
        else:
            people()


pass_app = click.make_pass_decorator(App)
