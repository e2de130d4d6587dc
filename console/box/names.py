"""Who tells the devices names: what DHCP hands out, and whom we ask ourselves."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kidgate.console.box.check import Check, ok, warn, wrong

if TYPE_CHECKING:
    from kidgate.console.app import App

DNSMASQ = (Path("/etc/dnsmasq.conf"), Path("/etc/dnsmasq.d"))
# `dhcp-option=option:dns-server,1.2.3.4,...`, `dhcp-option=tag:kids,6,1.2.3.4`, and with IPv6
# `dhcp-option=option6:dns-server,[2001:db8::1]` (dnsmasq(8)).
_OPTION = re.compile(
    r"^\s*dhcp-option(?:-force)?\s*=\s*(?:[^#]*,)?(?:option6?:dns-server|option:6|6)\s*,([^#]*)"
)
SECONDS = 5.0


def dhcp(app: App) -> Iterator[Check]:
    """dnsmasq's settings, where they can be read; devices ask whom DHCP names."""
    if not any(listener.way == "dns" for listener in app.config.listen):
        return
    own = own_addresses()
    for path, line, address in handed_out(DNSMASQ):
        if address not in own and address not in ("0.0.0.0", "::"):  # they stand for dnsmasq's own
            yield wrong("DHCP", "dhcp_other", path=path, line=line, address=address)


def handed_out(places: tuple[Path, ...]) -> Iterator[tuple[Path, int, str]]:
    """File, line and address of each name server that dnsmasq hands out."""
    for place in places:
        for path in sorted(place.glob("*")) if place.is_dir() else [place]:
            try:
                lines = path.read_text(errors="replace").splitlines()
            except OSError:
                continue
            for number, line in enumerate(lines, 1):
                if found := _OPTION.match(line):
                    for address in found[1].split(","):
                        yield path, number, address.strip().strip("[]")


def own_addresses() -> set[str]:
    """Every address of this box that a device could be told."""
    import json
    import subprocess

    try:
        text = subprocess.run(
            ["ip", "-j", "addr"], capture_output=True, text=True, timeout=SECONDS, check=False
        ).stdout
        links = json.loads(text or "[]")
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return {"127.0.0.1", "::1"}
    return {info["local"] for link in links for info in link.get("addr_info", [])}


def settings(app: App) -> Iterator[Check]:
    """Whether whom we ask is ourselves, and whether blocked names can show a page."""
    from kidgate.proxy.dns.setup import AsksItself, name_servers_of

    config = app.config
    try:
        name_servers_of(config)
    except AsksItself as fault:
        yield wrong("DNS", "dns_itself", why=fault)
    serves = any(listener.way == "dns" for listener in config.listen)
    if serves and config.dns.block == "page" and not config.dns.page_addresses:
        yield warn("DNS", "dns_no_page")


def online(app: App) -> Iterator[Check]:
    """Ask every name server once for the root, which tells nobody anything of this house."""
    from kidgate.proxy.dns.setup import AsksItself, name_servers_of

    try:
        servers = name_servers_of(app.config)
    except AsksItself:
        return
    if not servers:
        yield _system()
        return
    trusted = str(app.home.run / "upstream-roots.pem")
    for server in servers:
        if why := asyncio.run(_asked(server, trusted)):
            yield wrong("DNS", "dns_silent", server=server, why=why)
        else:
            yield ok("DNS", "dns_answers", server=server)


async def _asked(server: object, trusted: str) -> str:
    """Why there was no answer; empty: there was one."""
    import dns.message
    import dns.rdatatype

    from kidgate.documents.name_servers import NameServer
    from kidgate.proxy.dns.transports import transport

    assert isinstance(server, NameServer)
    try:
        await transport(server, trusted).ask(dns.message.make_query(".", dns.rdatatype.NS), SECONDS)
    except Exception as fault:  # sockets, TLS, HTTP, and whatever a server may send
        return str(fault) or type(fault).__name__
    return ""


def _system() -> Check:
    """The system's resolver can only be asked for a name; this one is made for it (RFC 6761)."""
    try:
        socket.getaddrinfo("example.com", 443, type=socket.SOCK_STREAM)
    except OSError as fault:
        return wrong("DNS", "dns_silent", server="/etc/resolv.conf", why=fault.strerror or fault)
    return ok("DNS", "dns_answers", server="/etc/resolv.conf")
