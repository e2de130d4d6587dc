"""A real browser through every way in of one gateway: the same page, and the same refusal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ProxySettings

from kidgate.policies.model import Action
from kidgate.policies.rows import DeviceRow, PolicyRows, ProfileRow, RuleRow, Settings, TierRow
from kidgate.proxy.wireguard.keys import new_pair
from tests.browser import WITHOUT, chromium
from tests.e2e.origin import Origin
from tests.e2e.pki import Authority
from tests.lan.house import EXPLICIT, LISTEN, House
from tests.lan.lan import GATE4, HOME_MAC, WORLD4, WORLD6, Lan
from tests.namespaces import missing

TUN = "" if Path("/dev/net/tun").exists() else "there is no /dev/net/tun"
pytestmark = [
    WITHOUT,
    pytest.mark.skipif(bool(missing() or TUN), reason=missing() or TUN or "can be built"),
]
SOCKS, WIREGUARD = 1080, 51820
KEYS = new_pair()
PLACES = {"four.example": WORLD4, "six.example": WORLD6}
NAMES = [f"{label}.{domain}" for label in ("good", "bad") for domain in PLACES]
ROWS = PolicyRows(
    settings=Settings(language="en", private_allowed=(f"{WORLD4}/32", f"{WORLD6}/128")),
    tiers=(TierRow("open"),),
    profiles=(ProfileRow("mai", tier="open"),),
    devices=(DeviceRow("tablet", of="mai", macs=(HOME_MAC,), wireguard=KEYS[1], tunnel=1),),
    rules=tuple(
        RuleRow(number, "child:mai", f"bad.{domain}", Action.BLOCK)
        for number, domain in enumerate(PLACES, 1)
    ),
)
WAYS: dict[str, tuple[str, ProxySettings | None]] = {
    "explicit": ("four.example", {"server": f"http://{GATE4}:{EXPLICIT}"}),
    "socks": ("four.example", {"server": f"socks5://{GATE4}:{SOCKS}"}),
    "transparent IPv4": ("four.example", None),
    "transparent IPv6": ("six.example", None),
    "wireguard IPv4": ("four.example", None),
    "wireguard IPv6": ("six.example", None),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    authority = Authority.make(tmp_path_factory.mktemp("pki"))
    more: dict[str, Any] = {
        "listen": (*LISTEN, f"socks://{GATE4}:{SOCKS}", f"wireguard://{GATE4}:{WIREGUARD}"),
        "resolver": {"hosts": {name: PLACES[name.partition(".")[2]] for name in NAMES}},
        "upstream": {"extra_ca": str(authority.pem)},
    }
    with Lan() as lan, ExitStack() as origins:
        with lan.inside("world"):
            for host in PLACES.values():
                origin = Origin(host=host, port=443, tls=authority.context(*NAMES))
                origins.enter_context(origin)
        yield House(lan, tmp_path_factory.mktemp("gate"), ROWS, **more).up()


@pytest.fixture(scope="module")
def browser(house: House) -> Iterator[Browser]:
    """In the house; like a device there, it finds names by itself where no proxy does."""
    rules = f"MAP *.four.example {WORLD4}, MAP *.six.example [{WORLD6}]"
    with house.lan.inside("home"), chromium(f"--host-resolver-rules={rules}") as running:
        yield running


@pytest.mark.parametrize("way", WAYS)
def test_page_arrives_and_a_blocked_one_says_why(house: House, browser: Browser, way: str) -> None:
    domain, proxy = WAYS[way]
    if way.startswith("wireguard"):
        client = house.tunnel(KEYS[0], WIREGUARD, 1)
        assert client.stdout is not None
        assert client.stdout.readline().strip() == "ready"
    else:
        client = None
    # What it shows is signed by our authority, which this browser was not told of.
    context = browser.new_context(ignore_https_errors=True, proxy=proxy)
    try:
        page = context.new_page()
        answer = page.goto(f"https://good.{domain}/")
        assert answer is not None and answer.status == 200
        assert "hello from the origin" in page.content()
        refused = page.goto(f"https://bad.{domain}/")
        assert refused is not None and refused.status == 403
        assert f"bad.{domain}" in page.inner_text("body")
    finally:
        context.close()
        if client is not None:
            client.terminate()
            client.wait(10)
    lines = [line for line in house.journal() if line.host == f"bad.{domain}"]
    assert {(line.child, line.device, line.reason) for line in lines} == {("mai", "tablet", "rule")}
