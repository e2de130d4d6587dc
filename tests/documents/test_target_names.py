"""Targets by any name people have for them; what could never match is refused."""

from __future__ import annotations

import pytest

from kidgate.documents.target_names import category_keys, known_target
from kidgate.policies.edits import EditFault
from kidgate.policies.rows import PolicyRows, ServiceRow

ROWS = PolicyRows(services=(ServiceRow("ours", "Của ta", aliases=("nhà mình",)),))
KNOWN = category_keys(["own_list"])


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("category:Porn", "category:adult"),
        ("category:own_list", "category:own_list"),
        ("service:YouTube", "service:youtube"),
        ("service:nhà mình", "service:ours"),
        ("Example.COM.", "example.com"),
    ],
)
def test_target_is_known_by_its_names(text: str, target: str) -> None:
    assert known_target(ROWS, KNOWN, text) == target


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("category:gamblin", "did you mean `gambling`"),
        ("service:youtub", "did you mean `youtube`"),
        ("service:qqqqqqqq", "see kidgate service list"),
        ("exa mple", "write a host"),
    ],
)
def test_target_that_nobody_knows_is_refused(text: str, said: str) -> None:
    with pytest.raises(EditFault, match=said):
        known_target(ROWS, KNOWN, text)
