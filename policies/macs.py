"""MAC addresses: one spelling, and those that a phone makes up."""

from __future__ import annotations

import re

_MAC = re.compile(r"[0-9a-f]{12}")


def canonical_mac(text: str) -> str:
    """`02:ab:00:00:00:01` for any usual spelling (`:`, `-`, `.`, none; any case). ValueError."""
    digits = re.sub(r"[:.\-]", "", text.strip().lower())
    if not _MAC.fullmatch(digits) or digits in ("0" * 12, "f" * 12) or int(digits[:2], 16) & 1:
        raise ValueError(f"`{text}` is no MAC address of a device; write it like 3c:22:fb:01:02:03")
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))


def is_made_up(mac: str) -> bool:
    """Whether a canonical address is locally administered (IEEE 802): phones make one up for each
    network, and another one when they are told to forget it."""
    return bool(int(mac[:2], 16) & 2)
