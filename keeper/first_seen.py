"""Sites that resemble a brand: the day the house first met each. See `proxy.first_seen`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, timedelta
from typing import Any

from kidgate.documents.watched import held
from kidgate.keeper.writer import Writer, replace_file
from kidgate.policies.names import canonical_host
from kidgate.proxy.first_seen import dump, load

KEPT = timedelta(days=365)  # a site forgotten is new again
SITES = 10_000  # the newest; random names below a wildcard must not fill the disk


def met(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Note that the house met a site; since when it knows it. Raises ValueError for no name."""
    site, today = canonical_host(str(args["site"])), writer.now().astimezone(UTC).date()
    unknown: dict[str, date] = {}
    days = held(writer.home.first_seen, load, unknown, "sites are new to the house again")
    if site not in days:
        days[site] = today
        kept = sorted(((s, d) for s, d in days.items() if today - d < KEPT), key=lambda row: row[1])
        replace_file(writer.home.first_seen, dump(dict(kept[-SITES:])))
    return {"site": site, "since": days[site].isoformat()}
