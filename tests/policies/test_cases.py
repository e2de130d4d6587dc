"""The conformance cases of `policies/cases/*.yaml`, one test each; a failing one shows a trace."""

from __future__ import annotations

from importlib.resources import files

import pytest

from kidgate.content.lookalike import with_lookalikes
from kidgate.documents.cases import PolicyCase, load_cases, run_cases

FILES = sorted(
    (f for f in files("kidgate.policies").joinpath("cases").iterdir() if f.name.endswith(".yaml")),
    key=lambda f: f.name,
)
CASES = [case for f in FILES for case in load_cases(f.read_text(encoding="utf-8"), f.name)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.case}")
def test_case_holds(case: PolicyCase) -> None:
    results = list(run_cases([case], with_lookalikes))
    assert results
    failed = [str(result) for result in results if not result.passed]
    assert not failed, "\n" + "\n".join(failed)


def test_no_case_stands_twice() -> None:
    names = [(case.file, case.case) for case in CASES]
    assert len(names) == len(set(names))
