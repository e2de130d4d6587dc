"""Addresses that have little in common but to be addresses: what holds for several of them holds
for next to everything."""

from __future__ import annotations

PLACES = (
    ("example.com", "/"),
    ("www.example.org", "/wiki/Main_Page"),
    ("m.gov.vn", "/tin-tuc/thoi-su?page=2"),
    ("school.edu.vn", "/login.php"),
    ("cdn.jsmith.net", "/assets/app.min.js?v=17"),
    ("www.bbc.co.uk", "/news/world-65432100"),
    ("images.shop.de", "/img/2024/05/x7.jpg"),
    ("api.weather.io", "/v2/forecast.json?lat=21.03&lon=105.85"),
    ("xn--80ak6aa92e.com", "/"),
    ("192.0.2.17", "/setup.html"),
    ("a-b.blogspot.jp", "/feeds/posts/default"),
    ("video.fpt.tv", "/watch/quq"),
    ("www.maths.com", "/q/1234?sort=votes"),
    ("mail.firm.net", "/u/0/"),
    ("docs.tool.org", "/en/latest/index.html"),
    ("zoo.org", "/map.png"),
    ("fonts.type.net", "/css2?family=Inter"),
    ("bank.com.vn", "/ca-nhan/the-tin-dung.html"),
)
"""Hosts and targets."""

MOST = 2  # that have something in common by chance

_ADDRESSES = [f"https://{host}{target}".lower() for host, target in PLACES]


def is_ordinary(text: str) -> bool:
    """Whether a lower-case text stands in too many addresses to tell any."""
    return sum(text in address for address in _ADDRESSES) > MOST
