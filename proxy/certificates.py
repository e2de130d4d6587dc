"""`python -m kidgate.proxy.certificates CA_FOLDER ROOTS_FILE [EXTRA_PEM]`: what workers need of
them.

A process of its own, so that the supervisor does not carry the cryptography library for life.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from kidgate.proxy.ca import ensure_ca
from kidgate.proxy.upstream_roots import BadRoots, write_roots


def main(ca: str, roots: str, extra: str | None = None) -> None:
    try:
        ensure_ca(Path(ca), now=datetime.now(UTC))
        write_roots(Path(roots), Path(extra) if extra else None)
    except BadRoots as fault:
        sys.exit(f"the certificates could not be made: {fault}")
    except OSError as fault:
        place = fault.filename or Path(roots).parent
        sys.exit(
            f"the certificates could not be made: `{place}`: {fault.strerror}; free some space, "
            "and see that the disk can be written"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
