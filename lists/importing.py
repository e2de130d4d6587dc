"""Import one list: every line accounted for, a sorted names file written, or nothing changed.

Which feeds there are, their categories and schedules are the keeper's; the index is built from the
names files by `build.py`.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from kidgate.lists import shared_hosts
from kidgate.lists.distinct import distinct
from kidgate.lists.entries import Entries
from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.formats.grammar import Format
from kidgate.lists.intake import Intake
from kidgate.lists.members import beside, choose, read_usage, usage_by_name
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
    read_as: str = "",
    limits: Limits = LIMITS,
    progress: Progress | None = None,
) -> Report:
    """Read the list at `source` into the names file `names`, as a whole or not at all.

    `member` picks a list in an archive or folder; `name@attribute` of a v2fly list picks what has
    the attribute. `read_as` is the format, where its content misleads. Raises ImportRefused, with
    the report so far.
    """
    report = Report()
    try:
        _import(source, names, member, _format(read_as), limits, progress, report)
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
    known: Format | None,
    limits: Limits,
    progress: Progress | None,
    report: Report,
) -> None:
    tree = open_tree(source, limits)
    chosen = choose(tree, member)
    report.usage = usage_by_name(chosen.files[0])
    if chosen.usage:
        with tree.opened(chosen.usage) as reader:
            report.usage = read_usage(reader)
    shared = shared_hosts.bundled()
    with Runs(names.parent) as runs:
        intake = Intake(report, Entries(shared), runs, limits, chosen.attributes, known)
        for at, file in enumerate(chosen.files):
            with tree.opened(file, _share(progress, at, len(chosen.files))) as reader:
                intake.read(reader, file, partial(beside, tree, file))
        intake.judge(str(source))
        with replacing(names) as output:
            if not write_names(output, distinct(runs.merged(), report, shared)):
                raise intake.empty(str(source))  # its lines cancel one another


def _format(name: str) -> Format | None:
    """Raises ImportRefused for a name that is no format's."""
    try:
        return Format(name) if name else None
    except ValueError:
        message = f"`{name}` is no format: write one of {', '.join(Format)}"
        raise ImportRefused(Refusal.NO_SUCH_FORMAT, message) from None


def _share(progress: Progress | None, part: int, parts: int) -> Progress | None:
    """The progress of one file among several."""
    if progress is None:
        return None

    def report(done: int, total: int) -> None:
        progress(part * total + done, parts * total)

    return report
