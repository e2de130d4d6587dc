"""What holds of every report."""

from __future__ import annotations

from kidgate.lists.report import Report


def adds_up(report: Report) -> bool:
    """Whether each line is accounted for, and each entry is of one kind."""
    passed = report.comments + report.blank + report.directives
    counted = passed + report.accepted + report.duplicate + report.skipped.total()
    kinds = report.names + report.urls + report.exceptions + report.rules + report.networks
    shown = report.as_json()["skipped"]
    assert isinstance(shown, dict)
    return (
        report.lines == counted == report.accepted + report.duplicate + sum(shown.values())
        and report.accepted == kinds + report.cancels
    )
