"""What a device's WireGuard app is told: one text, scanned as a QR code and kept nowhere here."""

from __future__ import annotations

from dataclasses import dataclass

from kidgate.documents.config import Listener
from kidgate.documents.home import Home
from kidgate.policies.names import InvalidName, parse_authority
from kidgate.policies.tunnel_keys import NAME_SERVER, tunnel_addresses, tunnel_port
from kidgate.proxy.wireguard.keys import new_pair, public_of, server_key

FIRST_PORT = 51820
ANYWHERE = ("0.0.0.0", "::")
CONFIG = """\
[Interface]
PrivateKey = {private}
Address = {four}/32, {six}/128
DNS = {names}

[Peer]
PublicKey = {server}
AllowedIPs = 0.0.0.0/0, ::/0
Endpoint = {host}:{port}
"""


@dataclass(frozen=True, slots=True)
class Peer:
    """A device's way in, made now."""

    config: str  # holds the private key
    public: str
    port: int  # UDP, as the device writes it
    own_port: int  # that the box listens on


def new_peer(home: Home, listener: Listener, endpoint: str, number: int) -> Peer:
    """A pair of keys and the text for tunnel `number`. `endpoint` is where a device finds this box,
    HOST or HOST:PORT. Raises ValueError, or OSError where the box's own key cannot be used."""
    host, first = endpoint_of(endpoint, listener)
    port = tunnel_port(first, number)
    server = public_of(server_key(home.wireguard))
    private, public = new_pair()
    four, six = tunnel_addresses(number)
    text = CONFIG.format(
        private=private, server=server, host=host, port=port, four=four, six=six, names=NAME_SERVER
    )
    return Peer(text, public, port, tunnel_port(listener.port, number))


def endpoint_of(text: str, listener: Listener) -> tuple[str, int]:
    """Host and first port as a device writes them. Raises ValueError."""
    if not text and listener.host in ANYWHERE:
        raise ValueError("say where a device finds this box, for example home.example")
    try:
        host, port = parse_authority(text, listener.port) if text else (listener.host, 0)
    except InvalidName as fault:
        raise ValueError(str(fault)) from None
    return (f"[{host}]" if ":" in host else host), port or listener.port
