"""`gateway plan --dns unbound`: the policy for a name server that a school has already."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kidgate.console.app import App
from kidgate.console.errors import UNREACHABLE, Failure
from kidgate.console.output import say, table

if TYPE_CHECKING:
    from kidgate.proxy.dns.export.writing import Written


def write_plan(app: App, out: Path | None) -> None:
    """Write the zones and the fragment of unbound.conf, and say what a name server cannot do."""
    from kidgate.documents.feed_data import load_guards
    from kidgate.lists.faults import IndexFault, NamesFault
    from kidgate.lists.index import open_index
    from kidgate.policies.snapshot_file import SnapshotFault, load_snapshot
    from kidgate.proxy.dns.export.writing import Source, write_out
    from kidgate.proxy.dns.setup import settings_of

    try:
        source = Source(
            document=load_snapshot(app.home.snapshot.read_bytes()),
            index=open_index(app.home.index),
            feeds=app.home.feeds,
            never_block=load_guards().never,
            settings=settings_of(app.config),
            at=app.now(),
        )
        written = write_out(source, out or app.home.root / "unbound")
    except FileNotFoundError as fault:
        message = f"there is no policy in `{fault.filename}`; run kidgate setup"
        raise Failure(message, UNREACHABLE) from None
    except (SnapshotFault, IndexFault, NamesFault, OSError) as fault:
        raise Failure(f"nothing was written: {fault}", UNREACHABLE) from fault
    app.answer(_as_json(written), lambda: _tell(written))


def _as_json(written: Written) -> dict[str, Any]:
    from kidgate.proxy.dns.export.limits import CANNOT

    return {
        "conf": str(written.conf),
        "policy": written.version,
        "zones": [
            {"name": c.name, "file": str(c.path), "tiers": list(c.tiers), "names": names}
            for c, names in written.zones
        ],
        "devices": dict(written.clients.devices),
        "unknown": written.clients.unknown,
        "left_out": dict(written.left_out),
        "cannot": list(CANNOT),
    }


def _tell(written: Written) -> None:
    from kidgate.proxy.dns.export.limits import CANNOT

    say(f"written: policy version {written.version}, in {written.conf}")
    say(f'put into unbound.conf:  include: "{written.conf.absolute()}"')
    say("then: unbound-checkconf && unbound-control reload\n")
    rows = [
        (c.path.stem, f"{names:,}", ", ".join(c.tiers) or "everyone") for c, names in written.zones
    ]
    table(("zone", "names", "for"), rows)
    known = Counter(written.clients.devices.values())
    devices = ", ".join(f"{count} in {tier}" for tier, count in sorted(known.items())) or "none"
    say(f"\ndevices by address: {devices}; all others: {written.clients.unknown}")
    say("\nwhat a name server alone cannot do:")
    for line in CANNOT:
        say(f"- {line}")
    if written.left_out:
        say("\nleft out of this policy:")
        for what, count in sorted(written.left_out.items()):
            say(f"- {count:,} {what}")
