"""What became of each case."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.cases.world import Case

PASSED, FAILED, NOT_COVERED = "passed", "failed", "not covered"


@dataclass(slots=True)
class Result:
    case: Case
    status: str
    why: list[str] = field(default_factory=list)  # faults, or the reason it is not covered
    note: str = ""  # what was scaled down, how it was carried
    everyone: bool = False  # refused by what no policy decides: malformed, names that disagree, ...

    def merged(self, other: Result) -> Result:
        """The same case played in another way as well: it passes when it passes in both."""
        if NOT_COVERED in (self.status, other.status):
            return other if self.status == NOT_COVERED else self
        status = FAILED if FAILED in (self.status, other.status) else PASSED
        note = " + ".join(filter(None, (self.note, other.note)))
        why = [*(f"{self.note}: {text}" for text in self.why), *other.why]
        everyone = self.everyone and other.everyone
        return Result(self.case, status, why, note, everyone=everyone)

    def as_json(self) -> dict[str, object]:
        case = self.case
        return {
            "id": case.id,
            "layer": case.layer,
            "family": case.family,
            "kind": case.kind,
            "severity": case.severity,
            "title": case.title,
            "status": self.status,
            "why": self.why,
            "note": self.note,
        }
