"""Every case in the words of a device that knows of no proxy, or of a SOCKS proxy."""

from __future__ import annotations

import ipaddress
import re
import struct
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.cases.explicit import END, Translator, Unknown
from tests.cases.hellos import Hello
from tests.cases.steps import Attempt, Step
from tests.cases.world import Case

ABSOLUTE = re.compile(rb"^([A-Z]+) http://([^/\s]*)", re.IGNORECASE)
COMMANDS = {"connect": 1, "bind": 2, "udp-associate": 3}
NAME, IPV4, IPV6 = 3, 1, 4
TLS_HELLO = "tls-hello:"
# To the proxy's own port, or through a tunnel that only a proxy opens.
OF_A_PROXY = ("connect",)


def can_carry(case: Case) -> bool:
    """Whether a redirected connection can say the same."""
    client = case.client
    if case.mode not in ("transparent", "explicit") or any(key in client for key in OF_A_PROXY):
        return False
    return "dst_ip" in client or "url" in client or "sequence" in client


class Redirected(Translator):
    """`gateway` and its SOCKS port are the world's."""

    def attempts(self, case: Case) -> list[Attempt]:
        """Every way to carry the case without an HTTP proxy. Raises Unknown."""
        client = case.client
        if "socks" in client:
            return [self._socks(case)]
        text = str(client.get("payload_gen", ""))
        if text.startswith(TLS_HELLO):  # a client that says hello goes on when it is answered
            name = text.removeprefix(TLS_HELLO)
            more = {k: v for k, v in client.items() if not k.startswith("payload_")}
            case = replace(case, client={**more, "sni": name, "http_host": name})
        plain = {k: v for k, v in case.client.items() if k not in ("proto", "src_ip", "src_mac")}
        found = super().attempts(replace(case, client=plain))[-1]
        steps = tuple(self._redirected(step, plain) for step in found.steps)
        return [Attempt("redirected", steps, found.hosts)]

    def _redirected(self, step: Step, client: Mapping[str, Any]) -> Step:
        if step.connect:
            host, _, port = step.connect.rpartition(":")
            return replace(step, connect="", to=self._place(host.strip("[]"), int(port), client))
        found = ABSOLUTE.match(step.http1)
        if found is None:
            raise Unknown("a request that only a proxy is sent")
        host, _, port = found[2].decode().partition(":")
        raw = ABSOLUTE.sub(rb"\1 ", step.http1, count=1)
        raw = raw.replace(b"  ", b" / ", 1) if raw.split(b" ", 2)[1] == b"" else raw
        return replace(step, http1=raw, to=self._place(host, int(port or 80), client))

    def _place(self, host: str, port: int, client: Mapping[str, Any]) -> tuple[str, int]:
        if "dst_ip" in client:
            return client["dst_ip"], client["dst_port"]
        try:
            ipaddress.ip_address(host)
            return host, port
        except ValueError:
            return self._world.addresses(host)[0], port

    def _socks(self, case: Case) -> Attempt:
        client, call = case.client, case.client["socks"]
        kind = {"domain": NAME, "ipv4": IPV4, "ipv6": IPV6}[call["atyp"]]
        address = call["addr"]
        place = (
            bytes((len(address.encode()),)) + address.encode()
            if kind == NAME
            else ipaddress.ip_address(address).packed
        )
        head = bytes((call["version"], COMMANDS[call["cmd"]], 0, kind))
        request = head + place + struct.pack("!H", call["port"])
        gateway = self._world.gateway
        to = (gateway["lan_ip"], gateway["socks_port"])
        about = ((str(client.get("http_host") or address), str(address)),)
        raw = client.get("raw", "").encode()
        if "sni" in client:
            host = client.get("http_host") or client["sni"]
            raw = raw or f"GET / HTTP/1.1\r\nHost: {host}\r\n{END}".encode()
            step = Step(to=to, socks=request, hello=Hello(client["sni"]), http1=raw)
            return Attempt("SOCKS", (replace(step, methods=("GET",)),), about)
        raw = raw or f"GET / HTTP/1.1\r\nHost: {address}\r\n{END}".encode()
        return Attempt("SOCKS", (Step(to=to, socks=request, http1=raw, methods=("GET",)),), about)
