"""Whose the files of a home are: what root writes there is its owner's in the end.

Else `sudo kidgate profile add` beside a stopped service would leave files that the service, which
runs as a user of its own, can neither read nor write at its next start.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def give_back(home: Path) -> None:
    """Give root's files in a home to the owner of its folder. Follows no link out of it."""
    try:
        owner = home.stat()
    except OSError:
        return
    if owner.st_uid == 0 or os.geteuid() != 0:
        return
    for _, folders, files, at in os.fwalk(home):
        for name in (*folders, *files):
            # One that another process has just renamed or deleted is nobody's care.
            with contextlib.suppress(FileNotFoundError):
                if os.stat(name, dir_fd=at, follow_symlinks=False).st_uid == 0:
                    os.chown(name, owner.st_uid, owner.st_gid, dir_fd=at, follow_symlinks=False)
