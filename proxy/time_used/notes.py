"""What was used, until the keeper has taken it: over its restart, and over the worker's own."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kidgate.policies.ledger import GAP, VISIT, Span, begin_of, day_of, whole_minutes
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.proxy.link import KeeperAway, Link

logger = logging.getLogger(__name__)
ANSWER_SECONDS = 5.0
MOST = 20_000  # spans that wait for a keeper
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
JUMP_SECONDS = 1.0
AGAIN_SECONDS = 15.0  # what goes on is told no oftener

Who = tuple[str, str, str]  # child, device, key


@dataclass(slots=True)
class Use:
    """Uses that join: seconds since the box was started; `zero`: that start, in Unix time."""

    first: float
    last: float
    zero: float


def boot_time() -> float:
    """Seconds since the box was started, asleep or awake: no setting of the clock moves them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def boot_id() -> str:
    try:
        return BOOT_ID.read_text().strip()
    except OSError:  # elsewhere than on Linux, or hidden: the start by the clock names it as well
        return f"start-{int(time.time() - boot_time()) // 10}"


@dataclass(slots=True)
class Notes:
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    clock: Callable[[], float] = boot_time
    boot: str = field(default_factory=boot_id)
    spool: Path | None = None  # where what nobody takes is kept
    _waiting: dict[str, dict[Who, list[Use]]] = field(default_factory=dict)  # by start of the box
    _told: dict[Who, float] = field(default_factory=dict)  # when it was told last
    _zero: float = 0.0
    _saved: bool = False

    def note(self, child: str, device: str, keys: Iterable[str]) -> None:
        """They are used now."""
        now = self.clock()
        zero = self.now().timestamp() - now
        if abs(zero - self._zero) > JUMP_SECONDS:  # the clock was set
            self._zero = zero
        waiting = self._waiting.setdefault(self.boot, {})
        for key in keys:
            uses = waiting.setdefault((child, device, key), [])
            new = Use(now, now, self._zero)
            if uses and _join(uses[-1], new):
                uses[-1].last = now
            else:
                uses.append(new)

    async def tell(
        self, link: Link, snapshot: PolicySnapshot, *, everything: bool = False
    ) -> Mapping[str, Mapping[str, int]]:
        """Tell the keeper what waits: what is new at once, what goes on now and then (else a school
        would keep it busy), `everything` at the end. What it did not take comes to today, by child
        and key. Never raises but when it is cancelled.
        """
        for boot in list(self._waiting):
            batch = self._take(boot, everything=everything)
            beats = [
                [*who, round(use.first, 3), round(use.last, 3), round(use.zero, 3)]
                for who, uses in batch.items()
                for use in uses
            ]
            if not beats:
                continue
            try:
                await link.ask("usage.beats", seconds=ANSWER_SECONDS, boot=boot, beats=beats)
            except BaseException as fault:
                self._put_back(boot, batch)
                self.save()
                if not isinstance(fault, KeeperAway):
                    raise
                return self._minutes(snapshot)
        if self._saved and self.spool is not None:
            self.spool.unlink(missing_ok=True)
            self._saved = False
        return {}

    def _take(self, boot: str, *, everything: bool) -> dict[Who, list[Use]]:
        """What is to be told now; it waits no longer."""
        now, waiting = self.clock(), self._waiting[boot]
        if everything or boot != self.boot:
            return self._waiting.pop(boot)
        due = {
            who: uses
            for who, uses in waiting.items()
            if now - self._told.get(who, -AGAIN_SECONDS) >= AGAIN_SECONDS
        }
        for who in due:
            del waiting[who]
        if len(self._told) >= MOST:
            self._told.clear()
        self._told.update(dict.fromkeys(due, now))
        return due

    def _put_back(self, boot: str, batch: dict[Who, list[Use]]) -> None:
        """What was noted meanwhile comes after; the keeper joins it."""
        waiting = self._waiting.setdefault(boot, {})
        for who, uses in batch.items():
            self._told.pop(who, None)
            later = waiting.get(who, [])
            if later and _join(uses[-1], later[0]):
                later[0].first, uses = uses[-1].first, uses[:-1]
            waiting[who] = [*uses, *later]
        while sum(map(len, waiting.values())) > MOST:
            logger.error("time used cannot be kept for the keeper any longer: it is away too long")
            del waiting[next(iter(waiting))]

    def _minutes(self, snapshot: PolicySnapshot) -> dict[str, dict[str, int]]:
        now = self.now()
        spans: dict[tuple[str, str], list[Span]] = {}
        for uses in self._waiting.values():
            for (child, _, key), found in uses.items():
                zone = snapshot.asker(child, None, int(now.timestamp()) // 60).zone
                day = day_of(now, zone)
                begin = begin_of(day, zone)
                for use in found:
                    first = max(datetime.fromtimestamp(use.zero + use.first, UTC), begin)
                    end = datetime.fromtimestamp(use.zero + use.last, UTC) + VISIT
                    spans.setdefault((child, key), []).append(Span(day, first, end))
        minutes: dict[str, dict[str, int]] = {}
        for (child, key), some in spans.items():
            minutes.setdefault(child, {})[key] = whole_minutes(some)
        return minutes

    # Over the worker's own end.

    def save(self) -> None:
        """Keep what waits. A fault is logged: nothing may stop for want of it."""
        if self.spool is None or not self._waiting:
            return
        document = {
            boot: [
                [*who, use.first, use.last, use.zero]
                for who, uses in waiting.items()
                for use in uses
            ]
            for boot, waiting in self._waiting.items()
        }
        try:
            part = self.spool.with_suffix(".part")
            part.write_text(json.dumps(document))
            part.replace(self.spool)
            self._saved = True
        except OSError as fault:
            logger.error("time used cannot be kept: %s", fault)

    def take_back(self) -> None:
        """What the worker before could not tell."""
        if self.spool is None or not self.spool.exists():
            return
        self._saved = True
        try:
            document: dict[str, list[list[Any]]] = json.loads(self.spool.read_bytes())
            for boot, rows in document.items():
                waiting = self._waiting.setdefault(boot, {})
                for child, device, key, first, last, zero in rows:
                    use = Use(float(first), float(last), float(zero))
                    waiting.setdefault((str(child), str(device), str(key)), []).append(use)
        except (OSError, ValueError, TypeError, AttributeError) as fault:
            logger.error("time used before the restart is lost: %s", fault)


def _join(before: Use, after: Use) -> bool:
    return before.zero == after.zero and after.first - before.last <= GAP.total_seconds()
