"""How a device comes to trust the gateway, step by step, for somebody who never did it before.

Whether its traffic is judged and whether it trusts the certificate already is seen by the device
itself, without a script: two pictures stand on the page, from the gateway's own name, one of them
over HTTPS. Where one cannot be had, the browser shows the words inside instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO

from kidgate.proxy.pages.facts import InstallFacts
from kidgate.proxy.pages.frame import items, rows
from kidgate.proxy.pages.parts import HOST, NAME_LIMIT, Parts
from kidgate.proxy.pages.quoting import shown
from kidgate.proxy.public_certificate import STEM

# Kind of device -> the file it takes. In the order of the page.
KINDS: Mapping[str, str] = {
    "ios": "mobileconfig",
    "android": "crt",
    "windows": "crt",
    "macos": "cer",
    "chromeos": "crt",
    "firefox": "pem",
}
# Pictures of our own name. The second one speaks only over HTTPS.
ARRIVED, TRUSTED = "arrived.svg", "trusted.svg"
# Signs of a kind in a browser's User-Agent, in the order in which they are looked for: an iPad says
# that it is a Mac, a phone's Firefox that it is Android.
_AGENTS = (
    ("ios", re.compile(r"iPhone|iPad|iPod")),
    ("android", re.compile(r"Android")),
    ("chromeos", re.compile(r"CrOS")),
    ("firefox", re.compile(r"Firefox/")),
    ("windows", re.compile(r"Windows")),
    ("macos", re.compile(r"Macintosh")),
)


def kind_of(user_agent: str) -> str:
    """The kind of device that asks; empty: it cannot be told."""
    return next((kind for kind, sign in _AGENTS if sign.search(user_agent[:500])), "")


def install_page(parts: Parts, facts: InstallFacts) -> str:
    words = parts.words
    heading = words("install", "title")
    content = parts.templates.fill(
        "install",
        icon=parts.templates.icons["shield"],
        heading=heading,
        lead=words("install", "lead"),
        rows=_standing(parts, facts),
        kinds_title=words("install", "kinds_title"),
        kinds_text=words("install", "kinds_text"),
        kinds=_kinds(parts, facts.kind),
        check_title=words("install", "check_title"),
        check_text=words("install", "check_text"),
        prints=_prints(parts, facts),
        qr=_qr(parts, facts.url),
        proxy=_proxy(parts, facts.proxy),
        remove_title=words("install", "remove_title"),
        remove_text=words("install", "remove_text"),
        home=words("own", "home_link"),
    )
    return parts.templates.page(
        words,
        parts.band,
        tone="plain",
        heading=heading,
        content=content,
        sources="; " + sign_sources(facts.own_name),
    )


def sign_sources(own_name: str) -> str:
    """The directives that let the two pictures in; a browser asks both of an `object`."""
    places = f"http://{own_name} https://{own_name}" if HOST.fullmatch(own_name) else "'none'"
    return f"object-src {places}; frame-src {places}"


def sign(parts: Parts, *, trusted: bool) -> str:
    """The picture, as wide as its words need."""
    said = parts.words("install", "trusted" if trusted else "judged")
    width = 40 + 11 * len(said)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="28" role="img" '
        f'viewBox="0 0 {width} 28" lang="{parts.words.language}"><title>{said}</title>'
        "<style>svg{color-scheme:light dark}path{stroke:#0b655a}"
        "text{font:600 17px system-ui,sans-serif;fill:#0b655a}"
        "@media(prefers-color-scheme:dark){text{fill:#86d8c8}path{stroke:#86d8c8}}</style>"
        '<path d="M4 15l6 6L22 7" fill="none" stroke-width="3"/>'
        f'<text x="32" y="20">{said}</text></svg>'
    )


def _standing(parts: Parts, facts: InstallFacts) -> str:
    words = parts.words
    device = shown(facts.device, NAME_LIMIT) or words("own", "no_device")
    owner = shown(facts.name, NAME_LIMIT) or words("own", "nobody")
    own = facts.own_name
    return rows(
        (
            (words("own", "device"), device),
            (words("own", "who"), owner),
            # A page over HTTPS may not show what comes over HTTP.
            (
                words("install", "judged_label"),
                _picture(parts, "judged", own, f"{facts.scheme}://{own}/{ARRIVED}"),
            ),
            (
                words("install", "trusted_label"),
                _picture(parts, "trusted", own, f"https://{own}/{TRUSTED}"),
            ),
        )
    )


def _picture(parts: Parts, what: str, own_name: str, url: str) -> str:
    said = parts.words("install", f"not_{what}")
    if not HOST.fullmatch(own_name):
        return said
    return (
        f'<object class="sign" type="image/svg+xml" data="{url}" '
        f'aria-label="{parts.words("install", f"{what}_label")}">{said}</object>'
    )


def _kinds(parts: Parts, mine: str) -> str:
    """The kind that asks comes first, and open."""
    words = parts.words
    return "".join(
        parts.templates.fill(
            "install_kind",
            open=" open" if kind == mine else "",
            title=words("install", "kinds", kind, "title"),
            file=f"{STEM}.{KINDS[kind]}",
            download=words.fill("install", "download", file=f"{STEM}.{KINDS[kind]}"),
            steps=items(_steps(parts, kind)),
            note=f'<p class="hint">{words("install", "kinds", kind, "note")}</p>',
        )
        for kind in sorted(KINDS, key=lambda kind: kind != mine)
    )


def _steps(parts: Parts, kind: str) -> list[str]:
    texts, path = parts.words.texts, f"install/kinds/{kind}/steps"
    return [text for key, text in texts.items() if key.rpartition("/")[0] == path]


def _prints(parts: Parts, facts: InstallFacts) -> str:
    words, certificate = parts.words, facts.certificate
    return rows(
        (
            (words("install", "ca_name"), shown(certificate.name, 100)),
            ("SHA-256", f"<code>{certificate.sha256}</code>"),
            (words("install", "sha1"), f"<code>{certificate.sha1}</code>"),
        )
    )


def _qr(parts: Parts, url: str) -> str:
    import segno  # 1 MB that a worker needs for this page alone

    words, out = parts.words, BytesIO()
    title = words("install", "qr_label")
    segno.make(url, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=4, light="#fff", nl=False
    )
    picture = out.getvalue().decode().replace("<svg ", f'<svg role="img" aria-label="{title}" ', 1)
    return parts.templates.fill(
        "install_qr",
        title=words("install", "qr_title"),
        text=words("install", "qr_text"),
        picture=picture,
        url=shown(url, 200),
    )


def _proxy(parts: Parts, proxy: str) -> str:
    if not proxy:
        return ""
    words, host = parts.words, proxy.rpartition(":")
    text = words.fill(
        "install",
        "proxy_text",
        pac=f'<code translate="no">http://{shown(proxy, 100)}/proxy.pac</code>',
        host=f'<code translate="no">{shown(host[0], 100)}</code>',
        port=f'<code translate="no">{shown(host[2], 10)}</code>',
    )
    return f"<section><h2>{words('install', 'proxy_title')}</h2><p>{text}</p></section>"
