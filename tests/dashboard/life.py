"""A week in a house: attempts, requests, alerts, strangers; some of it made to do harm."""

from __future__ import annotations

from datetime import datetime, timedelta

from kidgate.policies.journal import Entry
from kidgate.proxy.ca import ensure_ca
from kidgate.store.inbox import Seen, put_seen
from kidgate.store.journal import append
from tests.dashboard.conftest import Site

# What a page must show as text: markup, a turned direction, control characters, a long name.
EVIL = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "abc\u202egnp.exe\u202c",
    "\x1b[31mred\x07",
    "{{ 7 * 7 }}{% raw %}",
    "x" * 300,
)
KINDS = (
    ("category", "gambling", "bets.example", "block"),
    ("category", "games", "games.example", "block"),
    ("security", "phishing", "vietcombank-login.example", "block"),
    ("service", "social", "tiktok.example", "ask"),
    ("search_term", "", "search.example", "block"),
    ("page_text", "adult", "blog.example", "warn"),
    ("quota", "", "video.example", "block"),
    ("bedtime", "", "video.example", "block"),
)


def entries(now: datetime, count: int) -> list[Entry]:
    found = []
    for number in range(count):
        reason, category, host, verdict = KINDS[number % len(KINDS)]
        child, device = (("mai", "tablet"), ("nam", "phone"), ("", ""))[number % 7 % 3]
        evil = EVIL[number % len(EVIL)]
        found.append(
            Entry(
                id=f"life-{number}",
                at=now - timedelta(minutes=37 * number),
                child=child,
                device=device,
                tier="9-12" if child == "mai" else "13-15",
                verdict=verdict,
                reason=reason,
                category=category,
                host=host,
                url=f"https://{host}/{number}?q={evil}" if number % 3 == 0 else "",
                source=f"feed bets: {host} (line {number})",
                rule_id=None,
                version="1",
                count=1 + number % 5,
                address="10.9.0.5",
            )
        )
    return found


def live_a_week(site: Site, attempts: int = 260) -> None:
    now = site.desk.now()
    site.do("index.rebuild")
    ensure_ca(site.home.ca, now=now)
    with site.desk.database.writing() as session:
        append(session, entries(now, attempts))
        for number, name in enumerate(EVIL):
            mac = f"02:00:00:00:00:{number:02x}"
            seen = Seen(mac, mac, f"10.9.0.{100 + number}", name, "explicit", now, now)
            put_seen(session, seen)
