"""Which video a page of YouTube shows, and whose: the keys that a tier's `videos` may allow.

`video:ID`, `channel:ID` and `@handle` are what YouTube itself addresses by; the name an author
chose (`author`) is anybody's to choose and says nothing. Read from the address, the watch page and
the JSON of the player. What these mean is for `policies.deciders.video`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote

from kidgate.policies.names import Url, parents

HOSTS = frozenset(
    {
        *("youtube.com", "youtube-nocookie.com", "youtu.be", "youtubekids.com"),
        *("youtubei.googleapis.com", "youtube.googleapis.com"),
    }
)
PLAYERS = ("/youtubei/v1/player", "/youtubei/v1/get_watch", "/youtubei/v1/reel/reel_item_watch")
LISTS = ("/watch", "/embed/videoseries")  # show a video that their path does not name
MAX_BODY = 4 * 1024 * 1024  # bytes; a watch page has about one million
MAX_PLAYERS = 50  # in one answer: those that come next may be fetched with it

_ID = re.compile(r"[\w-]{11}", re.ASCII)
_CHANNEL = re.compile(r"UC[\w-]{22}", re.ASCII)
_HANDLE = re.compile(r"@[\w.·-]{3,90}")
_VIDEO_PATH = re.compile(r"/(?:watch|shorts|embed|live|v|e)/([\w-]{11})(?=[/?]|$)", re.ASCII)
# A text inside the page's JSON has its quotes escaped, and inside its HTML written as entities: no
# title or comment can be taken for these.
_PAGE = {
    "video:": (
        re.compile(rb'"videoDetails":\s?\{"videoId":\s?"([\w-]{11})"'),
        re.compile(rb'<meta itemprop="(?:videoId|identifier)" content="([\w-]{11})">'),
    ),
    "channel:": (
        re.compile(rb'"externalChannelId":\s?"(UC[\w-]{22})"'),
        re.compile(rb'<meta itemprop="channelId" content="(UC[\w-]{22})">'),
    ),
    "": (
        re.compile(rb'"ownerProfileUrl":\s?"https?:\\?/\\?/www\.youtube\.com\\?/(@[^"\\/?]{3,300})"'),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """`keys` for `Facts.video`; `unread` says why there are none though a video is shown."""

    keys: tuple[str, ...] = ()
    unread: str = ""


def is_video_site(host: str) -> bool:
    """Whether a canonical host is one whose videos have such keys."""
    return not HOSTS.isdisjoint(parents(host))


def is_telling(url: Url) -> bool:
    """Whether an answer from there tells what is shown: its body must be read before it goes on."""
    tells = url.path in PLAYERS or url.path in LISTS or bool(keys_of_url(url))
    return tells and is_video_site(url.host)


def keys_of_url(url: Url) -> tuple[str, ...]:
    """What the address alone says: a video, a channel or a handle; () for everything else.

    Whose video it is, it does not say: where a tier allows channels, judge by `shown` alone.
    """
    if not is_video_site(url.host):
        return ()
    return _keys(_in_url(url))


def shown(url: Url, body: bytes) -> Shown:
    """What an answer shows, its content coding undone. Never raises."""
    if not is_telling(url):
        return Shown()
    if len(body) > MAX_BODY:
        return Shown(keys_of_url(url), f"larger than {MAX_BODY} bytes")
    found = _keys(_in_json(body) if url.path in PLAYERS else _in_page(body))
    if found:
        return Shown(found)
    named = keys_of_url(url)
    return Shown(named, "" if named else "no word of what is shown")


def _keys(found: Iterator[str]) -> tuple[str, ...]:
    """Each once; a handle as it is written and in small letters, for both name the same."""
    keys = dict.fromkeys(found)
    for key in tuple(keys):
        if key.startswith("@"):
            keys[key.lower()] = None
    return tuple(keys)


def _in_url(url: Url) -> Iterator[str]:
    path = url.path
    if url.host.removeprefix("www.") == "youtu.be" and _ID.fullmatch(path[1:12]):
        yield f"video:{path[1:12]}"
    elif (found := _VIDEO_PATH.match(path)) and path not in LISTS:
        yield f"video:{found[1]}"
    elif path == "/watch":
        texts = set(parse_qs(url.query).get("v", ()))
        # Of several one would be played, and nobody says which.
        yield from (f"video:{text}" for text in texts if len(texts) == 1 and _ID.fullmatch(text))
    elif path.startswith("/channel/") and _CHANNEL.fullmatch(path.split("/")[2]):
        yield f"channel:{path.split('/')[2]}"
    elif path.startswith("/@") and _HANDLE.fullmatch(handle := unquote(path.split("/")[1])):
        yield handle


def _in_page(body: bytes) -> Iterator[str]:
    for kind, patterns in _PAGE.items():
        # The first alone: what is offered beside it is not what is shown.
        for pattern in patterns:
            if found := pattern.search(body):
                yield kind + unquote(found[1].decode("utf-8", "replace"))
                break


def _in_json(body: bytes) -> Iterator[str]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    answers = value if isinstance(value, list) else [value]
    for answer in answers[:MAX_PLAYERS]:
        inner = _part(_part({"": answer}, ""), "playerResponse")
        yield from _in_player(inner or _part({"": answer}, ""))


def _in_player(player: Mapping[str, Any]) -> Iterator[str]:
    details = _part(player, "videoDetails")
    owner = _part(_part(player, "microformat"), "playerMicroformatRenderer")
    for kind, pattern, text in (
        ("video:", _ID, details.get("videoId")),
        ("channel:", _CHANNEL, details.get("channelId") or owner.get("externalChannelId")),
        ("", _HANDLE, unquote(str(owner.get("ownerProfileUrl", "")).rpartition("/")[2])),
    ):
        if isinstance(text, str) and pattern.fullmatch(text):
            yield kind + text


def _part(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    inner = value.get(key)
    return inner if isinstance(inner, dict) else {}
