"""Days of hourly updates from servers that fail in every way: what is stopped never gets worse.

After each hour the real index and the names files are held against what was last served whole.
"""

from __future__ import annotations

import gzip
import hashlib
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import BinaryIO

import pytest

from kidgate.keeper.updating.schedule import Schedule
from tests.keeper.updating.stand import AT, PATIENT, House, listed
from tests.lists.fetching.server import Asked, Behaviour, Site, hangs, moved, page, versioned

DAYS, MONTH = 10, 30
SIZE = 300
POISON = ("google.com", "windowsupdate.com", "vietcombank.com.vn", "poison.example")
Bad = Callable[[bytes], Behaviour]


def truth(day: int) -> list[str]:
    """What the maker means on a day: a few names more and a few less than the day before."""
    return sorted(f"n{i}.bets.example" for i in range(3 * day, SIZE + 4 * day))


def endless(asked: Asked, out: BinaryIO) -> None:
    out.write(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(64):
        out.write(b"x.example\n" * 10_000)


BAD: dict[str, Bad] = {
    "cut": lambda body: page(body[: len(body) // 3], Content_Length=str(len(body))),
    "cut a little": lambda body: page(body[:-20], Content_Length=str(len(body))),
    "cut, length unsaid": lambda body: page(body[: body.rindex(b".bets") + 2], Content_Length=""),
    "cut at a line, half gone": lambda body: page(b"".join(body.splitlines(True)[:100])),
    "packed and cut": lambda body: page(gzip.compress(body)[:-9]),
    "packed on the way and cut": lambda body: page(
        gzip.compress(body)[:-9], Content_Encoding="gzip"
    ),
    "html": lambda body: page(b"<!DOCTYPE html><html>Please log in</html>"),
    "empty": lambda body: page(b""),
    "comments": lambda body: page(b"# moved to another place\n" * 40),
    "tenfold": lambda body: page(body + listed([f"more{i}.example" for i in range(4000)])),
    "poison": lambda body: page(body + listed(POISON)),
    "poisoned rule": lambda body: page(b"||poison.example^\n/\\.vn$/\n" * len(body.split())),
    "binary": lambda body: page(bytes(range(256)) * 40),
    "bomb": lambda body: page(gzip.compress(b"a" * (40 << 20))),
    "endless": lambda body: endless,
    "500": lambda body: page(b"<html>oh</html>", "500 Oh"),
    "404": lambda body: page(b"", "404 Gone"),
    "503": lambda body: page(b"", "503 Later", Retry_After="600"),
    "slow": lambda body: hangs,
    "304 of nothing": lambda body: page(b"", "304 Not Modified"),
    "to the router": lambda body: moved("http://192.168.1.1/"),
    "to itself": lambda body: moved("/list"),
    "nonsense": lambda body: lambda asked, out: out.write(b"\x00\x01garbage\r\n" * 9) and None,
}


def good(body: bytes, day: int) -> Behaviour:
    return versioned(body, f'"day-{day}"')


def proven(site: Site, path: str, body: bytes, *, right: bool) -> None:
    """A list with its checksum beside it; a wrong one when a mirror is half replaced."""
    served = body if right else body + b"poison.example\n"
    site[path] = page(served)
    digest = hashlib.sha256(body).hexdigest()
    site[f"{path}.sha256"] = page(f"{digest}  {path[1:]}\n".encode())


def jumps(chance: random.Random, hours: int) -> dict[int, timedelta]:
    """The hours at which the wall clock goes wrong, and by how much; it is set right in time."""
    years = timedelta(days=365)
    found = {}
    for hour in chance.sample(range(20, hours - 20), max(hours // 90, 2)):
        found[hour] = chance.choice(
            (-56 * years, -years, -timedelta(hours=7), 9 * years, 70 * years)
        )
        found.setdefault(hour + chance.randrange(1, 12), timedelta(0))
    return found


@pytest.mark.parametrize(
    ("seed", "days"), [(1, DAYS), *(pytest.param(n, MONTH, marks=pytest.mark.deep) for n in (1, 2))]
)
@pytest.mark.timeout(600)
def test_verdicts_never_get_worse_in_days_of_faults(
    house: House, site: Site, seed: int, days: int
) -> None:
    chance = random.Random(seed)
    house.limits = replace(PATIENT, silence=0.25)  # of a server that hangs
    house.add("bets", site.url("/list"))
    house.add("scam", site.url("/proven"), "scam", checksum=site.url("/proven.sha256"))
    served: dict[str, list[str]] = {}  # what was last served whole
    whole = house.database.path is not None  # of PostgreSQL a part will do
    hours = days * 24 if whole else days * 24 // 5
    wrong_clock, offset = jumps(chance, hours), timedelta(0)
    schedule: Schedule = house.schedule()
    requests, met = 0, set()
    for hour in range(hours):
        offset = wrong_clock.get(hour, offset)
        house.clock.jump(AT + timedelta(hours=hour) + offset)
        if chance.random() < 0.02:
            schedule = house.schedule()  # the keeper was started again
        day = hour // 24
        body = listed(truth(day))
        kind = chance.choice([*BAD, *[""] * 12])
        met.add(kind)
        site["/list"] = BAD[kind](body) if kind else good(body, day)
        right = chance.random() < 0.5
        proven(site, "/proven", body, right=right)
        before = len(site.asked)
        for _ in range(4):  # looks within the hour: a fault may be tried again, nothing else
            house.clock.on(900)
            if due := schedule.due(house.rows()):
                results = dict(zip(due, house.update(*due), strict=True))
                if is_served(results.get("bets"), good=not kind):
                    served["bets"] = truth(day)
                if is_served(results.get("scam"), good=right):
                    served["scam"] = truth(day)
        requests = max(requests, len(site.asked) - before)
        check(house, served)
    assert met == {"", *BAD} or not whole
    assert requests <= 40  # of two feeds with redirects, proofs and retries
    assert house.row("bets").accepted >= SIZE
    assert any("bets is refused" in text for text in house.alerts())


def is_served(result: tuple[str, str] | None, *, good: bool) -> bool:
    """Whether a feed has what its maker means now; nothing else is ever put in force."""
    assert good or result is None or result[0] != "updated"
    return good and result is not None and result[0] in ("updated", "unchanged")


def check(house: House, served: dict[str, list[str]]) -> None:
    """The index stops what was served whole, and nothing that never was."""
    index = house.index
    for feed, names in served.items():
        assert house.names(feed) == set(names)
        for name in (*names[:: len(names) // 15], names[0], names[-1]):
            assert feed in {hit.feed for hit in index.find(name)}, (feed, name)
    assert len(index) == len(set().union(*map(set, served.values())))
    for name in (*POISON, "www.google.com", "moet.gov.vn", "more1.example", "x.example"):
        assert index.find(name) == ()
    left = [path.name for path in house.home.feeds.iterdir() if path.name.startswith(".")]
    assert left == []


def test_feed_is_fresh_again_within_a_day_of_the_last_fault(house: House, site: Site) -> None:
    """Whatever the clock did meanwhile."""
    house.add("bets", site.url("/list"))
    schedule = house.schedule()
    for offset in (timedelta(days=365 * 30), timedelta(days=-365 * 30), timedelta(0)):
        site["/list"] = page(b"", "500 Oh")
        for _ in range(200):
            house.clock.on(1800)
            if due := schedule.due(house.rows()):
                house.update(*due)
        house.clock.jump(house.clock.wall + offset)
        body = listed(truth(int(house.clock.steady) // 86_400))
        site["/list"] = good(body, int(house.clock.steady))
        for _ in range(48):
            house.clock.on(1800)
            if due := schedule.due(house.rows()):
                house.update(*due)
        assert house.row("bets").failures == 0
        assert house.names("bets") == set(body.decode().split())
