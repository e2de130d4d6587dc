"""A WireGuard client for tests, as the protocol's paper has it (wireguard.com/papers), on a TUN
device: whatever runs beside it goes through the tunnel. It stays for one handshake's two minutes.

    python -m tests.lan.wireguard_client PRIVATE PUBLIC HOST PORT ADDRESS...
"""

from __future__ import annotations

import fcntl
import hmac
import os
import select
import socket
import struct
import subprocess
import sys
import time
from base64 import b64decode
from hashlib import blake2s

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

CONSTRUCTION = b"Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s"
IDENTIFIER = b"WireGuard v1 zx2c4 Jason@zx2c4.com"
INITIATION, RESPONSE, DATA = 1, 2, 4
OURS = 7  # our index, told to the server
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000
DEVICE, MTU = b"wgc0", "1380"


def digest(data: bytes) -> bytes:
    return blake2s(data).digest()


def mac(key: bytes, data: bytes) -> bytes:
    return hmac.new(key, data, blake2s).digest()


def derive(key: bytes, data: bytes, count: int) -> list[bytes]:
    secret, found = mac(key, data), [b""]
    for number in range(1, count + 1):
        found.append(mac(secret, found[-1] + bytes((number,))))
    return found[1:]


def nonce(counter: int) -> bytes:
    return struct.pack("<4xQ", counter)


class Session:
    """One handshake, and the packets after it."""

    def __init__(self, private: bytes, server: bytes) -> None:
        self.static, self.server = X25519PrivateKey.from_private_bytes(private), server
        self.ephemeral = X25519PrivateKey.generate()
        self.chain = digest(CONSTRUCTION)
        self.hash = digest(digest(self.chain + IDENTIFIER) + server)
        self.sent = 0

    def initiation(self) -> bytes:
        public = self.ephemeral.public_key().public_bytes_raw()
        (self.chain,) = derive(self.chain, public, 1)
        self.hash = digest(self.hash + public)
        named = self._seal(self.ephemeral, self.static.public_key().public_bytes_raw())
        stamp = struct.pack(">QI", 2**62 + int(time.time()), time.time_ns() % 10**9)
        stamped = self._seal(self.static, stamp)
        message = struct.pack("<B3xI", INITIATION, OURS) + public + named + stamped
        key = digest(b"mac1----" + self.server)
        return message + blake2s(message, key=key, digest_size=16).digest() + bytes(16)

    def _seal(self, ours: X25519PrivateKey, text: bytes) -> bytes:
        shared = ours.exchange(X25519PublicKey.from_public_bytes(self.server))
        self.chain, key = derive(self.chain, shared, 2)
        sealed = ChaCha20Poly1305(key).encrypt(nonce(0), text, self.hash)
        self.hash = digest(self.hash + sealed)
        return sealed

    def take_response(self, message: bytes) -> None:
        self.theirs = message[4:8]
        public, nothing = message[12:44], message[44:60]
        (self.chain,) = derive(self.chain, public, 1)
        self.hash = digest(self.hash + public)
        other = X25519PublicKey.from_public_bytes(public)
        for ours in (self.ephemeral, self.static):
            (self.chain,) = derive(self.chain, ours.exchange(other), 1)
        self.chain, extra, key = derive(self.chain, bytes(32), 3)
        self.hash = digest(self.hash + extra)
        ChaCha20Poly1305(key).decrypt(nonce(0), nothing, self.hash)
        send, receive = derive(self.chain, b"", 2)
        self.send, self.receive = ChaCha20Poly1305(send), ChaCha20Poly1305(receive)

    def seal(self, packet: bytes) -> bytes:
        padded = packet + bytes(-len(packet) % 16)
        head = struct.pack("<B3x4sQ", DATA, self.theirs, self.sent)
        sealed = self.send.encrypt(nonce(self.sent), padded, b"")
        self.sent += 1
        return head + sealed

    def open(self, message: bytes) -> bytes:
        (counter,) = struct.unpack_from("<Q", message, 8)
        return self.receive.decrypt(nonce(counter), message[16:], b"")


def handshake(sock: socket.socket, private: str, server: str) -> Session | None:
    """None: the server does not answer this key."""
    session = Session(b64decode(private), b64decode(server))
    sock.send(session.initiation())
    sock.settimeout(3)
    try:
        message = sock.recv(2048)
    except OSError:
        return None
    if message[0] != RESPONSE:
        return None
    session.take_response(message)
    return session


def device(addresses: list[str]) -> int:
    """A TUN device with these addresses, where all but the gate's network goes."""
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", DEVICE, IFF_TUN | IFF_NO_PI))
    name = DEVICE.decode()
    for address in addresses:
        extra = ["nodad"] if ":" in address else []
        subprocess.run(["ip", "addr", "add", address, "dev", name, *extra], check=True)
    subprocess.run(["ip", "link", "set", name, "mtu", MTU, "up"], check=True)
    for family in ("-4", "-6"):
        subprocess.run(["ip", family, "route", "replace", "default", "dev", name], check=True)
    return tun


def main(private: str, server: str, host: str, port: str, *addresses: str) -> None:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.connect((host, int(port)))
    session = handshake(sock, private, server)
    if session is None:
        print("silent", flush=True)
        return
    tun = device(list(addresses))
    print("ready", flush=True)
    carry(session, tun, sock)


def carry(session: Session, tun: int, sock: socket.socket, end: int = -1) -> None:
    """Packets both ways, for ever, or until the descriptor `end` can be read."""
    sock.setblocking(False)
    watched = [tun, sock.fileno(), *((end,) if end >= 0 else ())]
    while True:
        for one in select.select(watched, [], [])[0]:
            if one == end:
                return
            if one == tun:
                sock.send(session.seal(os.read(tun, 65_536)))
                continue
            message = sock.recv(65_536)
            if message[0] == DATA and (packet := session.open(message)):
                os.write(tun, packet)


if __name__ == "__main__":
    main(*sys.argv[1:])
