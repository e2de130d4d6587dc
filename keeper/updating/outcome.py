"""What became of one feed's update, as the updating process tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Result(StrEnum):
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAILED = "failed"  # it could not be had
    REFUSED = "refused"  # it was had and not believed


@dataclass(frozen=True, slots=True)
class Outcome:
    """`reason` is a stable string, `message` says what to do."""

    feed: str
    result: Result
    reason: str = ""
    message: str = ""
    passing: bool = False  # a fault that may be gone in a while: it is tried again soon
    retry_after: float = 0.0  # seconds the server asks for
    etag: str = ""
    modified: str = ""
    names_file: str = ""  # of a new version, among the feeds
    counts: Mapping[str, object] = field(default_factory=dict)  # fields of FeedRow that it changes
    examples: Mapping[str, object] = field(default_factory=dict)  # skipped lines by reason

    @property
    def well(self) -> bool:
        return self.result in (Result.UPDATED, Result.UNCHANGED)
