"""Whose a session's key is, and whose a program's key. Asked anew for every page: what was ended
elsewhere is over at once.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kidgate.dashboard.actor import Actor
from kidgate.dashboard.desk import Desk
from kidgate.dashboard.faults import KeeperBusy
from kidgate.store import tokens
from kidgate.store.keys import TOKEN_PREFIX, hash_key
from kidgate.store.logins import SEEN_EVERY, find_login
from kidgate.store.people import User, find_user
from kidgate.store.tokens import find_token

logger = logging.getLogger(__name__)
LONGEST_KEY = 200  # characters


@dataclass(frozen=True, slots=True)
class Signed:
    """`by_session` and `by_token` take a key and the address it comes from; None: nobody's."""

    desk: Desk

    def by_session(self, key: str, address: str) -> Actor | None:
        if not key or len(key) > LONGEST_KEY:
            return None
        hash, now = hash_key(key), self.desk.now()
        with self.desk.database.reading() as session:
            login = find_login(session, hash, now)
            user = find_user(session, login.user) if login is not None else None
        if login is None or user is None:
            return None
        if now - login.seen_at > SEEN_EVERY:
            self._tell("login.seen", hash=hash)
        return _actor(user, address, since=login.opened_at, login=hash)

    def by_token(self, key: str, address: str) -> Actor | None:
        if not key.startswith(TOKEN_PREFIX) or len(key) > LONGEST_KEY:
            return None
        now = self.desk.now()
        with self.desk.database.reading() as session:
            token = find_token(session, hash_key(key), now)
            user = find_user(session, token.user) if token is not None else None
        if token is None or user is None:
            return None
        if token.used_at is None or now - token.used_at > tokens.USED_EVERY:
            self._tell("token.used", id=token.id)
        return _actor(user, address, writes=token.write)

    def _tell(self, op: str, **args: Any) -> None:
        """A note about use: no reason to keep somebody from reading while nobody can write."""
        try:
            self.desk.do(op, **args)
        except (KeeperBusy, OSError) as fault:
            logger.warning("`%s` was not noted: %s", op, fault)


def _actor(
    user: User,
    address: str,
    *,
    writes: bool = True,
    since: datetime | None = None,
    login: str = "",
) -> Actor:
    return Actor(user.name, user.role, user.groups, user.language, address, writes, since, login)
