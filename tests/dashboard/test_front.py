from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from kidgate.dashboard.serving.serve import serve
from kidgate.proxy.ca import PUBLIC, ensure_ca

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def tell(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """Who asks, how, and what came."""
    size = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(size)
    start("200 OK", [("Content-Type", "text/plain")])
    said = f"{environ['REMOTE_ADDR']} {environ['wsgi.url_scheme']} {len(body)}"
    return [said.encode()]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int, Path]]:
    """Ports of HTTP and HTTPS, and the authority that devices trust."""
    folder = tmp_path_factory.mktemp("ca")
    ensure_ca(folder, now=datetime.now(UTC))
    plain, secure = (socket.create_server(("127.0.0.1", 0)) for _ in range(2))
    ports = plain.getsockname()[1], secure.getsockname()[1]
    thread = threading.Thread(
        target=serve,
        args=(tell, [plain], [secure]),
        kwargs={"ca": folder, "names": ("box.example",), "now": lambda: datetime.now(UTC)},
        daemon=True,
    )
    thread.start()
    yield *ports, folder / PUBLIC


def test_request_over_http_tells_its_caller(places: tuple[int, int, Path]) -> None:
    connection = HTTPConnection("127.0.0.1", places[0], 10, source_address=("127.0.0.9", 0))
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"127.0.0.9 http 0"


def test_request_over_https_tells_its_caller_and_trusts_the_house(
    places: tuple[int, int, Path],
) -> None:
    trusts = ssl.create_default_context(cafile=str(places[2]))
    connection = HTTPSConnection(
        "127.0.0.1", places[1], timeout=10, context=trusts, source_address=("127.0.0.8", 0)
    )
    for size in (0, 300_000):  # twice on one connection
        connection.request("POST", "/", body=b"x" * size)
        assert connection.getresponse().read() == f"127.0.0.8 https {size}".encode()


def test_certificate_holds_for_the_names_that_were_configured(
    places: tuple[int, int, Path],
) -> None:
    trusts = ssl.create_default_context(cafile=str(places[2]))
    with (
        socket.create_connection(("127.0.0.1", places[1]), 10) as raw,
        trusts.wrap_socket(raw, server_hostname="box.example") as tls,
    ):
        assert tls.version() in ("TLSv1.2", "TLSv1.3")


def test_caller_that_says_nothing_does_not_keep_others_out(
    places: tuple[int, int, Path],
) -> None:
    trusts = ssl.create_default_context(cafile=str(places[2]))
    silent = [socket.create_connection(("127.0.0.1", places[1]), 10) for _ in range(20)]
    try:
        connection = HTTPSConnection("127.0.0.1", places[1], timeout=10, context=trusts)
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
    finally:
        for sock in silent:
            sock.close()
