"""What a child's own page shows beside the policy, which the workers hold: what was recorded, what
was asked for, minutes. Never of another child."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from kidgate.documents.builtin import load_categories
from kidgate.documents.minutes import BrokenFile, load
from kidgate.keeper.writer import Writer
from kidgate.store.journal import Line, query
from kidgate.store.requests import Asked, all_requests

logger = logging.getLogger(__name__)
LINES, REQUESTS = 20, 10


def show(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """`lines` and `requests`, newest first; `minutes` of today by key, where they are known; and
    the `titles` of categories."""
    child = str(args["child"] or "")
    if not child:
        return {"lines": [], "requests": [], "minutes": {}, "titles": _titles()}
    with writer.database.reading() as session:
        lines = query(session, child=child, limit=LINES)
        requests = all_requests(session, profiles=(child,), limit=REQUESTS)
    return {
        "lines": [_line(line) for line in lines],
        "requests": [_request(found) for found in requests],
        "minutes": _minutes(writer, child),
        "titles": _titles(),
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "at": line.last_at.isoformat(),
        "count": line.count,
        "kind": line.kind,
        "verdict": line.verdict,
        "reason": line.reason,
        "category": line.category,
        "host": line.host,
        "url": line.url,
        "device": line.device,
    }


def _request(found: Asked) -> dict[str, Any]:
    return {
        "id": found.id,
        "at": found.at.isoformat(),
        "site": found.site,
        "note": found.note,
        "state": found.state,
        "answer": found.answer,
        "until": found.until.isoformat() if found.until else None,
    }


def _minutes(writer: Writer, child: str) -> dict[str, dict[str, int]]:
    """By key, what was used today and what a bonus gave: of the file that workers judge by, for
    what is shown is what counts."""
    try:
        today = load(writer.home.minutes.read_bytes()).get(child)
    except FileNotFoundError:
        return {}
    except (OSError, BrokenFile) as fault:
        logger.error("the minutes cannot be shown: %s", fault)
        return {}
    if today is None or not today.holds(writer.now()):
        return {}
    bonus = today.bonus
    return {
        key: {"used": used + bonus.get(key, 0), "bonus": bonus.get(key, 0)}
        for key, used in today.minutes.items()
    }


def _titles() -> dict[str, dict[str, str]]:
    """What categories are called, by language: workers do not hold the words."""
    rows = load_categories()
    return {
        "vi": {row.key: row.title.vi for row in rows},
        "en": {row.key: row.title.en for row in rows},
    }
