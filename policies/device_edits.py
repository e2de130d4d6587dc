"""Changes to devices beyond one field: assigned from the inbox, given a log-in or a tunnel."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from kidgate.policies import edits
from kidgate.policies.edits import EditFault
from kidgate.policies.macs import canonical_mac
from kidgate.policies.names import InvalidName, canonical_address
from kidgate.policies.rows import DeviceRow, PolicyRows, ProfileRow

PASSWORD_BYTES = 12  # of randomness in a log-in


def place_of(text: str) -> str:
    """A MAC or an IP address in its canonical spelling. Raises EditFault."""
    try:
        return canonical_address(text.strip())
    except InvalidName:
        pass
    try:
        return canonical_mac(text)
    except ValueError:
        raise EditFault(f"`{text}` is neither a MAC address nor an IP address") from None


def is_mac(place: str) -> bool:
    """Whether a canonical place is a MAC address."""
    try:
        return canonical_mac(place) == place
    except ValueError:
        return False


def places(texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Addresses as people type them, by the field of a device: `addresses`, `macs`. Raises
    EditFault."""
    found = tuple(dict.fromkeys(place_of(text) for text in texts))
    return {
        "addresses": tuple(place for place in found if not is_mac(place)),
        "macs": tuple(place for place in found if is_mac(place)),
    }


def assigned(rows: PolicyRows, key: str, owner: str, place: str) -> PolicyRows:
    """The device `key`, new or known, is at a canonical place and belongs to `owner`; empty: it is
    shared. Raises EditFault."""
    if owner:
        edits.find(rows, ProfileRow, owner)
    kind = "macs" if is_mac(place) else "addresses"
    known = next((row for row in rows.devices if row.key == key), None)
    if known is None:
        fields: dict[str, Any] = {kind: (place,)}
        return edits.add(rows, DeviceRow(key, of=owner, **fields))
    joined = dict.fromkeys((*getattr(known, kind), place))
    return edits.change(rows, DeviceRow, key, of=owner, **{kind: tuple(joined)})


def free_name(rows: PolicyRows, called: str, owner: str) -> str:
    """A key that is not taken, after what the device calls itself, else after whose it is."""
    taken = {row.key for row in rows.devices}
    base = edits.slug(called)[:60] or f"{owner or 'shared'}-device"
    names = [base, *(f"{base}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


def with_login(rows: PolicyRows, key: str, user: str, password: str) -> PolicyRows:
    """The device has this log-in for the proxy; an empty password: none. Raises EditFault."""
    digest = hashlib.sha256(password.encode()).hexdigest() if password else ""
    return edits.change(rows, DeviceRow, key, login=user if password else "", password_hash=digest)


def free_tunnel(rows: PolicyRows) -> int:
    """The lowest number that no device's tunnel has."""
    taken = {row.tunnel for row in rows.devices}
    return next(number for number in range(1, len(taken) + 2) if number not in taken)
