"""Which new version of a list is believed: what would do harm is refused, what is natural not."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kidgate.documents.feed_data import (
    BUILTIN,
    Guards,
    load_guards,
    starter_categories,
    starter_text,
)
from kidgate.lists.importing import import_feed
from kidgate.lists.judging import Doubt, Doubtful, Known, judge

GUARDS = load_guards()
Judged = Callable[..., Doubt | None]


@pytest.fixture
def judged(tmp_path: Path) -> Judged:
    """What is said of a list in a category; `messages` keeps the words."""

    def ask(
        text: str, category: str = "malware", guards: Guards = GUARDS, **more: object
    ) -> object:
        source, names = tmp_path / "list.txt", tmp_path / "x.names"
        source.write_text(text)
        import_feed(source, names)
        known = replace(Known("some", category), **more)  # type: ignore[arg-type]
        try:
            ask.spared = judge(names, known, guards, tmp_path)  # type: ignore[attr-defined]
        except Doubtful as fault:
            assert "--because TEXT" in str(fault) or fault.reason is Doubt.PUBLIC_SUFFIX
            return fault.reason
        return None

    return ask  # type: ignore[return-value]


def names(count: int) -> str:
    return "".join(f"n{i}.example\n" for i in range(count))


# --- size ---


@pytest.mark.parametrize(
    ("now", "before", "most", "doubt"),
    [
        (99, 200, 0, Doubt.SHRUNK),
        (100, 200, 0, None),
        (1, 99, 0, None),  # a short list may change as it likes
        (100, 0, 0, None),  # the first version
        (120, 130, 400, Doubt.SHRUNK),  # cut a little again and again
        (200, 130, 400, None),
        (1001, 100, 100, Doubt.GROWN),
        (1000, 100, 100, None),
        (998, 1, 1, None),
    ],
)
def test_size_is_believed_within_bounds(
    judged: Judged, now: int, before: int, most: int, doubt: Doubt | None
) -> None:
    assert judged(names(now), accepted=before, most=most) is doubt


def test_size_is_believed_when_the_owner_says_so(judged: Judged) -> None:
    assert judged(names(10), accepted=500, overrides={"shrink": "they cleaned up"}) is None
    assert judged(names(1500), accepted=10, overrides={"grow": "new maker"}) is None
    assert judged(names(10), accepted=500, overrides={"grow": "x"}) is Doubt.SHRUNK


# --- hosts ---


@pytest.mark.parametrize(
    ("entry", "category", "doubt"),
    [
        ("windowsupdate.com", "malware", Doubt.NEVER_BLOCK),
        ("0.0.0.0 time.windows.com", "ads", Doubt.NEVER_BLOCK),
        ("microsoft.com", "phishing", Doubt.NEVER_BLOCK),  # and all the updates below it
        ("google.com", "adult", Doubt.NEVER_BLOCK),
        ("www.google.com", "scam", Doubt.NEVER_BLOCK),
        ("vietcombank.com.vn", "phishing", Doubt.NEVER_BLOCK),
        ("dichvucong.gov.vn", "scam", Doubt.NEVER_BLOCK),
        ("moet.gov.vn", "gambling", Doubt.NEVER_BLOCK),
        ("nasa.gov", "torrent", Doubt.NEVER_BLOCK),
        ("youtube.com", "malware", Doubt.TOP_HOST),
        ("zalo.me", "scam", Doubt.TOP_HOST),
        ("vnexpress.net", "adult", Doubt.TOP_HOST),
        ("pornhub.com", "ads", Doubt.TOP_HOST),
        ("||shopee.vn^", "scam", Doubt.TOP_HOST),
        ("||facebook.com^$important", "malware", Doubt.TOP_HOST),
        ("||facebook.com^$document", "malware", Doubt.TOP_HOST),
        ("/^(www\\.)?facebook\\.com/", "malware", Doubt.TOP_HOST),
        ("||tiktok.*^", "malware", Doubt.TOP_HOST),
        # what a host is about is no accident
        ("facebook.com", "social", None),
        ("youtube.com", "video", None),
        ("pornhub.com", "adult", None),
        ("bet365.com", "gambling", None),
        ("roblox.com", "games", None),
        ("doubleclick.net", "ads", None),
        ("nordvpn.com", "vpn", None),
        ("chatgpt.com", "ai_chat", None),
        ("bit.ly", "url_shortener", None),
        ("vietcombank.com.vn", "bank", None),
        ("google.com", "search", None),
        ("wikipedia.org", "education", None),
        ("facebook.com", "of_the_house", None),  # its owner knows what it is
        # not the host itself
        ("https://www.facebook.com/some.page", "scam", None),
        ("https://drive.google.com/uc?id=1", "malware", None),
        ("evil.sites.google.com", "malware", None),
        ("google.com.evil.example", "phishing", None),
        ("||facebook.com^$third-party", "tracking", None),
        ("||facebook.com/ads/", "ads", None),
        # a help line comes before every feed but those of illegal material
        ("childhelplineinternational.org", "adult", None),
        ("childhelplineinternational.org", "illegal", Doubt.NEVER_BLOCK),
    ],
)
def test_host_is_guarded_where_it_is_not_natural(
    judged: Judged, entry: str, category: str, doubt: Doubt | None
) -> None:
    assert judged(f"evil.example\n{entry}\nworse.example\n", category) is doubt


def test_host_is_not_stopped_when_the_list_exempts_it(judged: Judged) -> None:
    assert judged("||facebook.com^\n@@||facebook.com^\n||evil.example^\n") is None


def test_host_may_be_stopped_when_the_owner_says_why(judged: Judged) -> None:
    assert judged("google.com\n", overrides={"host:google.com": "exam week"}) is None
    assert judged("google.com\n", overrides={"host:bing.com": "x"}) is Doubt.NEVER_BLOCK


def test_top_hosts_are_not_looked_at_when_the_owner_says_none(judged: Judged) -> None:
    assert judged("vnexpress.net\n", top_hosts=0) is None
    assert judged("windowsupdate.com\n", top_hosts=0) is Doubt.NEVER_BLOCK


def test_reference_list_guards_its_first_ranks(judged: Judged) -> None:
    ranked = ["popular.example", "second.example"]
    assert judged("popular.example\n", ranked=ranked) is Doubt.TOP_HOST
    assert judged("popular.example\n", "adult", ranked=ranked) is Doubt.TOP_HOST
    assert judged("third.example\n", ranked=ranked) is None


def test_what_is_in_force_already_vouches(judged: Judged) -> None:
    """Refusing it would keep the feed from its updates and protect nobody."""

    def says(host: str) -> set[str]:
        return {"adult"} if host == "popular.example" else set()

    ranked = ["popular.example"]
    assert judged("popular.example\n", "adult", ranked=ranked, says=says) is None
    assert judged("popular.example\n", "malware", ranked=ranked, says=says) is Doubt.TOP_HOST


@pytest.mark.parametrize(
    ("entries", "hosts", "category", "doubt"),
    [
        (2000, "vnexpress.net tinhte.vn", "gambling", None),
        (2000, "vnexpress.net tinhte.vn dantri.com.vn", "gambling", Doubt.TOP_HOST),
        (998, "vnexpress.net", "gambling", Doubt.TOP_HOST),
        (20_000, "vnexpress.net", "malware", Doubt.TOP_HOST),  # nothing of the kind is believed
        (20_000, "vnexpress.net google.com", "gambling", Doubt.NEVER_BLOCK),
        (20_000, "vnexpress.net ||tinhte.*^", "gambling", Doubt.TOP_HOST),  # no name to leave out
    ],
)
def test_few_mistakes_of_a_long_list_are_left_out_of_it(
    judged: Judged, entries: int, hosts: str, category: str, doubt: Doubt | None
) -> None:
    rules = [host if "|" in host else f"||{host}^" for host in hosts.split()]
    text = "".join(f"||n{i}.example^\n" for i in range(entries)) + "\n".join(rules) + "\n"
    assert judged(text, category) is doubt
    if doubt is None:
        assert judged.spared == set(hosts.split())  # type: ignore[attr-defined]


# --- public suffixes ---


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("com.vn\n", None),  # that host alone, which is nobody's
        ("*.com.vn\n", None),
        ("||com.vn^$important\n", None),
        ("/\\.com\\.vn$/\n", Doubt.PUBLIC_SUFFIX),
        ("/\\.zip$/\n", Doubt.PUBLIC_SUFFIX),
        ("github.io\nblogspot.com\n", None),
    ],
)
def test_public_suffix_is_never_stopped_as_a_whole(
    judged: Judged, text: str, doubt: Doubt | None
) -> None:
    assert judged(f"evil.example\n{text}", "of_the_house") is doubt


def test_list_of_endings_is_no_list_of_sites(judged: Judged) -> None:
    endings = [f"{word}.{top}" for word in ("com", "net", "org", "gov", "edu") for top in TOPS]
    assert judged("\n".join(endings) + "\n") is Doubt.PUBLIC_SUFFIX
    assert judged("\n".join(endings[:20]) + "\n") is None


TOPS = ("vn", "au", "cn", "br", "tr", "my", "ph")


# --- real and shipped lists ---


@pytest.mark.parametrize("category", starter_categories())
def test_shipped_list_is_believed_whole(judged: Judged, category: str) -> None:
    assert judged(starter_text(BUILTIN + category).decode(), category) is None


REAL = {
    "domains/hostsvn/adult-hosts.gz": ("adult", None),
    "domains/hostsvn/gambling-domain.txt.gz": ("gambling", None),
    "domains/jmdugan/tiktok-all.easylist": ("social", None),
    "domains/shadowwhisperer/Dating.txt": ("dating", None),
    "domains/sinfonietta/gambling-hosts": ("gambling", None),
    "bypass/dibdot-doh-domains.txt": ("doh", None),
    "security/chongluadao/urls.txt.gz": ("scam", None),
    "security/durablenapkin-hosts.txt": ("scam", None),
    "security/malware-filter/urlhaus-filter-domains.txt.gz": ("malware", None),
    # mistakes that people would have met
    "domains/blocklistproject/torrent-nl.txt": ("torrent", Doubt.NEVER_BLOCK),  # nasa.gov
    "security/chongluadao/urls-UBO.txt.gz": ("scam", Doubt.NEVER_BLOCK),  # apps.apple.com
    "domains/shadowwhisperer/Risk.txt.gz": ("risky", Doubt.TOP_HOST),  # xe.com
}


@pytest.mark.shared
@pytest.mark.parametrize("file", REAL)
def test_real_list_is_believed_unless_it_is_wrong(judged: Judged, shared: Path, file: str) -> None:
    category, doubt = REAL[file]
    raw = (shared / "data" / file).read_bytes()
    text = gzip.decompress(raw) if file.endswith(".gz") else raw
    assert judged(text.decode(), category) is doubt
