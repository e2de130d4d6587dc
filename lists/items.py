"""One line, or one record, of a list as a reader hands it to the intake."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kidgate.lists.entries import Outcome
from kidgate.lists.report import Passed

__all__ = ["Item", "Passed", "Said"]

Said = Sequence[Outcome] | Passed
"""The outcomes on a line (at least one), or why there is nothing on it."""


class Item(NamedTuple):
    row: int  # the line, or the position of the record, from 1
    text: str  # as a report shows it
    said: Said
