"""What a policy loses when only names are answered: said in every file and by the command."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

CANNOT = (
    "It sees names, never pages: no search terms, texts, pictures, paths, uploads or messages.",
    "It stops nobody who knows an address, or who asks another name server (DoH, VPN, own hosts"
    " file). Close ports 53 and 853 to all others at the router.",
    "It knows devices by address alone: one who takes another's address has that one's tier.",
    "It knows no time: bedtime, hours, pauses, quotas, grants and rules with a time are left out.",
    "It keeps no journal of Kidgate's: nothing of what it stops is in `kidgate log` or reports.",
    "It shows no reason and no way to ask an adult; pages over HTTPS fail with a certificate"
    " warning, for the block page has no certificate for the name asked for.",
    "Translators and caches that carry a page's name in their own are open or closed as a whole.",
    "Encrypted hellos (ECH) and other ports in HTTPS records reach the device.",
    "Look-alike names that no list has pass: Kidgate judges their spelling, this does not.",
    "It is as old as this file: write it again after each change of policy, lists or birthdays.",
)


@dataclass(slots=True)
class LeftOut:
    """What of this very policy could not be written: how many of what."""

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, what: str, count: int = 1) -> None:
        if count:
            self.counts[what] = self.counts.get(what, 0) + count

    def lines(self) -> list[str]:
        return [f"{count:,} {what}" for what, count in sorted(self.counts.items())]


def comment(lines: Iterable[str], mark: str) -> str:
    """Lines as a comment; nothing in them can end it."""
    return "".join(f"{mark} {' '.join(line.split())}\n" for line in lines)
