"""The origin of a run: a process that answers over HTTP and HTTPS, and who vouches for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.household import HOST
from benchmarks.processes import Talker
from tests.e2e.house import free_port
from tests.e2e.pki import Authority

PAGE_BYTES = 2000


@dataclass(frozen=True, slots=True)
class Site:
    """Ports of a running origin; it answers to HOST and to localhost."""

    port: int
    tls_port: int
    authority: Authority


@contextmanager
def site(
    folder: Path, *, page_bytes: int = PAGE_BYTES, page: Path | None = None, tls_port: int = 0
) -> Iterator[Site]:
    """An origin under a certificate authority of its own, both for this run alone; `page` is a file
    with what it answers, `tls_port` where it has to be."""
    authority = Authority.make(folder)
    authority.context(HOST, "localhost")  # writes the leaf beside it
    ports = {"port": free_port(), "tls_port": tls_port or free_port()}
    told = {
        "pem": str(folder / f"{HOST}.pem"),
        "bytes": page_bytes,
        "page": str(page or ""),
        **ports,
    }
    with Talker("benchmarks.origin", told):
        yield Site(**ports, authority=authority)
