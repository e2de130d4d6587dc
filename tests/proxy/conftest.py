"""Fixtures of the proxy's tests."""

from __future__ import annotations

import pytest
from mitmproxy.options import Options
from mitmproxy.proxy.layers import http as http_layer
from mitmproxy.proxy.layers.http import _http1, _http2

from kidgate.proxy import host
from tests.proxy.stand import all_options


@pytest.fixture(scope="session")
def options() -> Options:
    found = all_options()
    found.update(connection_strategy="lazy", rawtcp=False)
    return found


@pytest.fixture
def refused() -> list[str]:
    """Why request heads were refused."""
    return []


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, refused: list[str]) -> None:
    """Our parts in mitmproxy, for one test; the largest head is 2,000 bytes."""
    for module, name in (
        (http_layer, "Http1Server"),
        (http_layer, "HttpStream"),
        (_http1, "make_error_response"),
        (_http2, "format_error"),
        *((owner, name) for owner, name, _ in host.CHEAPER),
    ):
        monkeypatch.setattr(module, name, getattr(module, name))
    for name in ("max_head", "on_refused"):
        monkeypatch.setattr(host.CheckedHttp1Server, name, host.CheckedHttp1Server.__dict__[name])
    for name in ("max_held", "longest"):
        monkeypatch.setattr(host.EarlyHttpStream, name, host.EarlyHttpStream.__dict__[name])
    host.install(
        max_head=2000,
        max_held=2000,
        error_page=lambda status, message: f"page {status}".encode(),
        on_refused=lambda client, why: refused.append(why),
        longest=lambda flow: 3000 if "large" in flow.request.path else 0,
    )
