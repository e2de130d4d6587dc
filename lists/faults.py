"""What can go wrong with lists, as errors that tell a person what to do next.

An importer refuses, a names file or an index is at fault. Nothing here catches or reports.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kidgate.lists.report import Report


class Refusal(StrEnum):
    """Why a whole import was refused. Stable strings."""

    UNREADABLE = "unreadable"
    UNWRITABLE = "unwritable"
    HTML = "html"
    BINARY = "binary"
    PACKED = "packed"  # an archive of a kind that is not read
    EMPTY = "empty"
    GARBAGE = "garbage"
    PHRASES = "phrases"  # words that score the text of pages: no list of sites
    TRUNCATED = "truncated"
    TOO_LARGE = "too_large"
    RATIO = "ratio"
    PATHS = "paths"  # an archive that points outside of itself
    SEVERAL_LISTS = "several_lists"
    NO_SUCH_LIST = "no_such_list"
    NO_SUCH_FORMAT = "no_such_format"
    MISSING_EXTRA = "missing_extra"  # an optional library is not installed


class ImportRefused(Exception):
    """The whole import was refused and nothing was changed.

    `report` is what was counted until then, where anything was.
    """

    def __init__(self, reason: Refusal, message: str, report: Report | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.report = report


class NamesFault(Exception):
    """A `.names` file is missing, damaged or of another version."""


class BuildFault(Exception):
    """The category index could not be built; the old one stays."""


class IndexFault(Exception):
    """A category index is damaged, cut short or of another version."""
