"""Import one list: every line accounted for, a sorted names file written, or nothing changed.

Which feeds there are, their categories and schedules are the keeper's; the index is built from the
names files by `build.py`.
"""

from __future__ import annotations

from pathlib import Path

from kidgate.lists import shared_hosts
from kidgate.lists.entries import Entries
from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.intake import Intake, distinct
from kidgate.lists.members import choose, read_usage
from kidgate.lists.names_file import write_names
from kidgate.lists.replacing import replacing
from kidgate.lists.report import Report
from kidgate.lists.sorting import Runs
from kidgate.lists.streams import Limits, Progress
from kidgate.lists.trees import open_tree

LIMITS = Limits()


def import_feed(
    source: Path,
    names: Path,
    *,
    member: str = "",
    limits: Limits = LIMITS,
    progress: Progress | None = None,
) -> Report:
    """Read the list at `source` into the names file `names`, as a whole or not at all.

    `member` picks a list in an archive or folder. Raises ImportRefused, with the report so far.
    """
    report = Report()
    try:
        _import(source, names, member, limits, progress, report)
    except ImportRefused as refused:
        refused.report = report
        raise
    except OSError as fault:
        message = f"`{names}` cannot be written ({fault.strerror}): check the disk and its room"
        raise ImportRefused(Refusal.UNWRITABLE, message, report) from fault
    return report


def _import(
    source: Path,
    names: Path,
    member: str,
    limits: Limits,
    progress: Progress | None,
    report: Report,
) -> None:
    tree = open_tree(source, limits)
    chosen = choose(tree, member)
    if chosen.usage:
        with tree.opened(chosen.usage) as reader:
            report.usage = read_usage(reader)
    with Runs(names.parent) as runs:
        intake = Intake(report, Entries(shared_hosts.bundled()), runs, limits)
        for at, file in enumerate(chosen.files):
            with tree.opened(file, _share(progress, at, len(chosen.files))) as reader:
                intake.read(reader, file)
        intake.judge(str(source))
        with replacing(names) as output:
            write_names(output, distinct(runs.merged(), report))


def _share(progress: Progress | None, part: int, parts: int) -> Progress | None:
    """The progress of one file among several."""
    if progress is None:
        return None

    def report(done: int, total: int) -> None:
        progress(part * total + done, parts * total)

    return report
