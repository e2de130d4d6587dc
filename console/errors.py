"""What went wrong, as one message and an exit status.

0 ok; 1 the answer is no, or blocked; 2 what was asked for cannot be (usage, a faulty file); 3 what
is needed cannot be reached (database, keeper, port, disk). A mistake of the program is none of
these: it keeps its traceback.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from typing import IO, Any

import click

from kidgate.console.output import shown_lines

NO, USAGE, UNREACHABLE = 1, 2, 3

# By name: to import the classes would load SQLAlchemy and mitmproxy into every command.
STATUS: Mapping[str, int] = {
    "kidgate.policies.edits.EditFault": USAGE,
    "kidgate.policies.people.PeopleFault": USAGE,
    "kidgate.policies.compile.PolicyFaults": USAGE,
    "kidgate.policies.snapshot_file.SnapshotFault": UNREACHABLE,
    "kidgate.documents.faults.Faults": USAGE,
    "kidgate.lists.faults.ImportRefused": NO,
    "kidgate.lists.faults.NamesFault": UNREACHABLE,
    "kidgate.lists.faults.IndexFault": UNREACHABLE,
    "kidgate.store.faults.DatabaseFault": UNREACHABLE,
    "kidgate.keeper.bundle.BadBundle": NO,
    "kidgate.store.changing.Conflict": NO,
    "kidgate.keeper.writer.WriterBusy": UNREACHABLE,
    "kidgate.keeper.client.KeeperSilent": UNREACHABLE,
    "kidgate.keeper.errors.KeeperFault": UNREACHABLE,
    "kidgate.keeper.feed_rows.BadFeed": USAGE,
    "kidgate.keeper.telling.channels.BadChannel": USAGE,
    "kidgate.documents.reports.pdf.NoPdf": UNREACHABLE,
    "kidgate.keeper.feeds.BuildFailed": UNREACHABLE,
    "kidgate.proxy.supervisor.CannotStart": UNREACHABLE,
    "kidgate.proxy.upstream_roots.BadRoots": UNREACHABLE,
}
_DISK = ("unreadable", "unwritable")  # reasons of ImportRefused that the list is not to blame for

_ADVICE = {
    errno.EACCES: "run kidgate as the user that owns it",
    errno.EPERM: "run kidgate as the user that owns it",
    errno.EROFS: "mount the disk writable, or name another folder with --home",
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space",
    errno.ENOENT: "check the path",
    errno.ENOTDIR: "check the path",
    errno.EISDIR: "name a file in it",
    errno.EEXIST: "name another",
    errno.ENAMETOOLONG: "choose a shorter path",
}


class Failure(click.ClickException):
    """One message on standard error, and the exit status."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.exit_code = status  # type: ignore[misc]

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"Error: {shown_lines(self.message)}", file=file, err=True)


def failure_of(fault: Exception) -> Failure | None:
    """What an exception means to the person at the terminal; None: a mistake of the program."""
    kind = type(fault)
    status = STATUS.get(f"{kind.__module__}.{kind.__qualname__}")
    if status is not None:
        if getattr(fault, "reason", "") in _DISK:
            status = UNREACHABLE
        return Failure(_counted(fault), status)
    if isinstance(fault, BrokenPipeError):
        return None  # whoever read us has seen enough, like `head`: click ends us quietly
    if isinstance(fault, OSError):
        return Failure(_of_system(fault), UNREACHABLE)
    return None


def _counted(fault: Exception) -> str:
    text = str(fault)
    count = len(getattr(fault, "faults", ()))
    return f"{count} faults, nothing was changed:\n{text}" if count > 1 else text


def _of_system(fault: OSError) -> str:
    if fault.errno is None or fault.strerror is None:
        return str(fault)
    what = fault.strerror[:1].lower() + fault.strerror[1:]
    place = f"`{fault.filename}`: " if fault.filename else ""
    advice = _ADVICE.get(fault.errno)
    return f"{place}{what}; {advice}" if advice else f"{place}{what}"
