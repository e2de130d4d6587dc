"""The service: whether the gateway comes back by itself after a power cut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kidgate.console import units
from kidgate.console.box.check import Check, ok, warn, wrong

if TYPE_CHECKING:
    from kidgate.console.app import App


def at_boot(app: App) -> Iterator[Check]:
    """Only where systemd runs, and of the service's own home."""
    if not units.booted() or not units.is_service(app.home.root):
        return
    routes = bool(app.config.gateway.interfaces)
    how = "kidgate gateway install" + ("" if routes else " --service")
    service, packets = (name.rpartition("/")[2] for name in (units.SERVICE, units.FILTER))
    if routes and not units.is_enabled(packets):
        # A box that forwards by itself would let devices pass until we are up.
        yield wrong("service", "filter_off", unit=packets, how=how)
    elif not units.is_enabled(service):
        yield warn("service", "service_off", unit=service, how=how)
    else:
        yield ok("service", "service_ok")
