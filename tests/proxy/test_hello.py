"""The name in a ClientHello: read, or said to be unreadable; never taken for none."""

from __future__ import annotations

from typing import Any, cast

import pytest
from mitmproxy.tls import ClientHello

from kidgate.proxy.hello import ENCRYPTED_HELLO, SERVER_NAME, hides_its_name, sni_of


class Hello:
    def __init__(self, sni: str | None, *extensions: int) -> None:
        self.sni = sni
        self.extensions = [(kind, b"") for kind in extensions]


def hello(sni: str | None, *extensions: int) -> ClientHello:
    return cast(ClientHello, cast(Any, Hello(sni, *extensions)))


@pytest.mark.parametrize(
    ("found", "name", "bad"),
    [
        (hello("A.Example.", SERVER_NAME), "a.example", False),
        (hello(None), "", False),
        (hello(None, SERVER_NAME), "", True),
        (hello("a b", SERVER_NAME), "", True),
        (hello("", SERVER_NAME), "", True),
        (hello("a\0.example", SERVER_NAME), "", True),
    ],
)
def test_name_is_read_or_said_to_be_unreadable(found: ClientHello, name: str, bad: bool) -> None:
    read, fault = sni_of(found)
    assert read == name
    assert bool(fault) is bad


def test_encrypted_hello_is_seen() -> None:
    assert hides_its_name(hello("a.example", SERVER_NAME, ENCRYPTED_HELLO))
    assert not hides_its_name(hello("a.example", SERVER_NAME))
