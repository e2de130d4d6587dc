"""Ranges and choices of the rows' fields, which their own types (standard library) cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta

from kidgate.policies.rows import (
    ExceptionRow,
    GrantRow,
    GroupRow,
    LessonRow,
    PauseRow,
    ProfileRow,
    RuleRow,
    ServiceRow,
    Settings,
    TierRow,
)

Age = Annotated[int, Meta(ge=0, le=150)]
Number = Annotated[int, Meta(ge=1, le=2**53)]
Scores = Mapping[str, Annotated[float, Meta(ge=0, le=100)]]
Minutes = Mapping[str, Annotated[int, Meta(ge=0, le=1440)]]

NARROWER: Mapping[type, Mapping[str, Any]] = {
    TierRow: {
        "min_age": Age,
        "mode": Literal["deny_list", "allow_list"],
        "youtube": Literal["off", "moderate", "strict"],
        "text_limits": Scores,
        "image_limits": Scores,
        "message_limits": Scores,
        "quotas": Minutes,
        "notice_minutes": Minutes,
    },
    ServiceRow: {"min_age": Age},
    GroupRow: {"kind": Literal["group", "family", "class"]},
    ProfileRow: {"language": Literal["", "vi", "en"], "quotas": Minutes},
    RuleRow: {"id": Number},
    GrantRow: {"id": Number},
    PauseRow: {"id": Number},
    LessonRow: {"id": Number},
    ExceptionRow: {
        "id": Number,
        "lifts": tuple[Literal["bedtime", "hours", "quota", "all"], ...],
    },
    Settings: {
        "language": Literal["vi", "en"],
        "ports": tuple[Annotated[int, Meta(ge=1, le=65535)], ...],
        "retention_days": Annotated[int, Meta(ge=1, le=3650)],
    },
}
