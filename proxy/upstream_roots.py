"""The roots that upstream certificates must lead to: certifi's, and what the owner adds.

Never the gateway's own CA: a proxy that trusts itself upstream makes anybody's forgery look good.
"""

from __future__ import annotations

from pathlib import Path

import certifi
from cryptography import x509


class BadRoots(ValueError):
    """The file of extra roots holds no certificates."""


def write_roots(target: Path, extra: Path | None) -> Path:
    """One PEM file for the workers. Raises BadRoots or OSError."""
    pem = Path(certifi.where()).read_bytes()
    if extra is not None:
        added = extra.read_bytes()
        try:
            x509.load_pem_x509_certificates(added)
        except ValueError as fault:
            raise BadRoots(f"`{extra}` holds no PEM certificates: {fault}") from fault
        pem += b"\n" + added
    part = target.with_name(target.name + ".part")
    part.write_bytes(pem)
    part.replace(target)
    return target
