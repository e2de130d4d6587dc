"""Which body is a form of ours, and whose page it stood on."""

from __future__ import annotations

import pytest
from mitmproxy import http

from kidgate.proxy.forms import fields_of, has_form, is_ours


def request(body: str = "", method: str = "POST", **headers: str) -> http.Request:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return http.Request.make(method, "http://x.example/", body, named)


@pytest.mark.parametrize(
    ("method", "headers", "ours"),
    [
        ("POST", {"content_length": "100"}, True),
        ("POST", {"content_length": "101"}, False),
        ("POST", {"content_length": "1" * 30}, False),
        ("POST", {"content_length": "٣"}, False),
        ("POST", {"content_length": "10", "transfer_encoding": "chunked"}, False),
        ("GET", {"content_length": "10"}, False),
    ],
)
def test_form_is_small_and_says_how_long_it_is(
    method: str, headers: dict[str, str], ours: bool
) -> None:
    made = request(method=method)
    del made.headers["content-length"]
    for name, value in headers.items():
        made.headers[name.replace("_", "-")] = value
    assert has_form(made, 100) is ours


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ("a=1&b=%C4%91", {"a": "1", "b": "đ"}),
        ("a=&b=2", {"a": "", "b": "2"}),
        ("a=1&a=2", {}),
        ("", {}),
        ("nonsense", {}),
        ("&".join(f"f{n}=1" for n in range(9)), {}),
    ],
)
def test_fields_are_those_of_a_form_alone(body: str, fields: dict[str, str]) -> None:
    assert fields_of(request(body), 1000) == fields


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({}, True),
        ({"origin": "null", "sec_fetch_site": "same-origin"}, True),
        ({"origin": "https://x.example"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "http://["}, False),
        ({"sec_fetch_site": "cross-site"}, False),
        ({"sec_fetch_site": "same-site"}, False),
    ],
)
def test_other_sites_send_no_form_of_ours(headers: dict[str, str], ours: bool) -> None:
    assert is_ours(request("a=1", **headers), "x.example") is ours
