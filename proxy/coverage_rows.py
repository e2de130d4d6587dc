"""What was seen of one device, as shares, and the one thing that would help most.

For the command line and the dashboard alike; each has its own sentences for the steps. Counting is
`coverage.py`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from kidgate.policies.rows import DeviceRow

SHARES = ("opened", "passed", "pinned", "plain")  # what a connection is; see `proxy.coverage.Seen`


@dataclass(frozen=True, slots=True)
class Row:
    """One device. Shares are of its connections, in percent; `refused` counts packets of up to
    seven days, by why; None where nobody may look."""

    device: str
    named: bool
    connections: int
    decrypted: float
    plain: float
    by_name: float
    pinned: float
    distrusted: float
    names: int  # questions to our name server
    refused: dict[str, int] | None = None
    step: str = ""  # what would help most


def row_of(
    who: str,
    device: DeviceRow | None,
    counts: Mapping[str, int],
    refused: dict[str, int] | None,
) -> Row:
    connections = sum(counts.get(what, 0) for what in SHARES)
    distrusted = min(counts.get("distrusted", 0), counts.get("opened", 0))

    def share(number: int) -> float:
        return round(100 * number / connections, 1) if connections else 0.0

    row = Row(
        device=who or "(others)",
        named=device is not None,
        connections=connections,
        decrypted=share(counts.get("opened", 0) - distrusted),
        plain=share(counts.get("plain", 0)),
        by_name=share(counts.get("passed", 0)),
        pinned=share(counts.get("pinned", 0)),
        distrusted=share(distrusted),
        names=counts.get("names", 0),
        refused=refused,
    )
    return replace(row, step=_step(row, device))


def _step(row: Row, device: DeviceRow | None) -> str:
    """The one thing that would help most: a key of the sentences."""
    refused = row.refused or {}
    if device is None:
        return "name"
    if not row.connections:
        return "names_only" if row.names else "refused_only" if refused else "nothing"
    if row.distrusted > row.decrypted:
        return "install"
    if not device.trusts_ca and row.by_name:
        return "opaque"
    if refused.get("tunnel"):
        return "vpn"
    if refused.get("encrypted_dns"):
        return "private_dns"
    return "apps" if row.distrusted else "good"
