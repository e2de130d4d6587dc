"""Ranges and choices that a policy file is held to, for values that come by another way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kidgate.console.errors import USAGE, Failure

if TYPE_CHECKING:
    from kidgate.policies.rows import PolicyRows


def check_ranges(rows: PolicyRows) -> None:
    """Raises Failure when these rows could be written to a policy file but not read again."""
    from kidgate.documents.faults import Faults
    from kidgate.documents.policy_file import dump_policy, load_policy

    try:
        load_policy(dump_policy(rows), "")
    except Faults as faults:
        raise Failure("\n".join(fault.message for fault in faults.faults), USAGE) from None
