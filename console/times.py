"""Moments as options of a command; what people may type is `policies.moments`' business."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from kidgate.policies import moments


def until(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """See `moments.until`. Raises click.BadParameter."""
    return _read(moments.until, text, now, zone)


def moment(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """See `moments.moment`. Raises click.BadParameter."""
    return _read(moments.moment, text, now, zone)


def since(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """See `moments.since`. Raises click.BadParameter."""
    return _read(moments.since, text, now, zone)


def _read[T](
    read: Callable[[str, datetime, ZoneInfo], T], text: str, now: datetime, zone: ZoneInfo
) -> T:
    try:
        return read(text, now, zone)
    except moments.InvalidMoment as fault:
        raise click.BadParameter(str(fault)) from None
