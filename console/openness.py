"""What the policy of now leaves open, told beside other answers: to whom it is too early, and what
goes on beside a service that was stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kidgate.console.output import note

if TYPE_CHECKING:
    from kidgate.console.app import App
    from kidgate.policies.opened import StillHouse
    from kidgate.policies.rows import PolicyRows


def still(app: App, rows: PolicyRows) -> StillHouse:
    """The house as it is whatever the hour."""
    from kidgate.documents.builtin import load_builtin
    from kidgate.policies.opened import still_house
    from kidgate.policies.service_edits import services_of

    tiers, services, builtin = load_builtin()
    return still_house(rows, builtin, tiers, services_of(rows, services), app.now())


def note_companions(app: App, target: str, scope: str) -> None:
    """After a service was stopped: what of the same habit goes on."""
    from kidgate.policies.opened import companions_left

    rows = app.rows
    for other in companions_left(still(app, rows), rows, target.removeprefix("service:"), scope):
        how = "goes on working in part" if other.in_part else "goes on working"
        service = other.service
        note(f"Note: {service.title} {how}; block service:{service.key} too if that is meant.")


def note_dependencies(app: App, target: str) -> None:
    """After a service was allowed: what it needs besides its own hosts."""
    needs = app.services[target.removeprefix("service:")].dependencies
    if needs:
        note(f"Note: it also needs {', '.join(needs)}; allow that too where it is blocked.")


def too_young(app: App, rows: PolicyRows, child: str) -> list[dict[str, object]]:
    """Services that are open to a child though from a later age by their own terms."""
    from kidgate.policies.opened import open_too_young

    return [
        {
            "service": one.service.key,
            "title": one.service.title,
            "min_age": one.service.min_age,
            "opened_by": one.said or None,
        }
        for one in open_too_young(still(app, rows), child)
    ]
