"""Why a text is no rule: raised by what reads rules, caught where a line becomes an outcome."""

from __future__ import annotations

from kidgate.lists.report import Skip


class RuleRefused(ValueError):
    """The text is no rule that can be kept. `reason` counts it; the message says what it was."""

    def __init__(self, reason: Skip, message: str) -> None:
        super().__init__(message)
        self.reason = reason
