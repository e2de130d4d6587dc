"""From config.yaml to what the workers are told: how names are answered, and whom they ask."""

from __future__ import annotations

from collections.abc import Sequence

from kidgate.documents.config import Config, Listener
from kidgate.documents.name_servers import NameServer, system_name_servers
from kidgate.proxy.dns.settings import DnsSettings


class AsksItself(ValueError):
    """The name servers to ask are this gateway; the message says what to do."""


def settings_of(config: Config) -> DnsSettings:
    return DnsSettings(
        block=config.dns.block,
        page_addresses=config.dns.page_addresses,
        blocked_ttl=config.dns.blocked_seconds,
        last_stage=config.dns.last_stage,
    )


def name_servers_of(
    config: Config, system: Sequence[NameServer] | None = None
) -> tuple[NameServer, ...]:
    """Whom the workers ask; () for the system's own resolver. Raises AsksItself.

    A gateway that serves names asks name servers itself, those of the system if none are given.
    """
    own = [listener for listener in config.listen if listener.way == "dns"]
    serves = any(listener.way in ("dns", "wireguard") for listener in config.listen)
    if not serves or config.resolver.servers:
        return config.resolver.servers
    found = system_name_servers() if system is None else system
    others = tuple(server for server in found if not _is_one_of(server, own))
    if not others:
        raise AsksItself(
            "this box asks itself for names, and Kidgate would answer by asking it; name servers "
            'for Kidgate belong in config.yaml, like `resolver: {servers: ["9.9.9.9"]}`'
        )
    return others


def _is_one_of(server: NameServer, own: Sequence[Listener]) -> bool:
    """Whether asking this server is asking ourselves: on a wildcard, any loopback address is us."""
    loopback = server.address.startswith("127.") or server.address == "::1"
    ours = [listener.host for listener in own if listener.port == server.port]
    return server.address in ours or (loopback and bool({"0.0.0.0", "::"} & {*ours}))
