"""What a device needs before it is one of the house: its set-up page, certificate and PAC file.

Nothing here is secret, and nothing is said of another device than the one that asks.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mitmproxy import http

from kidgate.policies.model import Visit
from kidgate.proxy import pac
from kidgate.proxy.answers import HEADERS
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.pages import InstallFacts
from kidgate.proxy.pages.install import ARRIVED, TRUSTED, kind_of, sign_sources
from kidgate.proxy.pages.languages import choose_language
from kidgate.proxy.peers import Peer
from kidgate.proxy.public_certificate import STEM, TYPES, PublicCertificate

PATH = "/install"
LOOPBACK = ("127.", "[::1]")
# A picture in an `object` is a frame of its own, here of a page under HTTP in one under HTTPS.
PICTURE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Frame-Options": "",
}


@dataclass(frozen=True, slots=True)
class Found:
    """A page or file: media type, bytes, and headers beside or instead of `answers.HEADERS`; an
    empty one is left out."""

    kind: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def find(gateway: Gateway, visit: Visit, request: http.Request, peer: Peer | None) -> Found | None:
    """What stands at the path of a visit; None: nothing of these."""
    path, certificate = visit.url.path, gateway.pages.certificate
    if path in ("/proxy.pac", "/wpad.dat") and peer is not None and peer.proxy:
        text = pac.pac_text(peer.proxy, gateway.snapshot.own_names)
        return Found(pac.TYPE, text.encode())
    secure = visit.url.scheme == "https"
    if path == f"/{ARRIVED}" or (path == f"/{TRUSTED}" and secure):
        picture = gateway.pages.sign(_language(gateway, request), trusted=path == f"/{TRUSTED}")
        return Found("image/svg+xml", picture.encode(), PICTURE)
    if certificate is None:
        return None
    if path == PATH or (path == "/" and peer is not None and peer.by_address):
        return _page(gateway, visit, request, peer, certificate)
    return _file(gateway, path, request, certificate)


def _page(
    gateway: Gateway,
    visit: Visit,
    request: http.Request,
    peer: Peer | None,
    certificate: PublicCertificate,
) -> Found:
    own, profile = visit.url.host, gateway.snapshot.profiles.get(visit.child or "")
    facts = InstallFacts(
        certificate=certificate,
        device=visit.device or "",
        name=profile.row.name or profile.row.key if profile else "",
        kind=kind_of(request.headers.get("user-agent", "")),
        own_name=own,
        scheme=visit.url.scheme,
        url=f"http://{_front(peer) or own}{PATH}",
        proxy=peer.proxy if peer is not None else "",
    )
    text = gateway.pages.install(facts, _language(gateway, request))
    policy = f"{HEADERS['Content-Security-Policy']}; {sign_sources(own)}"
    more = {"Content-Security-Policy": policy}
    return Found("text/html; charset=utf-8", text.encode(), more)


def _front(peer: Peer | None) -> str:
    """Where another device in the house finds us, by address: it may not know our name yet."""
    front = peer.front if peer is not None else ""
    return "" if front.startswith(LOOPBACK) else front


def _file(
    gateway: Gateway, path: str, request: http.Request, certificate: PublicCertificate
) -> Found | None:
    stem, _, ending = path.partition(".")
    if ending not in TYPES or stem not in ("/ca", f"/{STEM}"):
        return None
    purpose = gateway.pages.purpose(_language(gateway, request))
    return Found(TYPES[ending], certificate.form(ending, purpose=purpose))


def _language(gateway: Gateway, request: http.Request) -> str:
    """The browser's: these pages speak to whoever holds the device now, mostly an adult."""
    accepted = request.headers.get("accept-language", "")
    return choose_language("", accepted, gateway.snapshot.settings.language)
