"""The set-up page, the certificate's files, the PAC file: what they say, and how they are typed."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from mitmproxy import http

from kidgate.policies.model import Visit
from kidgate.policies.names import Url
from kidgate.policies.rows import DeviceRow, ProfileRow
from kidgate.proxy.answers import HEADERS
from kidgate.proxy.ca import ensure_ca
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.own_pages import answer
from kidgate.proxy.pages import Pages
from kidgate.proxy.pages.install import ARRIVED, KINDS, TRUSTED, kind_of
from kidgate.proxy.pages.words import load_words
from kidgate.proxy.peers import Peer
from kidgate.proxy.public_certificate import PublicCertificate
from tests.proxy.stand import NOW, ROWS, gateway
from tests.proxy.test_pages import Reader

OWN = "kidgate.home.arpa"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
ROWS_OF_MAI = replace(
    ROWS,
    profiles=(ProfileRow("mai", "Mai <3", tier="plain"), ProfileRow("binh", tier="plain")),
    devices=(DeviceRow("tablet", of="mai"), DeviceRow("laptop", of="binh")),
)


class Nobody:
    def cut(self) -> None: ...


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> PublicCertificate:
    return PublicCertificate.of(ensure_ca(tmp_path_factory.mktemp("ca"), now=NOW).read_bytes())


@pytest.fixture
def heart(certificate: PublicCertificate) -> Gateway:
    made = gateway(rows=ROWS_OF_MAI)
    made.pages = Pages(ca_certificate=certificate.pem)
    return made


def ask(
    heart: Gateway,
    path: str,
    *,
    front: str = "192.168.1.2:8080",
    proxy: str = "192.168.1.2:8080",
    scheme: str = "http",
    agent: str = WINDOWS,
    language: str = "en",
    method: str = "GET",
) -> http.Response:
    headers = {"User-Agent": agent, "Accept-Language": language}
    request = http.Request.make(method, f"{scheme}://{OWN}{path}", headers=headers)
    url = Url(scheme, OWN, 443 if scheme == "https" else 80, path)
    visit = Visit(url, NOW, child="mai", device="tablet", method=method)
    peer = Peer(Nobody(), "192.168.1.9", front=front, proxy=proxy)
    return answer(heart, visit, request, peer)


def text_of(response: http.Response) -> str:
    assert response.status_code == 200 and response.content is not None
    return response.content.decode()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_page_is_whole_in_both_languages(heart: Gateway, language: str, scheme: str) -> None:
    page = text_of(ask(heart, "/install", language=language, scheme=scheme))
    reader = Reader(page)
    assert f'<html lang="{language}"' in page
    assert reader.count("h1") == 1 and reader.count("script") == 0
    assert reader.count("details") == len(KINDS)
    assert not re.search(r"[${}]|None", reader.text())
    for kind in KINDS:
        title = load_words(language)("install", "kinds", kind, "title")
        assert page.count(f"<summary>{title}</summary>") == 1
    pictures = [attrs["data"] for tag, attrs in reader.tags if tag == "object"]
    assert pictures == [f"{scheme}://{OWN}/{ARRIVED}", f"https://{OWN}/{TRUSTED}"]


def test_page_tells_of_the_device_that_asks_and_of_no_other(heart: Gateway) -> None:
    page = text_of(ask(heart, "/install"))
    assert "Mai &lt;3" in page and "tablet" in page
    assert "binh" not in page and "laptop" not in page


def test_page_shows_the_fingerprints_to_compare(
    heart: Gateway, certificate: PublicCertificate
) -> None:
    page = text_of(ask(heart, "/install"))
    assert certificate.sha256 in page and certificate.sha1 in page and certificate.name in page


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        (WINDOWS, "windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Safari/604.1", "ios"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15", "macos"),
        ("Mozilla/5.0 (Linux; Android 10; K) Chrome/140.0 Mobile Safari/537.36", "android"),
        ("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "android"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/140.0 Safari/537.36", "chromeos"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0", "firefox"),
        ("curl/8.9", ""),
    ],
)
def test_steps_for_the_device_that_asks_come_first_and_open(
    heart: Gateway, agent: str, kind: str
) -> None:
    assert kind_of(agent) == kind
    page = text_of(ask(heart, "/install", agent=agent))
    opened = re.findall(r'<details class="kind" open><summary>([^<]+)', page)
    titles = re.findall(r'<details class="kind"(?: open)?><summary>([^<]+)', page)
    expected = [load_words("en")("install", "kinds", kind, "title")] if kind else []
    assert opened == expected == titles[: len(expected)]


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("192.168.1.2:8080", "http://192.168.1.2:8080/install"),
        ("[fd77::1]", "http://[fd77::1]/install"),
        ("127.0.0.1:8080", f"http://{OWN}/install"),
        ("", f"http://{OWN}/install"),
    ],
)
def test_code_leads_another_device_to_where_it_can_find_us(
    heart: Gateway, front: str, said: str
) -> None:
    page = text_of(ask(heart, "/install", front=front))
    assert f'<figcaption translate="no">{said}</figcaption>' in page
    assert page.count('role="img" aria-label="QR code') == 1


def test_page_speaks_of_a_proxy_only_where_there_is_one(heart: Gateway) -> None:
    assert "http://192.168.1.2:8080/proxy.pac" in text_of(ask(heart, "/install"))
    assert "/proxy.pac" not in text_of(ask(heart, "/install", proxy=""))


def test_page_lets_in_two_pictures_of_our_own_and_nothing_else(heart: Gateway) -> None:
    response = ask(heart, "/install")
    places = f"http://{OWN} https://{OWN}"
    policy = f"{HEADERS['Content-Security-Policy']}; object-src {places}; frame-src {places}"
    assert response.headers["content-security-policy"] == policy
    assert f"; object-src {places}; frame-src {places}" in text_of(response)


def test_trust_is_claimed_over_https_alone(heart: Gateway) -> None:
    assert "Yes" in text_of(ask(heart, f"/{ARRIVED}"))
    assert ask(heart, f"/{TRUSTED}").status_code == 404
    response = ask(heart, f"/{TRUSTED}", scheme="https")
    assert "Yes, all done" in text_of(response)
    assert response.headers["content-type"] == "image/svg+xml"
    assert "x-frame-options" not in response.headers


@pytest.mark.parametrize("stem", ["ca", "kidgate-ca"])
@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        ("pem", "application/x-x509-ca-cert"),
        ("crt", "application/x-x509-ca-cert"),
        ("cer", "application/pkix-cert"),
        ("mobileconfig", "application/x-apple-aspen-config"),
    ],
)
def test_certificate_has_the_type_that_its_device_opens(
    heart: Gateway, certificate: PublicCertificate, stem: str, ending: str, kind: str
) -> None:
    response = ask(heart, f"/{stem}.{ending}")
    assert response.headers["content-type"] == kind
    purpose = heart.pages.purpose("en")
    assert response.content == certificate.form(ending, purpose=purpose)
    assert "content-disposition" not in response.headers  # Firefox and iOS open it in place


@pytest.mark.parametrize(
    "path", ["/ca.key", "/ca.p12", "/kidgate-ca", "/ca.pem.bak", "/mitmproxy-ca.pem", "/install/"]
)
def test_nothing_else_of_the_certificate_is_to_be_had(heart: Gateway, path: str) -> None:
    assert ask(heart, path).status_code == 404


@pytest.mark.parametrize("path", ["/proxy.pac", "/wpad.dat"])
def test_pac_file_names_the_proxy_as_this_device_reaches_it(heart: Gateway, path: str) -> None:
    response = ask(heart, path, proxy="[fd77::1]:8080")
    assert response.headers["content-type"] == "application/x-ns-proxy-autoconfig"
    assert text_of(response).count('return "PROXY [fd77::1]:8080"') == 2
    assert ask(heart, path, proxy="").status_code == 404


def test_nothing_is_set_up_where_there_is_no_certificate(heart: Gateway) -> None:
    heart.pages = Pages()
    for path in ("/install", "/ca.crt", "/ca.mobileconfig"):
        assert ask(heart, path).status_code == 404
