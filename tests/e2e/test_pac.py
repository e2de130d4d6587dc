"""A real Chromium that was given nothing but the address of our PAC file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from kidgate.policies.rows import DeviceRow
from kidgate.proxy.pac import pac_text
from tests import browser
from tests.e2e.house import House
from tests.e2e.origin import Origin

pytestmark = browser.WITHOUT


def look(url: str, *options: str) -> str:
    """The document that the browser shows at a URL."""
    with browser.chromium(*options) as chromium:
        page = chromium.new_page()
        page.goto(url)
        return page.content()


def with_pac(house: House) -> str:
    return f"--proxy-pac-url=http://127.0.0.1:{house.port}/proxy.pac"


def test_browser_goes_through_the_gateway_when_it_has_our_pac_file(
    house: House, site: Origin
) -> None:
    """The site's name is known to the gateway alone: only through it can it be reached."""
    desk = DeviceRow("desk", of="mai", addresses=("127.0.0.1",))
    devices = (*house.rows.devices, desk)
    assert house.in_force(house.write(replace(house.rows, devices=devices)))
    shown = look(f"http://good.example:{site.port}/page", with_pac(house))
    assert "/page" in site.paths, shown
    blocked = look("http://bad.example/", with_pac(house))
    assert "Kidgate" in blocked and "good.example" not in blocked


def test_own_host_is_found_without_a_name_server_when_the_browser_has_our_pac_file(
    house: House,
) -> None:
    shown = look("http://kidgate.home.arpa/check", with_pac(house))
    assert json.loads(shown[shown.index("{") : shown.rindex("}") + 1])["kidgate"] is True


CHOICES = {
    "DIRECT": (
        "printer",
        "printer.local",
        "NAS.home.arpa.",
        "localhost",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.7.7",
        "127.0.0.1",
        "fd77::9",
        "[fe80::1]",
        "::1",
    ),
    "PROXY 192.168.1.2:8080": (
        "good.example",
        "kidgate.home.arpa",
        "KIDGATE.home.arpa.",
        "local.example",  # these only look like the house's
        "10.example",
        "192.168.1.1.example",
        "172.32.0.1",
        "203.0.113.7",
        "2001:db8::1",
        "fd.example",
        "fe80.example",
    ),
}


def test_choice_is_right_for_every_kind_of_host(tmp_path: Path) -> None:
    """Run by a browser's engine; `isPlainHostName` is what browsers give a PAC file."""
    hosts = [host for found in CHOICES.values() for host in found]
    page = tmp_path / "page.html"
    page.write_text(
        f"""<pre id="said"></pre><script>
        function isPlainHostName(host) {{ return host.indexOf(".") < 0; }}
        {pac_text("192.168.1.2:8080", ["kidgate.home.arpa"])}
        document.getElementById("said").textContent = JSON.stringify(
          {json.dumps(hosts)}.map(host => [host, FindProxyForURL("https://" + host + "/", host)]));
        </script>"""
    )
    shown = look(page.as_uri())
    said = json.loads(shown[shown.index('id="said">') + 10 : shown.index("</pre>")])
    assert said == [[host, choice] for choice, found in CHOICES.items() for host in found]
