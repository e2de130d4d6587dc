"""Ranges and choices that a policy file is held to, for values that come by another way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kidgate.console.errors import USAGE, Failure
from kidgate.policies.edits import EditFault

if TYPE_CHECKING:
    from kidgate.policies.rows import PolicyRows


def check_ranges(rows: PolicyRows) -> None:
    """Raises Failure when these rows could be written to a policy file but not read again."""
    from kidgate.documents.ranges import within_ranges

    try:
        within_ranges(rows)
    except EditFault as fault:
        raise Failure(str(fault), USAGE) from None
