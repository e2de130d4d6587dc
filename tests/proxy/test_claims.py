"""What a browser says of a request."""

from __future__ import annotations

import pytest
from mitmproxy import http

from kidgate.proxy.claims import initiator_of, resource_of


def headers(**fields: str) -> http.Headers:
    return http.Headers(
        [(name.replace("_", "-").encode(), value.encode()) for name, value in fields.items()]
    )


@pytest.mark.parametrize(
    ("fields", "host"),
    [
        ({}, ""),
        ({"origin": "https://A.Example"}, "a.example"),
        ({"origin": "https://a.example:8443"}, "a.example"),
        ({"origin": "https://[2001:DB8::1]:81"}, "2001:db8::1"),
        ({"referer": "https://b.example/x?y#z"}, "b.example"),
        ({"referer": "https://münchen.example/"}, "xn--mnchen-3ya.example"),
        ({"origin": "https://a.example", "referer": "https://b.example/"}, "a.example"),
        ({"origin": "null", "referer": "https://b.example/"}, "b.example"),
        ({"origin": "null"}, ""),
        ({"referer": "about:client"}, ""),
        ({"referer": "android-app://a.example/"}, ""),
        ({"referer": "https://a.example@b.example/"}, ""),
        ({"referer": "https:///"}, ""),
        ({"referer": "https://a.example\\@b.example/"}, "a.example"),
        ({"origin": "https://a b"}, ""),
    ],
)
def test_initiator(fields: dict[str, str], host: str):
    assert initiator_of(headers(**fields)) == host


def test_initiator_said_twice_is_unknown():
    twice = http.Headers([(b"origin", b"https://a.example"), (b"origin", b"https://b.example")])
    assert initiator_of(twice) == ""


@pytest.mark.parametrize(
    ("fields", "resource"),
    [
        ({}, ""),
        ({"sec_fetch_dest": "script"}, "script"),
        ({"sec_fetch_dest": "empty", "upgrade": "WebSocket"}, "websocket"),
        ({"sec_fetch_dest": "image", "accept": "text/html"}, "image"),
        ({"accept": "text/html,application/xhtml+xml"}, "document"),
        ({"accept": "image/avif,image/webp"}, "image"),
        ({"accept": "text/css,*/*;q=0.1"}, "style"),
        ({"accept": "*/*"}, ""),
    ],
)
def test_resource(fields: dict[str, str], resource: str):
    assert resource_of(headers(**fields)) == resource
