"""Which video is shown, and whose, by address, watch page and player. Ids are invented."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kidgate.content.video import MAX_BODY, Shown, is_telling, keys_of_url, shown
from kidgate.policies.names import parse_url

FAST = settings(max_examples=150, deadline=None, database=None)
ID, CHANNEL = "abcDEF_-123", "UCabcdefghijklmnopqrstuv"
PLAYER = "www.youtube.com/youtubei/v1/player?key=x"
WATCH = f"www.youtube.com/watch?v={ID}"


@pytest.mark.parametrize(
    ("address", "keys"),
    [
        (WATCH, (f"video:{ID}",)),
        (f"m.youtube.com/watch?list=PL1&v={ID}&t=3s", (f"video:{ID}",)),
        (f"youtube.com/shorts/{ID}", (f"video:{ID}",)),
        (f"www.youtube.com/shorts/{ID}?feature=share", (f"video:{ID}",)),
        (f"www.youtube-nocookie.com/embed/{ID}?autoplay=1", (f"video:{ID}",)),
        (f"www.youtube.com/live/{ID}", (f"video:{ID}",)),
        (f"youtu.be/{ID}?si=x", (f"video:{ID}",)),
        (f"www.youtubekids.com/watch?v={ID}", (f"video:{ID}",)),
        (f"www.youtube.com/watch?v={ID}&v=zzzzzzzzzzz", ()),  # which of them?
        (f"www.youtube.com/channel/{CHANNEL}/videos", (f"channel:{CHANNEL}",)),
        ("www.youtube.com/@VTV24/videos", ("@VTV24", "@vtv24")),
        ("www.youtube.com/@B%C3%A9H%E1%BB%8Dc", ("@BéHọc", "@béhọc")),
        ("www.youtube.com/embed/videoseries?list=PL1", ()),
        ("www.youtube.com/watch?v=short", ()),
        ("www.youtube.com/", ()),
        ("www.youtube.com/results?search_query=a", ()),
        (f"khac.example/watch?v={ID}", ()),
        (f"notyoutube.com/watch?v={ID}", ()),
    ],
)
def test_an_address_says_what_it_shows(address: str, keys: tuple[str, ...]) -> None:
    assert keys_of_url(parse_url(address)) == keys


def player(**changes: Any) -> dict[str, Any]:
    return {
        "videoDetails": {"videoId": ID, "channelId": CHANNEL, "author": "@other", "title": "x"},
        "microformat": {
            "playerMicroformatRenderer": {
                "externalChannelId": CHANNEL,
                "ownerProfileUrl": "http://www.youtube.com/@BeHoc",
            }
        },
    } | changes


ALL = (f"video:{ID}", f"channel:{CHANNEL}", "@BeHoc", "@behoc")


def test_the_players_json_says_what_it_plays() -> None:
    url = parse_url(PLAYER)
    assert shown(url, json.dumps(player()).encode()) == Shown(ALL)
    assert shown(url, json.dumps(player(microformat={})).encode()) == Shown(ALL[:2])
    watch = [{"playerResponse": player()}, {"response": {}}]
    assert shown(
        parse_url("www.youtube.com/youtubei/v1/get_watch"), json.dumps(watch).encode()
    ) == (Shown(ALL))


@pytest.mark.parametrize("body", [b"", b"\x0a\x0b", b"[]", b"{}", b'{"videoDetails":[]}', b"[[1]]"])
def test_a_player_that_does_not_say_is_told(body: bytes) -> None:
    assert shown(parse_url(PLAYER), body) == Shown((), "no word of what is shown")


def page(before: str = "") -> bytes:
    details = json.dumps(player(), separators=(",", ":"))
    other = json.dumps({"videoDetails": {"videoId": "z" * 11}}, separators=(",", ":"))
    return (
        f"<html>{before}<script>var ytInitialPlayerResponse = {details};{other}</script>".encode()
    )


def test_a_watch_page_says_what_it_shows_and_not_what_it_offers() -> None:
    assert shown(parse_url(WATCH), page()) == Shown(ALL)


def test_the_meta_of_a_page_says_it_too() -> None:
    body = (
        f'<meta itemprop="identifier" content="{ID}">'
        f'<meta itemprop="channelId" content="{CHANNEL}">'
    )
    assert shown(parse_url(WATCH), body.encode()) == Shown(ALL[:2])


def test_a_title_cannot_say_that_another_channel_is_shown() -> None:
    """The attack: a video whose text is written like the page's own data."""
    lie = '"externalChannelId":"UC' + "z" * 22 + '"'
    title = json.dumps({"title": lie})
    entity = lie.replace('"', "&quot;")
    found = shown(parse_url(WATCH), page(f"<title>{entity}</title><script>{title}</script>"))
    assert found == Shown(ALL)


def test_a_page_that_does_not_say_is_judged_by_its_address() -> None:
    assert shown(parse_url(WATCH), b"<html>changed") == Shown((f"video:{ID}",))


def test_an_address_with_two_videos_names_neither() -> None:
    """The attack: `v` once for the one that plays, once for one that is allowed."""
    found = shown(parse_url(f"{WATCH}&v=zzzzzzzzzzz"), b"<html>changed")
    assert found == Shown((), "no word of what is shown")


def test_a_page_too_large_is_told() -> None:
    found = shown(parse_url(WATCH), b"x" * (MAX_BODY + 1))
    assert found.keys == (f"video:{ID}",)
    assert found.unread.startswith("larger")


def test_only_answers_that_tell_are_held() -> None:
    assert is_telling(parse_url(PLAYER))
    assert is_telling(parse_url(WATCH))
    assert is_telling(parse_url(f"{WATCH}&v=zzzzzzzzzzz"))
    assert is_telling(parse_url("www.youtube.com/embed/videoseries?list=PL1"))
    assert not is_telling(parse_url("www.youtube.com/s/player/base.js"))
    assert not is_telling(parse_url("khac.example/youtubei/v1/player"))
    assert shown(parse_url("khac.example/"), page()) == Shown()


@FAST
@given(body=st.binary(max_size=200), path=st.sampled_from([PLAYER, WATCH, f"youtu.be/{ID}"]))
@example(body=b"[" * 100_000, path=PLAYER)
@example(body=b'{"videoDetails":{"videoId":1,"channelId":{}},"microformat":3}', path=PLAYER)
def test_shown_never_raises_when_given_any_body(body: bytes, path: str) -> None:
    shown(parse_url(path), body)


@FAST
@given(path=st.text(max_size=20), query=st.text(max_size=20))
def test_keys_never_raise_when_given_any_address(path: str, query: str) -> None:
    try:
        url = parse_url(f"https://www.youtube.com/{path}?{query}")
    except ValueError:
        return
    keys_of_url(url)
