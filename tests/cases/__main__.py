"""`python -m tests.cases`: play the cases, print the score; exit status 1 when a covered case
fails."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

from tests.cases import namespace, report, rig_chaos, rig_house, rig_proxy, rig_unit, world
from tests.cases.coverage import why_not
from tests.cases.house import Houses
from tests.cases.results import FAILED, NOT_COVERED, Result
from tests.cases.stage import Stage
from tests.cases.world import Case
from tests.namespaces import NoNamespaces

FILTERS = ("kidgate", "allow-all")
CANNOT = 3


def main() -> int:
    options = arguments()
    if not all(file.is_file() for file in options.cases):
        print(f"the cases are not there: {options.cases[0]}", file=sys.stderr)
        return CANNOT
    try:
        if not namespace.inside():
            namespace.enter("tests.cases", sys.argv[1:])
        namespace.set_up()
    except NoNamespaces as reason:
        print(f"the rig cannot run: {reason}", file=sys.stderr)
        return CANNOT
    # The first process of a namespace ignores what it does not handle.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(CANNOT))
    with tempfile.TemporaryDirectory(prefix="kidgate-cases-") as folder:
        return play(options, Path(folder))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.cases", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], help="ids, families or layers")
    parser.add_argument("--filter", choices=FILTERS, default=FILTERS[0])
    parser.add_argument("--cases", type=Path, nargs="+", default=[world.CASES])
    parser.add_argument("--json", type=Path, help="write every result there")
    parser.add_argument(
        "--deep", action="store_true", help="loads and sizes as the cases give them"
    )
    parser.add_argument("--logs", type=Path, help="keep what each gateway says in that folder")
    parser.add_argument("--verbose", action="store_true", help="a line for each case")
    return parser.parse_args()


def play(options: argparse.Namespace, folder: Path) -> int:
    known, cases, bodygen = world.load(options.cases)
    chosen = [case for case in cases if not options.only or _is_one_of(case, options.only)]
    open_filter = options.filter == "allow-all"
    results: dict[str, Result] = {}
    playable: list[Case] = []
    for case in chosen:
        if reason := why_not(case):
            results[case.id] = Result(case, NOT_COVERED, [reason])
        else:
            playable.append(case)
    logs = options.logs or folder / "logs"
    stage = Stage(known, cases, folder, logs.absolute(), open_filter=open_filter)
    began = time.monotonic()
    if playable:
        for result in _played(playable, stage, Houses(stage, cases), bodygen, options):
            before = results.get(result.case.id)
            results[result.case.id] = before.merged(result) if before else result
            if options.verbose:
                seconds, began = time.monotonic() - began, time.monotonic()
                why = "; ".join(result.why)
                said = f"{result.status} {seconds:.1f} s {result.note}"
                print(f"{result.case.id} {said} {why}".rstrip(), flush=True)
    ordered = [results[case.id] for case in chosen]
    if options.json:
        document = report.as_json(ordered, filter_name=options.filter, deep=options.deep)
        options.json.write_text(json.dumps(document, indent=1) + "\n")
    if open_filter:
        refused = [r.case for r in ordered if r.everyone and r.case.layer != "failure"]
        refused = [case for case in refused if report.must_be_stopped(case)]
        bare = (
            rig_proxy.run(refused, stage, bodygen, deep=options.deep, bare=True) if refused else ()
        )
        text, sound = report.self_test(ordered, list(bare))
        print(text)
        return 0 if sound else 1
    return _said(ordered)


def _played(
    cases: Sequence[Case],
    stage: Stage,
    houses: Houses,
    bodygen: ModuleType,
    options: argparse.Namespace,
) -> Iterator[Result]:
    faults = [case for case in cases if case.layer == "failure"]
    others = [c for c in cases if c.layer != "failure" and not rig_house.needs_house(c)]
    housed = [c for c in cases if rig_house.needs_house(c) or rig_house.also_in_house(c)]
    if houses.reason:
        for case in filter(rig_house.needs_house, housed):
            yield Result(case, NOT_COVERED, [houses.reason])
    elif housed:
        yield from rig_house.run(housed, houses.one, bodygen, deep=options.deep)
    yield from rig_unit.merged(rig_proxy.run(others, stage, bodygen, deep=options.deep), stage)
    if options.deep or not stage.open_filter:
        # That a fault is seen through an open filter needs no long load.
        long = options.deep and not stage.open_filter
        yield from rig_chaos.run(faults, stage, houses, deep=long)
    else:
        for case in faults:
            yield Result(case, NOT_COVERED, ["faults are part of a deep self test alone"])


def _said(results: Sequence[Result]) -> int:
    """Print the score; the exit status."""
    for part in (report.failures(results), report.not_covered(results), report.families(results)):
        if part:
            print(part, end="\n\n")
    print(report.table(results))
    return 1 if any(result.status == FAILED for result in results) else 0


def _is_one_of(case: Case, words: Sequence[str]) -> bool:
    return bool({case.id, case.family, case.layer, f"{case.layer}/{case.family}"} & set(words))


if __name__ == "__main__":
    sys.exit(main())
