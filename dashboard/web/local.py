"""Where a browser may be sent after a form: within these pages, nowhere else."""

from __future__ import annotations

LONGEST = 1000  # characters


def is_local(path: str) -> bool:
    """Whether a browser that is sent there stays with us.

    Browsers take a backslash for a slash, drop tabs and line ends, and read `//host` as a host.
    """
    plain = path.isascii() and path.isprintable() and " " not in path and "\\" not in path
    return plain and path.startswith("/") and not path.startswith("//") and len(path) <= LONGEST


def local(path: str) -> str:
    """Where to go after signing in: a path of ours as it was given, else the first page."""
    if not is_local(path) or path.startswith(("/sign-in", "/sign-out")):
        return "/"
    return path
