"""Parts of mitmproxy's TLS, and of pyOpenSSL below it, that give the same with less work.

`shortcuts` says on what terms such parts stand here; `test_tls_shortcuts.py` sets each beside the
original. Of some 7 ms of CPU that a new opened connection cost:

- A leaf and its key are written as DER and parsed anew for each connection: 0.4 ms.
- The certificates of an origin are parsed for `certificate_list`, which nobody here reads.
- Whether a name is a host name is asked four times of each connection: 0.2 ms.
- Each look for bytes to send takes 64 kB of memory and ends in an exception, as does each read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from logging import WARNING
from typing import Any

from cryptography import x509
from mitmproxy import connection
from mitmproxy.net import check
from mitmproxy.net.http import url
from mitmproxy.proxy import commands, events
from mitmproxy.proxy.layers import tls
from OpenSSL import SSL, crypto

LEAVES = 1024  # certificates, and keys, in OpenSSL's own form
LONGEST_NAME = 255  # RFC 1035; what is longer is no host name and is not remembered
READ_BYTES = 65_535
_lib: Any = SSL._lib  # type: ignore[attr-defined]
_ffi: Any = SSL._ffi  # type: ignore[attr-defined]
_room = _ffi.new("char[]", READ_BYTES)  # of the one thread that speaks TLS
_is_valid_host: Callable[[Any], bool] = check.is_valid_host
_known_host = lru_cache(4096)(_is_valid_host)


def is_valid_host(host: str | bytes) -> bool:
    """For `check.is_valid_host`."""
    return _known_host(host) if len(host) <= LONGEST_NAME else _is_valid_host(host)


@lru_cache(LEAVES)
def _certificate(certificate: x509.Certificate) -> crypto.X509:
    return crypto.X509.from_cryptography(certificate)


@lru_cache(LEAVES)
def _key(key: Any) -> crypto.PKey:
    return crypto.PKey.from_cryptography_key(key)


def use_certificate(conn: SSL.Connection, certificate: x509.Certificate) -> None:
    """For `SSL.Connection.use_certificate`."""
    used = _lib.SSL_use_certificate(conn._ssl, _certificate(certificate)._x509)
    SSL._openssl_assert(used == 1)


def use_privatekey(conn: SSL.Connection, key: Any) -> None:
    """For `SSL.Connection.use_privatekey`."""
    used = _lib.SSL_use_PrivateKey(conn._ssl, _key(key)._pkey)
    SSL._openssl_assert(used == 1)


def get_peer_cert_chain(conn: SSL.Connection) -> None:
    """For `SSL.Connection.get_peer_cert_chain`: OpenSSL has verified it, nobody reads it."""


def tls_interact(layer: tls.TLSLayer) -> Iterator[commands.Command]:
    """For `TLSLayer.tls_interact`."""
    bio = layer.tls._from_ssl
    while (size := _lib.BIO_read(bio, _room, READ_BYTES)) > 0:
        yield commands.SendData(layer.conn, _ffi.buffer(_room, size)[:])


def receive_data(layer: tls.TLSLayer, data: bytes) -> Iterator[commands.Command]:
    """For `TLSLayer.receive_data`."""
    if data:
        layer.tls.bio_write(data)
    plain, closed, fault = _read(layer.tls)
    if fault is not None:
        yield commands.Log(f"TLS Error: {fault}", WARNING)
    yield from layer.tls_interact()
    if plain:
        yield from layer.event_to_child(events.DataReceived(layer.conn, plain))
    if closed:
        layer.conn.state &= ~connection.ConnectionState.CAN_READ
        yield from layer.event_to_child(events.ConnectionClosed(layer.conn))


def _read(conn: SSL.Connection) -> tuple[bytes, bool, SSL.Error | None]:
    """All that can be read now, whether the other side has ended, and what went wrong."""
    ssl = conn._ssl
    parts = []
    while (size := _lib.SSL_read(ssl, _room, READ_BYTES)) > 0:
        parts.append(_ffi.buffer(_room, size)[:])
    plain = parts[0] if len(parts) == 1 else b"".join(parts)
    if _lib.SSL_get_error(ssl, size) == _lib.SSL_ERROR_WANT_READ:
        return plain, False, None
    try:
        conn._raise_ssl_error(ssl, size)
    except SSL.ZeroReturnError:
        return plain, True, None
    except SSL.Error as fault:
        return plain, False, fault
    return plain, False, None


PARTS = (
    (check, "is_valid_host", is_valid_host),
    (url, "is_valid_host", is_valid_host),
    (SSL.Connection, "use_certificate", use_certificate),
    (SSL.Connection, "use_privatekey", use_privatekey),
    (SSL.Connection, "get_peer_cert_chain", get_peer_cert_chain),
    (tls.TLSLayer, "tls_interact", tls_interact),
    (tls.TLSLayer, "receive_data", receive_data),
)
