"""Which cases can be played by what is built now; each other one with the reason, in words.

Rules speak of what a case needs, not of its number, so that cases nobody has seen are sorted too.
"""

from __future__ import annotations

from tests.cases.world import Case

PEOPLE = "is played by tests/dashboard/web/test_admin_cases.py or tests/e2e/test_pin.py"

MODES = frozenset(("explicit", "transparent", "socks5", "wireguard", "dns", "lan", "wan", "local"))


def why_not(case: Case) -> str:
    """Why a case cannot be played here; empty: it can."""
    if case.rig == "admin" or case.mode not in MODES:
        return PEOPLE
    return ""
