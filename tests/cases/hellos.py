"""What an odd ClientHello says, and how it is cut into records or segments. No sockets, no
crypto."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass

ECH = 0xFE0D


@dataclass(frozen=True, slots=True)
class Hello:
    """`name` None: no server name; it may be no valid name."""

    name: str | None
    alpn: tuple[str, ...] = ("http/1.1",)
    version: str = ""  # 1.0: that version alone
    ech: str = ""  # real | grease: on the wire they look alike
    fragment: str = ""  # tls-record | tcp
    size: int = 1  # bytes of a TCP segment
    at: str = "inside-sni"

    def cut(self, flight: bytes) -> list[bytes]:
        """The first flight in the pieces in which it is sent."""
        match self.fragment:
            case "":
                return [flight]
            case "tcp":
                return [flight[i : i + self.size] for i in range(0, len(flight), self.size)]
            case "tls-record":
                return [in_two_records(flight, self._place(flight))]
            case _:
                raise ValueError(f"no fragmentation is called `{self.fragment}`")

    def _place(self, flight: bytes) -> int:
        name = (self.name or "").encode()
        found = flight.find(name) if name and self.at == "inside-sni" else -1
        return found + len(name) // 2 if found > 0 else len(flight) // 2


class TlsFailed(ConnectionError):
    """The handshake did not come about; the message is the peer's alert or our own objection."""


def in_two_records(flight: bytes, place: int) -> bytes:
    """One handshake record as two, cut at `place` of the flight (RFC 8446 section 5.1 allows
    it)."""
    kind, version, _ = struct.unpack("!BHH", flight[:5])
    body, cut = flight[5:], max(place - 5, 1)
    parts = (body[:cut], body[cut:])
    return b"".join(struct.pack("!BHH", kind, version, len(part)) + part for part in parts)


def encrypted_client_hello() -> bytes:
    """RFC 9849 section 5: outer, HKDF-SHA256 with AES-128-GCM, an X25519 share, some ciphertext."""
    share, payload = os.urandom(32), os.urandom(208)
    suite = struct.pack("!BHHB", 0, 1, 1, os.urandom(1)[0])
    return suite + struct.pack("!H", 32) + share + struct.pack("!H", len(payload)) + payload
