"""A list over HTTP: every limit holds, every fault is a word and a sentence, nothing is left."""

from __future__ import annotations

import gzip
import hashlib
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest

from kidgate.lists.fetching.addresses import networks
from kidgate.lists.fetching.faults import FetchFailed, Trouble
from kidgate.lists.fetching.http import Fetched, FetchLimits, Wanted, fetch
from kidgate.lists.fetching.locations import check_url
from kidgate.lists.fetching.obtain import trust
from tests.e2e.pki import Authority
from tests.lists.fetching.server import Asked, Site, hangs, moved, page, serving, versioned

HERE = networks(["127.0.0.1/32", "::1/128"])
LIMITS = FetchLimits(connect=5, silence=5, total=30)
LIST = b"bet.example\ncasino.example\n"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as found:
        yield found


@pytest.fixture(scope="module")
def roots() -> ssl.SSLContext:
    return trust(None)


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "list"


def got(
    site: Site,
    path: str,
    into: Path,
    roots: ssl.SSLContext,
    limits: FetchLimits = LIMITS,
    **more: str,
) -> Fetched | None:
    return fetch(Wanted(site.url(path), allowed=HERE, **more), into, roots, limits=limits)


def failed(
    site: Site, path: str, into: Path, roots: ssl.SSLContext, limits: FetchLimits = LIMITS
) -> FetchFailed:
    """The fault; no file is left."""
    with pytest.raises(FetchFailed) as found:
        got(site, path, into, roots, limits)
    assert not into.exists()
    return found.value


def test_list_is_stored_as_it_came(site: Site, into: Path, roots: ssl.SSLContext) -> None:
    site["/list"] = versioned(LIST, '"v1"', "Sun, 22 Nov 2026 08:00:00 GMT")
    found = got(site, "/list", into, roots)
    assert into.read_bytes() == LIST
    assert into.stat().st_mode & 0o777 == 0o600
    assert found == Fetched(
        url=site.url("/list"),
        etag='"v1"',
        modified="Sun, 22 Nov 2026 08:00:00 GMT",
        sha256=hashlib.sha256(LIST).hexdigest(),
        packed=False,
    )


def test_nothing_is_stored_when_the_version_is_ours(
    site: Site, into: Path, roots: ssl.SSLContext
) -> None:
    site["/list"] = versioned(LIST, '"v1"')
    assert got(site, "/list", into, roots, etag='"v1"', modified="Sun, 22 Nov 2026") is None
    assert not into.exists()
    assert site.asked[0].headers["if-none-match"] == '"v1"'
    assert site.asked[0].headers["if-modified-since"] == "Sun, 22 Nov 2026"


def test_not_modified_is_a_fault_when_nobody_asked(
    site: Site, into: Path, roots: ssl.SSLContext
) -> None:
    site["/list"] = page(b"", "304 Not Modified")
    assert failed(site, "/list", into, roots).reason is Trouble.STATUS


@pytest.mark.parametrize(
    ("status", "passing"),
    [
        ("404 Not Found", False),
        ("410 Gone", False),
        ("403 Forbidden", False),
        ("206 Partial", False),
        ("500 Oh", True),
        ("503 Later", True),
        ("429 Many", True),
        ("408 Slow", True),
    ],
)
def test_status_is_a_fault_that_may_pass(
    site: Site, into: Path, roots: ssl.SSLContext, status: str, passing: bool
) -> None:
    site["/list"] = page(b"<html>sorry</html>", status)
    fault = failed(site, "/list", into, roots)
    assert (fault.reason, fault.passing) == (Trouble.STATUS, passing)
    assert status[:3] in str(fault)


@pytest.mark.parametrize(
    ("retry", "date", "seconds"),
    [
        ("120", "", 120.0),
        ("99999999999999", "", 86_400.0),
        ("Sun, 22 Nov 1970 08:10:00 GMT", "Sun, 22 Nov 1970 08:00:00 GMT", 600.0),
        ("Sun, 22 Nov 1970 07:00:00 GMT", "Sun, 22 Nov 1970 08:00:00 GMT", 0.0),
        ("Sun, 22 Nov 2099 08:10:00 GMT", "", None),
        ("soon", "", None),
        ("", "", None),
    ],
)
def test_retry_after_is_counted_from_the_server_s_own_clock(
    site: Site, into: Path, roots: ssl.SSLContext, retry: str, date: str, seconds: float | None
) -> None:
    site["/list"] = page(b"", "503 Later", Retry_After=retry, Date=date)
    assert failed(site, "/list", into, roots).retry_after == seconds


def test_cut_body_is_a_fault_when_the_length_was_said(
    site: Site, into: Path, roots: ssl.SSLContext
) -> None:
    site["/list"] = page(LIST, Content_Length=str(len(LIST) + 1))
    fault = failed(site, "/list", into, roots)
    assert (fault.reason, fault.passing) == (Trouble.TRUNCATED, True)


def test_cut_chunks_are_a_fault(site: Site, into: Path, roots: ssl.SSLContext) -> None:
    body = b"5\r\nbet.e\r\n"
    site["/list"] = page(body, Content_Length="", Transfer_Encoding="chunked")
    assert failed(site, "/list", into, roots).reason is Trouble.TRUNCATED


def test_list_of_unsaid_length_must_end_like_one(
    site: Site, into: Path, roots: ssl.SSLContext
) -> None:
    site["/whole"] = page(LIST, Content_Length="")
    assert got(site, "/whole", into, roots) is not None
    into.unlink()
    site["/cut"] = page(LIST[:-3], Content_Length="")
    assert failed(site, "/cut", into, roots).reason is Trouble.TRUNCATED
    site["/packed"] = page(gzip.compress(LIST), Content_Length="")
    assert got(site, "/packed", into, roots) is not None


def test_nonsense_instead_of_http_is_a_fault(site: Site, into: Path, roots: ssl.SSLContext) -> None:
    def nonsense(asked: Asked, out: BinaryIO) -> None:
        out.write(b"\x00" * 500)

    site["/list"] = nonsense
    assert failed(site, "/list", into, roots).reason is Trouble.TRUNCATED


def test_silence_ends_in_a_time_out(site: Site, into: Path, roots: ssl.SSLContext) -> None:
    site["/list"] = hangs
    fault = failed(site, "/list", into, roots, replace(LIMITS, silence=0.2))
    assert (fault.reason, fault.passing) == (Trouble.TIMEOUT, True)


@pytest.mark.parametrize("part", ["head", "body"])
def test_dripping_ends_at_the_deadline_however_lively(
    site: Site, into: Path, roots: ssl.SSLContext, part: str
) -> None:
    """The clock goes a second forward whenever it is asked: no test waits for real."""
    now = iter(range(10_000))

    def drip(asked: Asked, out: BinaryIO) -> None:
        out.write(b"HTTP/1.1 200 OK\r\n" + (b"\r\n" if part == "body" else b""))
        for _ in range(1000):
            out.write(b"a: b\r\n")
            out.flush()

    site["/list"] = drip
    with pytest.raises(FetchFailed) as found:
        fetch(
            Wanted(site.url("/list"), allowed=HERE),
            into,
            roots,
            limits=replace(LIMITS, total=2),
            monotonic=lambda: float(next(now)),
        )
    assert found.value.reason is Trouble.TIMEOUT
    assert not into.exists()


def test_large_list_is_refused_before_and_while_it_comes(
    site: Site, into: Path, roots: ssl.SSLContext
) -> None:
    small = replace(LIMITS, size=1000)
    site["/said"] = page(b"", Content_Length="100000")
    site["/unsaid"] = page(b"x" * 5000, Content_Length="")
    for path in ("/said", "/unsaid"):
        fault = failed(site, path, into, roots, small)
        assert (fault.reason, fault.passing) == (Trouble.TOO_LARGE, False)


def test_unknown_packing_is_refused(site: Site, into: Path, roots: ssl.SSLContext) -> None:
    site["/list"] = page(LIST, Content_Encoding="br")
    assert failed(site, "/list", into, roots).reason is Trouble.ENCODING
    assert site.asked[0].headers["accept-encoding"] == "gzip"


def test_packed_body_is_stored_packed(site: Site, into: Path, roots: ssl.SSLContext) -> None:
    packed = gzip.compress(LIST)
    site["/list"] = page(packed, Content_Encoding="gzip")
    found = got(site, "/list", into, roots)
    assert found is not None and found.packed
    assert into.read_bytes() == packed


def test_redirects_are_followed_to_their_end(site: Site, into: Path, roots: ssl.SSLContext) -> None:
    site["/a"] = moved("/b", "301 Moved")
    site["/b"] = moved(site.url("/c"), "307 Moved")
    site["/c"] = page(LIST)
    found = got(site, "/a", into, roots)
    assert found is not None and found.url == site.url("/c")


def test_redirects_have_an_end(site: Site, into: Path, roots: ssl.SSLContext) -> None:
    site["/a"] = moved("/a")
    assert failed(site, "/a", into, roots).reason is Trouble.REDIRECT
    assert len(site.asked) == LIMITS.hops + 1


@pytest.mark.parametrize(
    "to", ["", "ftp://127.0.0.1/x", "file:///etc/passwd", "http://u:p@127.0.0.1/"]
)
def test_redirect_to_nowhere_is_refused(
    site: Site, into: Path, roots: ssl.SSLContext, to: str
) -> None:
    site["/a"] = moved(to)
    assert failed(site, "/a", into, roots).reason is Trouble.REDIRECT


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.2",
        "169.254.169.254",
        "10.0.0.1",
        "192.168.1.1",
        "[::ffff:127.0.0.2]",
        "0.0.0.0",
        "[::]",
        "[fe80::1]",
        "2130706434",  # 127.0.0.2 as one number
        "0x7f.2",
    ],
)
def test_private_address_is_refused_when_nobody_named_it(
    site: Site, into: Path, roots: ssl.SSLContext, host: str
) -> None:
    """A feed on the Internet that leads to the router or to a cloud's secrets is no feed."""
    site["/a"] = moved(f"http://{host}:{site.port}/secret")
    site["/secret"] = page(LIST)
    assert failed(site, "/a", into, roots).reason is Trouble.PRIVATE_ADDRESS
    assert [asked.path for asked in site.asked] == ["/a"]


def test_loopback_is_refused_without_leave(site: Site, into: Path, roots: ssl.SSLContext) -> None:
    with pytest.raises(FetchFailed, match=r"--allow-address 127\.0\.0\.1 --because"):
        fetch(Wanted(site.url("/list")), into, roots, limits=LIMITS)
    assert site.asked == []


def test_nobody_at_home_is_a_fault_that_may_pass(into: Path, roots: ssl.SSLContext) -> None:
    with serving() as gone:
        port = gone.port
    wanted = Wanted(f"http://127.0.0.1:{port}/list", allowed=HERE)
    with pytest.raises(FetchFailed) as found:
        fetch(wanted, into, roots, limits=LIMITS)
    assert (found.value.reason, found.value.passing) == (Trouble.UNREACHABLE, True)


def test_proxies_of_the_environment_are_not_used(
    site: Site, into: Path, roots: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would lead through the very filter that the list feeds."""
    site["/list"] = page(LIST)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert got(site, "/list", into, roots) is not None


# --- TLS ---


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("pki"))


def test_list_comes_over_https_when_the_root_is_trusted(authority: Authority, into: Path) -> None:
    with serving(authority.context("localhost")) as site:
        site["/list"] = page(LIST)
        assert got(site, "/list", into, trust(authority.pem)) is not None
    assert into.read_bytes() == LIST


def test_certificate_is_verified(authority: Authority, into: Path, roots: ssl.SSLContext) -> None:
    ours = trust(authority.pem)
    for context, trusted in (
        (authority.context("localhost"), roots),
        (authority.context("other.example"), ours),
        (authority.context("localhost", expired=True), ours),
    ):
        with serving(context) as site:
            site["/list"] = page(LIST)
            fault = failed(site, "/list", into, trusted)
            assert (fault.reason, fault.passing) == (Trouble.TLS, True)
            assert "clock" in str(fault)
            assert site.asked == []


def test_https_never_leads_to_http(authority: Authority, into: Path, site: Site) -> None:
    site["/list"] = page(LIST)
    with serving(authority.context("localhost")) as secure:
        secure["/list"] = moved(site.url("/list"))
        fault = failed(secure, "/list", into, trust(authority.pem))
    assert fault.reason is Trouble.REDIRECT
    assert site.asked == []


@pytest.mark.parametrize(
    "text",
    ["ftp://x.example/", "https://", "https:///list", "nothing", "http://u:secret@x.example/"],
)
def test_address_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(FetchFailed) as found:
        check_url(text)
    assert found.value.reason is Trouble.BAD_LOCATION
    assert "secret" not in str(found.value)
