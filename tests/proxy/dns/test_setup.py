"""Whom the workers ask, and that they never ask themselves."""

from __future__ import annotations

import pytest

from kidgate.documents.config import Config, Listener
from kidgate.documents.config import Resolver as ResolverConfig
from kidgate.documents.name_servers import NameServer, parse_name_server
from kidgate.proxy.dns.setup import AsksItself, name_servers_of

ROUTER, STUB = parse_name_server("192.0.2.1"), parse_name_server("127.0.0.53")


def config(*listen: str, servers: tuple[NameServer, ...] = ()) -> Config:
    places = tuple(Listener(host, 53, "dns") for host in listen)
    return Config(listen=places, resolver=ResolverConfig(servers=servers))


def test_system_resolver_is_asked_by_a_gateway_that_serves_no_names() -> None:
    assert name_servers_of(config(), [ROUTER]) == ()


def test_servers_of_the_system_are_asked_by_one_that_does() -> None:
    assert name_servers_of(config("192.168.1.2"), [ROUTER, STUB]) == (ROUTER, STUB)


def test_servers_of_the_owner_come_first() -> None:
    servers = (parse_name_server("tls://dns.quad9.net@9.9.9.9"),)
    assert name_servers_of(config("0.0.0.0", servers=servers), [ROUTER]) == servers


@pytest.mark.parametrize(("listen", "left"), [("0.0.0.0", (ROUTER,)), ("127.0.0.53", (ROUTER,))])
def test_own_address_is_never_asked(listen: str, left: tuple[NameServer, ...]) -> None:
    assert name_servers_of(config(listen), [STUB, ROUTER]) == left


def test_box_that_asks_only_itself_says_what_to_write() -> None:
    with pytest.raises(AsksItself, match="asks itself for names"):
        name_servers_of(config("::"), [STUB])
