"""How the DNS stage answers, as a worker is told."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DnsSettings:
    """`block` is page, nxdomain or refused; `page`: blocked names get the address of the block
    page. Times in seconds."""

    block: str = "page"
    page_addresses: tuple[str, ...] = ()
    blocked_ttl: int = 10  # short, so that a grant works at once
    longest_ttl: int = 300  # so that a new rule does
    last_stage: bool = False  # no connection comes through the gateway: warn and ask stop here
