"""Whether a file is another one than before: nothing of it is read."""

from __future__ import annotations

from pathlib import Path

Mark = tuple[int, int, int]  # inode, modification time in nanoseconds, size in bytes


def mark_of(path: Path | None) -> Mark | None:
    """What changes when a file is written anew or replaced; None when there is none to be seen."""
    try:
        stat = path.stat() if path is not None else None
    except OSError:
        return None
    return (stat.st_ino, stat.st_mtime_ns, stat.st_size) if stat is not None else None
