"""A ground to plan on: built-in tiers, three services."""

from __future__ import annotations

from typing import Any

from kidgate.documents.builtin import load_builtin
from kidgate.documents.moving.ground import Ground
from kidgate.documents.moving.plan import Plan, Unmapped
from kidgate.policies.rows import RuleRow

SERVICES = {"tiktok": "tiktok", "youtube": "youtube", "roblox": "roblox"}


def ground(**fields: Any) -> Ground:
    tiers = {tier.key: tier for tier in load_builtin()[0]}
    return Ground(SERVICES.get, tiers, **{"zone": "Asia/Ho_Chi_Minh", **fields})


def rules(plan: Plan) -> set[str]:
    """Every rule of a plan as one text."""
    return {_rule(row) for row in plan.made(RuleRow)}


def _rule(row: RuleRow) -> str:
    when = f" when {row.when}" if row.when else ""
    return f"{row.action} {row.target} for {row.scope}{when}"


def reasons(plan: Plan) -> dict[str, str]:
    """Why each line became nothing."""
    return {step.text: step.why for step in plan.steps if isinstance(step, Unmapped)}


def places(plan: Plan) -> dict[str, str]:
    return {step.text: str(step.place) for step in plan.steps}
