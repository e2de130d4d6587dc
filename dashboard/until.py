"""The end of something, as a form gives it: in the house's zone, where it names none."""

from __future__ import annotations

import re
from datetime import datetime

from kidgate.dashboard.desk import Desk
from kidgate.policies import moments

_LOCAL = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?")  # what browsers send


def end_of(desk: Desk, text: str) -> datetime | None:
    """`+2h`, `today`, a day (its end), `2026-11-23T18:00`; empty or `forever`: None. Raises
    EditFault."""
    text = text.strip()
    if text in ("", moments.FOREVER):
        return None
    if _LOCAL.fullmatch(text):
        local = datetime.fromisoformat(text).replace(tzinfo=desk.zone)
        text = local.isoformat()
    return moments.until(text, desk.now(), desk.zone)
