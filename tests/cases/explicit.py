"""Every case in the words of an explicit proxy: what a browser with a proxy setting would send.

The choice is the honest one: where the address is one of the name's own, the client says the name
(CONNECT name, or an absolute URL); where the two disagree it says the address, as a hosts-file
trick or a forged Host would make it. Plain HTTP to an address goes both ways.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from tests.cases import bodies
from tests.cases.hellos import Hello
from tests.cases.records import DEFAULT, Reply
from tests.cases.steps import Attempt, Headers, Step
from tests.cases.world import Case, World

REQUEST_LINE = re.compile(rb"^([A-Z]+) \S+[ \t]+HTTP/1\.[01]\r?$", re.MULTILINE)
HOST = re.compile(rb"^host:[ \t]*(\S+)[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
ABSOLUTE = re.compile(rb"^[A-Z]+ https?://(?:[^/@\s]*@)?(\[[^\]]*\]|[^/:\s]*)", re.IGNORECASE)
STEP = re.compile(r"(?P<url>\S+)(?: -> (?P<status>\d{3})(?: (?P<rest>.+))?)?")
END = "Connection: close\r\n\r\n"
KNOWN = frozenset(
    [
        "raw",
        "raw_hex",
        "url",
        "method",
        "headers",
        "connect",
        "dst_ip",
        "dst_port",
        "sni",
        "http_host",
        "ech",
        "fragment",
        "at",
        "size",
        "alpn",
        "client_tls",
        "upstream_cert",
        "upstream_tls",
        "payload_text",
        "payload_hex",
        "payload_gen",
        "h2",
        "http1",
        "ws",
        "sequence",
        "body_gen",
        "then_gen",
        "then_hex",
        "origin_reply",
        "response",
        "client_clock",
        "inject",
    ]
)


class Unknown(ValueError):
    """The case says something that the rig has no word for."""


class Translator:
    def __init__(self, world: World, bodygen: ModuleType, *, deep: bool) -> None:
        self._world = world
        self._bodygen = bodygen
        self._deep = deep

    def attempts(self, case: Case) -> list[Attempt]:
        """Every explicit way to carry the case. Raises Unknown."""
        client = case.client
        if strange := set(client) - KNOWN:
            raise Unknown(f"no word for the client field {', '.join(sorted(strange))}")
        if "sequence" in client:
            return [self._sequence(client["sequence"])]
        if "url" in client:
            return [self._url(client)]
        if "sni" in client or "http_host" in client or "http1" in client:
            return [self._tls(case)]
        if any(key.startswith("payload_") for key in client) or set(client) == {"connect"}:
            return [self._opaque(client)]
        if "raw" in client or "raw_hex" in client:
            return self._raw(client)
        raise Unknown(f"nothing to send in {sorted(client)}")

    # Exact bytes.

    def _raw(self, client: Mapping[str, Any]) -> list[Attempt]:
        raw = self._bytes(client)
        if "dst_ip" not in client:
            step = self._http1(client, raw)
            return [Attempt("to the proxy", (step,), _hosts_of_each(raw, len(step.methods)))]
        address, port = client["dst_ip"], client["dst_port"]
        name = _host_header(raw)
        agrees = bool(name) and address in self._world.addresses(name)
        to = name if agrees else address
        place = to if port == 80 else f"{to}:{port}"
        absolute = re.sub(rb"^([A-Z]+) /", rb"\1 http://" + place.encode() + b"/", raw, count=1)
        hosts = ((*_hosts(raw), to, address) if not agrees else (to,),)
        return [
            Attempt("absolute form", (self._http1(client, absolute),), hosts),
            Attempt("CONNECT", (self._http1(client, raw, connect=f"{to}:{port}"),), hosts),
        ]

    def _http1(
        self, client: Mapping[str, Any], raw: bytes, connect: str = "", hello: Hello | None = None
    ) -> Step:
        spec = client.get("body_gen") or client.get("then_gen")
        # An endless head is cut at once, whatever its length: it is never scaled down.
        rest = bodies.stream(self._bodygen, spec) if spec else None
        methods = tuple(m.decode() for m in REQUEST_LINE.findall(raw)) or ("GET",)
        if b"transfer-encoding" in raw.lower() or "body_gen" in client:
            methods = methods[:1]  # what follows is a body, whatever it looks like
        reply = client.get("origin_reply")
        return Step(
            connect=connect,
            hello=hello,
            http1=raw,
            methods=methods,
            rest=rest,
            tail=bytes.fromhex(client.get("then_hex", "")),
            reply=Reply(raw=reply.encode()) if reply else self._reply(client),
        )

    def _bytes(self, client: Mapping[str, Any]) -> bytes:
        raw: str = client.get("raw", "")
        return raw.encode() if raw else bytes.fromhex(client["raw_hex"])

    # TLS, by name and address.

    def _tls(self, case: Case) -> Attempt:
        client = case.client
        target, name = self._target(client), client.get("sni")
        hello = self._hello(client)
        about = tuple(h for h in (client.get("http_host"), name, target.rpartition(":")[0]) if h)
        if "h2" in client:
            streams: tuple[Headers, ...] = tuple(
                tuple((str(n), str(v)) for n, v in headers) for headers in client["h2"]
            )
            hosts = tuple(_h2_hosts(headers) for headers in streams)
            return Attempt("CONNECT", (Step(target, hello, streams=streams),), hosts)
        if "ws" in client:
            return Attempt(
                "CONNECT", (Step(target, hello, websocket=(str(name), client["ws"])),), (about,)
            )
        if "http1" in client:
            raw = "".join(client["http1"]).encode()
            hosts = tuple(_hosts(text.encode()) for text in client["http1"])
            return Attempt("CONNECT", (self._http1(client, raw, target, hello),), hosts)
        if "raw" in client or "raw_hex" in client:
            raw = self._bytes(client)
        else:
            raw = f"GET / HTTP/1.1\r\nHost: {client.get('http_host') or name}\r\n{END}".encode()
        return Attempt("CONNECT", (self._http1(client, raw, target, hello),), (about,))

    def _target(self, client: Mapping[str, Any]) -> str:
        if "connect" in client:
            return str(client["connect"])
        address, port, name = client["dst_ip"], client["dst_port"], client.get("sni") or ""
        place = f"[{address}]" if ":" in address else address
        valid = re.fullmatch(r"[A-Za-z0-9._-]+", name) is not None
        agrees = valid and address in self._world.addresses(name)
        return f"{name if agrees else place}:{port}"

    def _hello(self, client: Mapping[str, Any]) -> Hello:
        alpn = ("h2", "http/1.1") if "h2" in client else ("http/1.1",)
        return Hello(
            name=client.get("sni"),
            alpn=tuple(client.get("alpn", alpn)),
            version=client.get("client_tls", ""),
            ech=client.get("ech", ""),
            fragment=client.get("fragment", ""),
            size=client.get("size", 1),
            at=client.get("at", "inside-sni"),
        )

    # No HTTP at all.

    def _opaque(self, client: Mapping[str, Any]) -> Attempt:
        target = client.get("connect") or f"{client['dst_ip']}:{client['dst_port']}"
        payload = client.get("payload_text", "").encode()
        payload = payload or bytes.fromhex(client.get("payload_hex", ""))
        if "payload_gen" in client:
            payload = self._bodygen.payload(client["payload_gen"])
        # Something that a relay would carry to any port.
        payload = payload or f"GET / HTTP/1.1\r\nHost: {target}\r\n{END}".encode()
        host = target.rpartition(":")[0].strip("[]")
        return Attempt("CONNECT", (Step(target, opaque=payload),), ((host,),))

    # Addresses of pages.

    def _url(self, client: Mapping[str, Any]) -> Attempt:
        more = [(str(n), str(v)) for n, v in client.get("headers", ())]
        method = client.get("method", "GET")
        step = self._visit(client["url"], method, more, self._reply(client))
        return Attempt("browse", (step,), (_url_hosts(client["url"]),))

    def _visit(
        self, url: str, method: str, headers: list[tuple[str, str]], reply: Reply | None
    ) -> Step:
        # A browser would encode more; what the request line can carry is sent as it stands.
        scheme, _, rest = url.replace(" ", "%20").partition("://")
        host, _, path = rest.partition("/")
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
        target = f"/{path}" if scheme == "https" else f"http://{host}/{path}"
        raw = f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{lines}{END}".encode()
        if scheme == "http":
            return Step(http1=raw, methods=(method,), reply=reply)
        name = host.partition(":")[0]
        place = host if ":" in host else f"{host}:443"
        return Step(place, Hello(name), http1=raw, methods=(method,), reply=reply)

    def _sequence(self, texts: list[str]) -> Attempt:
        found = [STEP.fullmatch(text) for text in texts]
        if not all(found):
            raise Unknown(f"no such sequence: {texts}")
        urls = [match["url"] for match in found if match]
        steps = []
        for at, match in enumerate(m for m in found if m):
            after = urls[at + 1] if at + 1 < len(urls) else ""
            reply = _scripted(match["status"], match["rest"], after) if match["status"] else None
            steps.append(self._visit(match["url"], "GET", [], reply))
        return Attempt("browse", tuple(steps), tuple(_url_hosts(url) for url in urls))

    def _reply(self, client: Mapping[str, Any]) -> Reply | None:
        response = client.get("response")
        if response is None:
            return None
        body = response.get("body_text", "").encode()
        if "body_gen" in response:
            body = bodies.body(self._bodygen, response["body_gen"], scale=self._scale(response))
        headers = tuple((str(n), str(v)) for n, v in response.get("headers", ()))
        chunked = any(n.lower() == "transfer-encoding" for n, _ in headers)
        return Reply(response.get("status", 200), headers, body, chunked=chunked)

    def _scale(self, response: Mapping[str, Any]) -> float:
        """A tenth of what is longer than 100 MB, unless the run is a deep one."""
        kind, _, count = response["body_gen"].partition(":")
        return 0.1 if kind == "random-mb" and int(count) > 100 and not self._deep else 1.0


def _scripted(status: str, rest: str | None, after: str) -> Reply:
    """`302`, `302 URL`, `200 Name: value`."""
    if rest and ": " in rest and not rest.startswith("http"):
        name, _, value = rest.partition(": ")
        headers = [(name, value)]
    else:
        headers = [("Location", rest or after)] if status.startswith("3") else []
    return Reply(int(status), (*DEFAULT.headers, *headers))


def _host_header(raw: bytes) -> str:
    found = HOST.search(raw)
    return found[1].decode().partition(":")[0].lower() if found else ""


def _hosts(raw: bytes) -> tuple[str, ...]:
    """Every host that a request names."""
    found = [m.decode("latin-1").strip("[]") for m in ABSOLUTE.findall(raw)[:1]]
    found += [m.decode("latin-1") for m in HOST.findall(raw)]
    return tuple(dict.fromkeys(h.lower().rstrip(".") for h in found if h))


def _hosts_of_each(raw: bytes, count: int) -> tuple[tuple[str, ...], ...]:
    """The hosts of each of so many requests; the last has all that follows."""
    starts = [found.start() for found in REQUEST_LINE.finditer(raw)][:count] or [0]
    ends = [*starts[1:], len(raw)]
    return tuple(_hosts(raw[start:end]) for start, end in zip(starts, ends, strict=True))


def _h2_hosts(headers: Headers) -> tuple[str, ...]:
    named = dict(headers)
    path = named.get(":path", "")
    inner = (urlsplit(path).hostname or "",) if "://" in path else ()
    return tuple(h.lower() for h in (*inner, named.get(":authority", "")) if h)


def _url_hosts(url: str) -> tuple[str, ...]:
    return (url.partition("://")[2].partition("/")[0].partition(":")[0].lower(),)
