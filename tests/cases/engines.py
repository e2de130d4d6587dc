"""TLS clients without sockets. Neither verifies: what a client trusts is judged by the leaf,
afterwards.

pyOpenSSL plays most hellos; `ech.py` those with an extension that OpenSSL does not let us send.
"""

from __future__ import annotations

from typing import Protocol

from OpenSSL import SSL, crypto

from tests.cases.ech import EchEngine
from tests.cases.hellos import Hello, TlsFailed

TLS1_0 = 0x0301
RECORD = 16384


class Engine(Protocol):
    ready: bool  # the handshake is done
    leaf: bytes  # DER, once it is
    protocol: str  # as ALPN chose it

    def start(self) -> bytes:
        """The first flight."""
        ...

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        """Bytes from the peer -> (bytes to send, plain text). Raises TlsFailed."""
        ...

    def seal(self, plain: bytes) -> bytes: ...


def engine_for(hello: Hello) -> Engine:
    return EchEngine(hello) if hello.ech else OpenSslEngine(hello)


class OpenSslEngine:
    def __init__(self, hello: Hello) -> None:
        context = SSL.Context(SSL.TLS_CLIENT_METHOD)
        if hello.version == "1.0":
            context.set_cipher_list(b"ALL:@SECLEVEL=0")
            context.set_min_proto_version(TLS1_0)
            context.set_max_proto_version(TLS1_0)
        if hello.alpn:
            context.set_alpn_protos([name.encode() for name in hello.alpn])
        self._tls = SSL.Connection(context, None)
        if hello.name is not None:
            self._tls.set_tlsext_host_name(hello.name.encode())
        self._tls.set_connect_state()
        self.ready = False
        self.leaf = b""
        self.protocol = ""

    def start(self) -> bytes:
        return self._shake()

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        outgoing = b""
        self._tls.bio_write(data)
        if not self.ready:
            outgoing = self._shake()
        return outgoing, self._plain() if self.ready else b""

    def seal(self, plain: bytes) -> bytes:
        sealed = []
        for at in range(0, len(plain), RECORD):
            self._tls.send(plain[at : at + RECORD])
            sealed.append(self._pending())
        return b"".join(sealed)

    def _shake(self) -> bytes:
        try:
            self._tls.do_handshake()
        except SSL.WantReadError:
            return self._pending()
        except SSL.Error as fault:
            raise TlsFailed(str(fault)) from fault
        certificate = self._tls.get_peer_certificate()
        assert certificate is not None
        self.leaf = crypto.dump_certificate(crypto.FILETYPE_ASN1, certificate)
        self.protocol = self._tls.get_alpn_proto_negotiated().decode()
        self.ready = True
        return self._pending()

    def _plain(self) -> bytes:
        plain = []
        try:
            while True:
                plain.append(self._tls.recv(65536))
        except (SSL.WantReadError, SSL.ZeroReturnError):
            pass
        except SSL.Error as fault:
            if not plain:
                raise TlsFailed(str(fault)) from fault
        return b"".join(plain)

    def _pending(self) -> bytes:
        pending = []
        try:
            while True:
                pending.append(self._tls.bio_read(65536))
        except SSL.WantReadError:
            return b"".join(pending)
