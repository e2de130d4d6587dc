"""What counts as a child's use, and what a device does by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kidgate.policies.compile import compile_snapshot
from kidgate.policies.model import ASKED, Asked, Facts, Hit, Visit
from kidgate.policies.names import parse_url
from kidgate.policies.rows import (
    Builtin,
    DeviceRow,
    PolicyRows,
    ProfileRow,
    ServiceRow,
    Settings,
    TierRow,
)
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.policies.usage import (
    Head,
    by_bytes,
    counted_for,
    is_media,
    may_count,
    message_counts,
    opens_page,
    worth_a_page,
)

CLICK = Head(resource="document", labelled=True, mode="navigate", site="same-origin", by_user=True)


def head(**changes: object) -> Head:
    fields = {name: getattr(CLICK, name) for name in Head.__slots__}
    return Head(**{**fields, **changes})


COUNT = {
    "a link": CLICK,
    "a form": head(method="POST"),
    "the address bar": head(site="none", by_user=False),
    "a page over http": Head(resource="document"),
}
DO_NOT = {
    "a page that loads itself anew": head(by_user=False),
    "a redirection by script": head(by_user=False, site="cross-site"),
    "a frame": head(resource="iframe"),
    "a prefetched page": head(purpose="prefetch;prerender"),
    "a prerendered page of old": Head(resource="document", purpose="prerender"),
    "a beacon": head(method="POST", resource="empty", mode="no-cors", by_user=False),
    "a poll": head(resource="empty", mode="cors", by_user=False),
    "a report": head(method="POST", resource="report", mode="no-cors", by_user=False),
    "a service worker": head(resource="serviceworker", mode="same-origin", by_user=False),
    "a picture": head(resource="image", mode="no-cors", by_user=False),
    "an update of an app": Head(resource=""),
    "a HEAD": Head(method="HEAD", resource="document"),
}


@pytest.mark.parametrize("what", COUNT)
def test_person_opens_a_page(what: str) -> None:
    assert opens_page(COUNT[what])


@pytest.mark.parametrize("what", DO_NOT)
def test_nobody_opens_a_page(what: str) -> None:
    assert not opens_page(DO_NOT[what])


@pytest.mark.parametrize("kind", ["video/mp4", "audio/mpeg", "application/vnd.yt-ump"])
def test_media_counts_as_it_flows(kind: str) -> None:
    assert is_media(Head(resource="empty", labelled=True, content_type=kind))
    assert not is_media(Head(content_type=kind, purpose="prefetch"))


@pytest.mark.parametrize("kind", ["", "audio/mpegurl", "application/json", "image/gif"])
def test_playlists_and_others_are_no_media(kind: str) -> None:
    assert not is_media(Head(content_type=kind))


def test_only_what_no_browser_labels_is_known_by_its_bytes() -> None:
    assert by_bytes(Head())
    assert not by_bytes(Head(labelled=True, resource="empty"))
    assert not by_bytes(Head(resource="image"))


@pytest.mark.parametrize("what", [*COUNT, *DO_NOT])
def test_what_need_not_be_looked_at_counts_for_nothing(what: str) -> None:
    seen = (COUNT | DO_NOT)[what]
    for kind in ("", "text/html", "video/mp4", "audio/ogg", "image/png"):
        with_kind = replace(seen, content_type=kind)
        if opens_page(with_kind) or is_media(with_kind) or by_bytes(with_kind):
            assert may_count(seen.resource, kind)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"2",
        b"3",
        b"ping",
        b'{"type":"ping"}',
        b'{"op":1,"d":251}',
        b'{"event": "pusher:pong", "data": {}}',
        b'[null,"3","phoenix","heartbeat",{}]',
        b"{}",
    ],
)
def test_keep_alive_of_a_websocket_does_not_count(data: bytes) -> None:
    assert not message_counts(data, as_long_as_last=False, seconds_since=1)


@pytest.mark.parametrize("data", [b"hi", b"22", b'{"type":"chat","text":"ping me"}', bytes(9000)])
def test_what_a_person_does_on_a_websocket_counts(data: bytes) -> None:
    assert message_counts(data, as_long_as_last=False, seconds_since=30)
    assert message_counts(data, as_long_as_last=True, seconds_since=0.1)
    assert not message_counts(data, as_long_as_last=True, seconds_since=25)


class Index:
    def find(self, host: str, target: str = "", asked: Asked = ASKED) -> tuple[Hit, ...]:
        listed = {"game.test": "games", "os.test": "updates", "news.test": "news"}
        return (Hit(listed[host], "feed", host),) if host in listed else ()

    def may_depend_on_url(self, host: str) -> bool:
        return False


@pytest.fixture(scope="module")
def snapshot() -> PolicySnapshot:
    rows = PolicyRows(
        settings=Settings(safe_harbour=("111.test",), unknown_tier="t"),
        profiles=(ProfileRow("mai", tier="t"),),
        devices=(DeviceRow("tablet", of="mai"),),
        services=(
            ServiceRow(
                "tube", hosts=("tube.test",), urls=("all.test/tube",), categories=("video",)
            ),
            ServiceRow("cdn", networks=("203.0.113.0/24",), categories=("infrastructure",)),
        ),
    )
    tier = TierRow("t", age_tier=True, quotas={"category:games": 60})
    made = compile_snapshot(rows, Builtin(), tiers=(tier,), services=(), id="1")
    return made.with_index(Index())


def keys(snapshot: PolicySnapshot, url: str, *, media: bool = False, **fields: object) -> set[str]:
    fields = {"child": "mai", "device": "tablet"} | fields
    visit = Visit(parse_url(url), datetime(2026, 11, 23, tzinfo=UTC), **fields)  # type: ignore[arg-type]
    return set(counted_for(visit, snapshot, media=media))


def test_time_is_counted_for_all_the_service_and_its_categories(snapshot: PolicySnapshot) -> None:
    assert keys(snapshot, "https://www.tube.test") == {"all", "service:tube", "category:video"}
    assert keys(snapshot, "https://all.test/tube/1") == {"all", "service:tube", "category:video"}
    assert keys(snapshot, "https://all.test/mail") == {"all"}


def test_listed_category_is_counted_where_a_limit_is_about_it(snapshot: PolicySnapshot) -> None:
    assert keys(snapshot, "https://game.test") == {"all", "category:games"}
    assert keys(snapshot, "https://news.test") == {"all"}


@pytest.mark.parametrize(
    "url",
    [
        "https://os.test/big.bin",
        "https://111.test",
        "http://kidgate.home.arpa/",
        "http://detectportal.firefox.com/success.txt",
        "http://www.gstatic.com/generate_204",
    ],
)
def test_nothing_is_counted_where_it_is_nobodys_time(snapshot: PolicySnapshot, url: str) -> None:
    assert keys(snapshot, url) == set()


def test_nothing_is_counted_when_nobody_is_known(snapshot: PolicySnapshot) -> None:
    assert keys(snapshot, "https://www.tube.test", child=None) == set()


def test_carrier_of_files_counts_for_a_video_alone(snapshot: PolicySnapshot) -> None:
    facts = Facts(addresses=("203.0.113.9",))
    url = "https://edge.test/segment"
    assert keys(snapshot, url, facts=facts) == set()
    assert "all" in keys(snapshot, url, facts=facts, media=True)


def test_page_of_ours_comes_before_no_form_and_no_part() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    visit = Visit(parse_url("https://a.test"), at, child="mai")
    assert worth_a_page(visit, CLICK)
    assert not worth_a_page(Visit(visit.url, at, method="POST"), CLICK)
    assert not any(worth_a_page(visit, DO_NOT[what]) for what in DO_NOT)
