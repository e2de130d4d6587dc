"""Values that a policy file would refuse."""

from __future__ import annotations

import pytest

from kidgate.documents.ranges import within_ranges
from kidgate.policies.edits import EditFault
from kidgate.policies.rows import PolicyRows, Settings, TierRow


def test_value_out_of_its_range_is_refused() -> None:
    within_ranges(PolicyRows(tiers=(TierRow("a", quotas={"all": 60}),)))
    for rows in (
        PolicyRows(tiers=(TierRow("a", quotas={"all": 2000}),)),
        PolicyRows(settings=Settings(retention_days=0)),
    ):
        with pytest.raises(EditFault):
            within_ranges(rows)
