"""Requests that ask for a tunnel by their head."""

from __future__ import annotations

import pytest

from kidgate.policies.tunnels import tunnel_of_head


@pytest.mark.parametrize(
    ("path", "headers", "tunnel"),
    [
        ("/", {}, ""),
        ("/dns-query?dns=AAAA", {}, "doh"),
        ("/resolve", {"accept": "Application/DNS-Message; q=1"}, "doh"),
        ("/", {"content_type": "application/dns-json"}, "doh"),
        ("/", {"upgrade": "WebSocket"}, ""),
        ("/", {"upgrade": "h2c"}, ""),
        ("/", {"upgrade": "connect-udp"}, "upgrade"),
        ("/about-dns-query", {}, ""),
        (
            "/r?dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB",
            {},
            "doh",
        ),  # RFC 8484 section 4.1.1
        ("/r?x=1&dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB", {}, "doh"),
        ("/help?dns=8.8.8.8", {}, ""),
        ("/help?dns=google-public-dns-address", {}, ""),
        ("/", {"accept": "*/*, application/oblivious-dns-message"}, "doh"),
        ("/.well-known/masque/udp/192.0.2.6/443/", {}, "upgrade"),
    ],
)
def test_tunnel_is_known_by_path_or_headers(
    path: str, headers: dict[str, str], tunnel: str
) -> None:
    assert tunnel_of_head(path, **headers) == tunnel
