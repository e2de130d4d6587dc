"""`policy test`: conformance cases, decided as a worker would."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.errors import NO, USAGE, Failure
from kidgate.console.output import say

if TYPE_CHECKING:
    from kidgate.documents.cases import CaseVisit, PolicyCase
    from kidgate.policies.snapshot import PolicySnapshot


@click.command("test", cls=Command)
@click.argument("path", type=click.Path(exists=True, path_type=Path), required=False)
@click.option("--trace", is_flag=True, help="Show each check of a visit that fails.")
@pass_app
def test(app: App, path: Path | None, trace: bool) -> None:
    """Run conformance cases.

    PATH is a YAML file or a folder of them; without it, those that come with kidgate. Exit status 1
    when one fails.
    """
    results = [result for file in _files(path) for result in _run(file)]
    if not results:
        raise Failure(f"there are no cases in `{path}`; name a file with `cases:`", USAGE)
    failed = [result for result in results if result["misses"]]

    def people() -> None:
        for result in failed:
            say(f"FAILED  {result['file']}:{result['line']}  {result['case']}: {result['url']}")
            for miss in result["misses"]:
                say(f"    {miss}")
            for step in result["trace"] if trace else ():
                say(f"    {step}")
        say(f"{len(results) - len(failed)} visits passed, {len(failed)} failed.")

    document = {"passed": len(results) - len(failed), "failed": failed}
    app.answer(document, people)
    if failed:
        click.get_current_context().exit(NO)


def _files(path: Path | None) -> Iterator[Path]:
    if path is not None:
        yield from sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
        return
    with as_file(files("kidgate.policies") / "cases") as folder:
        yield from sorted(folder.rglob("*.yaml"))


def _run(file: Path) -> Iterator[dict[str, Any]]:
    from kidgate.documents.cases import load_cases

    for case in load_cases(file.read_text(encoding="utf-8"), str(file)):
        snapshot = _compiled(case, file)
        for visit in case.visits:
            yield _result(file, case, visit, snapshot)


def _compiled(case: PolicyCase, file: Path) -> PolicySnapshot:
    from kidgate.content.lookalike import with_lookalikes
    from kidgate.documents.case_index import CaseIndex
    from kidgate.keeper.writer import document_of
    from kidgate.policies.compile import PolicyFaults

    try:
        snapshot = document_of(case.policy, "test").compile()
        return with_lookalikes(snapshot).with_index(CaseIndex.of(case.index))
    except PolicyFaults as faults:
        raise Failure(f"{file}:{case.line}: {case.case}: {faults}", USAGE) from None


def _result(
    file: Path, case: PolicyCase, visit: CaseVisit, snapshot: PolicySnapshot
) -> dict[str, Any]:
    from kidgate.policies.decide import decide

    decision = decide(visit.visit, snapshot, trace=True)
    return {
        "file": str(file),
        "line": case.line,
        "case": case.case,
        "url": str(visit.url),
        "misses": list(visit.expect.misses(decision)),
        "trace": [f"{step.order} {step.check}: {step.said} {step.why}" for step in decision.steps],
    }
