"""`status --coverage`: for each device, how much of its traffic was seen, how well, and what next.

Shares are of connections that reached Kidgate. What the packet filter refused is counted in packets
and stands beside them: one attempt is several packets, so the two do not add up.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kidgate.console.output import say, table
from kidgate.proxy.coverage_rows import Row, row_of

if TYPE_CHECKING:
    from kidgate.console.app import App

SECONDS = 10.0


def show(app: App) -> None:
    """The answer of the command."""
    found = [(row, _next(app, row)) for row in rows(app)]
    document = {"hours": 24, "devices": [asdict(row) | {"next": said} for row, said in found]}

    def people() -> None:
        columns = ("device", "conn.", "decrypted", "clear", "name only", "pinned", "distrust")
        table(
            (*columns, "DNS", "refused packets", "next"), [_cells(row, said) for row, said in found]
        )
        say("Of the connections of the last 24 hours. Decrypted and clear: each page was judged.")
        say("Name only and pinned: the name of the site alone. Distrust: our certificate refused.")

    app.answer(document, people)


def _next(app: App, row: Row) -> str:
    from kidgate.console.box.check import next_in

    own = app.rows.settings.own_names
    page = f"http://{own[0]}/install" if own else "the set-up page"
    return next_in(app.config.locale)[row.step].format(page=page, device=row.device)


def rows(app: App) -> Iterator[Row]:
    """Every device of the policy, then those that nobody has named."""
    from kidgate.proxy.coverage import total

    seen = total(app.home.run.glob("coverage-*.json"), time.time())
    devices = {device.key: device for device in app.rows.devices}
    packets = refusals(app)
    for who in (*devices, *sorted(who for who in seen if who not in devices)):
        counts = seen.get(who, Counter())
        refused = None if packets is None else dict(packets.get(who, Counter()))
        yield row_of(who, devices.get(who), counts, refused)
    for who in sorted(set(packets or {}) - {*devices, *seen}):
        yield row_of(who, None, Counter(), dict((packets or {})[who]))


def refusals(app: App) -> dict[str, Counter[str]] | None:
    """Packets that the packet filter refused, by device key or address; None: nobody may look."""
    from kidgate.proxy.netfilter.plan import FAMILY, TABLE
    from kidgate.proxy.netfilter.table import REFUSED

    if not app.config.gateway.interfaces:
        return None
    name_of = _Names(app)
    found: dict[str, Counter[str]] = {}
    for why in REFUSED:
        for suffix in ("4", "6"):
            words = ["nft", "-j", "list", "set", FAMILY, TABLE, f"refused_{why}_{suffix}"]
            try:
                done = subprocess.run(
                    words, capture_output=True, text=True, timeout=SECONDS, check=False
                )
                listed = json.loads(done.stdout) if done.returncode == 0 else None
            except (OSError, ValueError, subprocess.TimeoutExpired):
                listed = None
            if listed is None:
                return None
            for address, packets in elements(listed.get("nftables", [])):
                found.setdefault(name_of(address), Counter())[why] += packets
    return found


def elements(listed: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, int]]:
    """Address and packets of each element of a set with counters (libnftables-json(5))."""
    for entry in listed:
        for element in entry.get("set", {}).get("elem", []):
            inner = element.get("elem", {}) if isinstance(element, dict) else {}
            if "counter" in inner:
                yield str(inner["val"]), int(inner["counter"]["packets"])


class _Names:
    """Device keys by address, as the workers tell them apart."""

    def __init__(self, app: App) -> None:
        from kidgate.policies.snapshot_file import load_snapshot
        from kidgate.proxy.who.neighbours import Neighbours

        self._snapshot = load_snapshot(app.home.snapshot.read_bytes()).compile()
        self._macs = Neighbours()

    def __call__(self, address: str) -> str:
        from kidgate.policies.names import canonical_address

        where = canonical_address(address)
        device = self._snapshot.device_at(where, self._macs.mac_of(where))
        return device.key if device is not None else where


def _cells(row: Row, said: str) -> tuple[object, ...]:
    shares = (row.decrypted, row.plain, row.by_name, row.pinned, row.distrusted)
    shown = [f"{share:g}%" if row.connections else "-" for share in shares]
    refused = "?" if row.refused is None else row.refused
    return (row.device, row.connections, *shown, row.names, refused, said)
