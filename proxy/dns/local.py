"""Names that are answered here and never asked for outside.

Sources: RFC 6303 and 6761 (special-use names), RFC 8375 (home.arpa), RFC 9462 (resolver.arpa), RFC
6762 (local); Mozilla's `use-application-dns.net` and Apple's `mask*.icloud.com` tell a browser or
phone that this network filters, and that it must not go around by DoH or Private Relay.
"""

from __future__ import annotations

from enum import Enum, auto

from kidgate.policies.names import parents


class Local(Enum):
    NO_SUCH_NAME = auto()
    NO_DATA = auto()


CANARIES = frozenset(("use-application-dns.net", "mask.icloud.com", "mask-h2.icloud.com"))
EMPTY = frozenset(("resolver.arpa",))  # no encrypted resolver is designated but this one
SPECIAL = frozenset(
    [
        *("local", "localdomain", "localhost", "invalid", "test", "onion", "internal", "intranet"),
        *("private", "corp", "home", "lan", "home.arpa"),
        *("10.in-addr.arpa", "168.192.in-addr.arpa", "127.in-addr.arpa", "254.169.in-addr.arpa"),
        *(f"{number}.172.in-addr.arpa" for number in range(16, 32)),
        *("d.f.ip6.arpa", "8.e.f.ip6.arpa", "9.e.f.ip6.arpa", "a.e.f.ip6.arpa", "b.e.f.ip6.arpa"),
    ]
)


def local_answer(host: str) -> Local | None:
    """How a canonical name that nobody outside may be asked for is answered; None: it may."""
    names = parents(host)
    if any(name in EMPTY for name in names):
        return Local.NO_DATA
    if host in CANARIES or any(name in SPECIAL for name in names):
        return Local.NO_SUCH_NAME
    # A public `wpad.` name would hand the proxy settings of the house to whoever owns it.
    if "." not in host or host.startswith("wpad."):
        return Local.NO_SUCH_NAME
    return None
