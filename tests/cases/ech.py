"""TLS 1.3 with one more extension in the hello: aioquic's handshake under a record layer (RFC
8446, 5)."""

from __future__ import annotations

import ssl
import struct

from aioquic._buffer import Buffer
from aioquic.tls import (
    Alert,
    CipherSuite,
    Context,
    Direction,
    Epoch,
    cipher_suite_hash,
    hkdf_expand_label,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding

from tests.cases.hellos import ECH, Hello, TlsFailed, encrypted_client_hello

LEGACY = 0x0303
ALERT, HANDSHAKE, APPLICATION = 21, 22, 23
EPOCHS = (Epoch.INITIAL, Epoch.HANDSHAKE, Epoch.ONE_RTT)


class Keys:
    """One direction of one epoch."""

    def __init__(self, suite: CipherSuite, secret: bytes) -> None:
        algorithm = cipher_suite_hash(suite)
        self._cipher = AESGCM(hkdf_expand_label(algorithm, secret, b"key", b"", 16))
        self._iv = int.from_bytes(hkdf_expand_label(algorithm, secret, b"iv", b"", 12))
        self._count = 0

    def seal(self, kind: int, plain: bytes) -> bytes:
        head = struct.pack("!BHH", APPLICATION, LEGACY, len(plain) + 17)
        return head + self._cipher.encrypt(self._nonce(), plain + bytes([kind]), head)

    def open(self, head: bytes, sealed: bytes) -> tuple[int, bytes]:
        plain = self._cipher.decrypt(self._nonce(), sealed, head).rstrip(b"\0")
        return plain[-1], plain[:-1]

    def _nonce(self) -> bytes:
        nonce = (self._iv ^ self._count).to_bytes(12)
        self._count += 1
        return nonce


class EchEngine:
    """See `engines.Engine`."""

    def __init__(self, hello: Hello) -> None:
        self._tls = Context(
            is_client=True,
            alpn_protocols=list(hello.alpn),
            cipher_suites=[CipherSuite.AES_128_GCM_SHA256],
            server_name=hello.name,
            verify_mode=ssl.CERT_NONE,
        )
        self._tls.handshake_extensions.append((ECH, encrypted_client_hello()))
        self._tls.update_traffic_key_cb = self._new_key
        self._keys: dict[tuple[Direction, Epoch], Keys] = {}
        self._reading = Epoch.INITIAL
        self._waiting = b""
        self.ready = False
        self.leaf = b""
        self.protocol = ""

    def start(self) -> bytes:
        return self._shake(b"")

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        self._waiting += data
        outgoing = plain = b""
        while (record := self._record()) is not None:
            kind, body = record
            if kind == ALERT and body[-1:] != b"\0":  # 0: close_notify
                raise TlsFailed(f"alert {body[-1]}")
            if kind == HANDSHAKE and not self.ready:
                outgoing += self._shake(body)
            elif kind == APPLICATION:
                plain += body
        return outgoing, plain

    def seal(self, plain: bytes) -> bytes:
        keys = self._keys[Direction.ENCRYPT, Epoch.ONE_RTT]
        parts = [plain[at : at + 16000] for at in range(0, len(plain), 16000)]
        return b"".join(keys.seal(APPLICATION, part) for part in parts)

    def _record(self) -> tuple[int, bytes] | None:
        """The next whole record, opened."""
        if len(self._waiting) < 5:
            return None
        head = self._waiting[:5]
        kind, _, size = struct.unpack("!BHH", head)
        if len(self._waiting) < 5 + size:
            return None
        body, self._waiting = self._waiting[5 : 5 + size], self._waiting[5 + size :]
        if kind == APPLICATION:
            kind, body = self._keys[Direction.DECRYPT, self._reading].open(head, body)
        return kind, body

    def _shake(self, body: bytes) -> bytes:
        buffers = {epoch: Buffer(capacity=8192) for epoch in EPOCHS}
        try:
            self._tls.handle_message(body, buffers)
        except (Alert, AssertionError) as fault:
            raise TlsFailed(repr(fault)) from fault
        hello, finished = buffers[Epoch.INITIAL].data, buffers[Epoch.HANDSHAKE].data
        if not finished:
            return struct.pack("!BHH", HANDSHAKE, 0x0301, len(hello)) + hello if hello else b""
        certificate = self._tls._peer_certificate
        assert certificate is not None
        self.leaf = certificate.public_bytes(Encoding.DER)
        self.protocol = self._tls.alpn_negotiated or ""
        self.ready = True
        return self._keys[Direction.ENCRYPT, Epoch.HANDSHAKE].seal(HANDSHAKE, finished)

    def _new_key(
        self, direction: Direction, epoch: Epoch, suite: CipherSuite, secret: bytes
    ) -> None:
        self._keys[direction, epoch] = Keys(suite, secret)
        if direction is Direction.DECRYPT:
            self._reading = epoch
