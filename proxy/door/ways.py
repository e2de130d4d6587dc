"""The ways in, by the name that config.yaml gives each. A new one is a line here."""

from __future__ import annotations

from collections.abc import Mapping

from kidgate.proxy.door import calls, explicit, redirected
from kidgate.proxy.door.caller import Receive

WAYS: Mapping[str, Receive] = {
    "explicit": explicit.receive,
    "socks": calls.receive,
    "transparent": redirected.receive,
}
