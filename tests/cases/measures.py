"""Numbers about many waits."""

from __future__ import annotations

from collections.abc import Sequence


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that so many per cent do not exceed; 0 when there are none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    place = -(-len(ordered) * percent // 100)
    return ordered[min(len(ordered), max(1, int(place))) - 1]
