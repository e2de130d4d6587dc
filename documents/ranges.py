"""Ranges and choices that a policy file is held to, for values that come by another way."""

from __future__ import annotations

from kidgate.documents.faults import Faults
from kidgate.documents.policy_file import dump_policy, load_policy
from kidgate.policies.edits import EditFault
from kidgate.policies.rows import PolicyRows


def within_ranges(rows: PolicyRows) -> None:
    """Raises EditFault when these rows could be written to a policy file but not read again."""
    try:
        load_policy(dump_policy(rows), "")
    except Faults as faults:
        raise EditFault("\n".join(fault.message for fault in faults.faults)) from None
