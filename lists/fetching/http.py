"""A list over HTTP: asked for only if it is another one than before, with every limit there is.

What comes is stored as it came: a packed body stays packed, for the importer unpacks with limits of
its own.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import BinaryIO

import httpcore
import httpx

from kidgate.lists.fetching.faults import FetchFailed, Trouble
from kidgate.lists.fetching.locations import check_url
from kidgate.lists.fetching.transport import Deadline, Transport
from kidgate.lists.streams import MIB, Progress
from kidgate.policies.destinations import Network

AGENT = "kidgate"
MOVED = frozenset({301, 302, 303, 307, 308})
PACKED = (b"\x1f\x8b", b"PK\x03\x04")  # how gzip and zip begin
LONGEST_WAIT = 86_400.0  # seconds of Retry-After that are honoured


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """Seconds and bytes."""

    connect: float = 15.0
    silence: float = 30.0  # without a byte
    total: float = 900.0
    size: int = 256 * MIB  # as transferred
    proof: int = 65_536  # of a checksum or signature
    hops: int = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to fetch. `etag` and `modified` are the server's words about the version we have."""

    url: str
    etag: str = ""
    modified: str = ""
    allowed: tuple[Network, ...] = ()  # private addresses that the owner named
    plain: bool = False  # unpacked by nobody on the way: a proof is of the file itself


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came. `sha256` is of the bytes as stored."""

    url: str  # after redirects
    etag: str
    modified: str
    sha256: str
    packed: bool  # by the transfer, not by the maker


def fetch(
    wanted: Wanted,
    into: Path,
    trust: ssl.SSLContext,
    *,
    limits: FetchLimits = FetchLimits(),
    progress: Progress | None = None,
    monotonic: Callable[[], float] = time.monotonic,
) -> Fetched | None:
    """Store the list in the new file `into`; None when it is the version we have.

    Raises FetchFailed; no file is left then.
    """
    deadline = Deadline(monotonic() + limits.total, monotonic)
    with Transport(wanted.allowed, deadline, trust) as transport:
        client = httpx.Client(transport=transport, trust_env=False, follow_redirects=False)
        with client, _told(wanted.url), _answered(client, wanted, limits) as answer:
            if answer.status_code == httpx.codes.NOT_MODIFIED:
                return None
            return _stored(answer, into, limits, progress)


@contextlib.contextmanager
def _answered(
    client: httpx.Client, wanted: Wanted, limits: FetchLimits
) -> Iterator[httpx.Response]:
    """The answer at the end of all redirects: 200, or 304 where we asked for that."""
    check_url(wanted.url)
    url = httpx.URL(wanted.url)
    timeout = httpx.Timeout(limits.silence, connect=limits.connect)
    for _ in range(limits.hops + 1):
        with client.stream("GET", url, headers=_headers(wanted), timeout=timeout) as answer:
            if answer.status_code not in MOVED:
                _check_status(answer, wanted)
                yield answer
                return
            url = _moved(url, answer.headers.get("location", ""))
    message = f"`{wanted.url}` redirects more than {limits.hops} times: check the address"
    raise FetchFailed(Trouble.REDIRECT, message)


def _moved(url: httpx.URL, location: str) -> httpx.URL:
    try:
        target = url.join(location)
    except (httpx.InvalidURL, ValueError):
        target = httpx.URL("")
    if not location or target.scheme not in ("http", "https") or target.userinfo:
        message = f"`{url}` redirects to nowhere we follow: check the address"
        raise FetchFailed(Trouble.REDIRECT, message)
    if url.scheme == "https" and target.scheme == "http":
        message = f"`{url}` redirects to http, where anybody could change the list: ask its maker"
        raise FetchFailed(Trouble.REDIRECT, message)
    return target.copy_with(fragment=None)


def _headers(wanted: Wanted) -> dict[str, str]:
    headers = {
        "User-Agent": AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "identity" if wanted.plain else "gzip",
    }
    if wanted.etag:
        headers["If-None-Match"] = wanted.etag
    if wanted.modified:
        headers["If-Modified-Since"] = wanted.modified
    return headers


def _check_status(answer: httpx.Response, wanted: Wanted) -> None:
    status = answer.status_code
    asked = bool(wanted.etag or wanted.modified)
    if status == httpx.codes.OK or (status == httpx.codes.NOT_MODIFIED and asked):
        return
    passing = status in (408, 425, 429) or status >= 500
    advice = "it is tried again later" if passing else "check the address"
    raise FetchFailed(
        Trouble.STATUS,
        f"`{answer.url}` answered {status} {answer.reason_phrase}: {advice}",
        passing=passing,
        retry_after=_retry_after(answer.headers),
    )


def _retry_after(headers: httpx.Headers) -> float | None:
    """Seconds. A date counts from the server's own clock: ours may be years away."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_WAIT)
    try:
        until, now = (parsedate_to_datetime(t) for t in (text, headers.get("date", "")))
        return min(max((until - now).total_seconds(), 0.0), LONGEST_WAIT)
    except (ValueError, TypeError):
        return None


def _stored(
    answer: httpx.Response, into: Path, limits: FetchLimits, progress: Progress | None
) -> Fetched:
    encoding = answer.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        message = f"`{answer.url}` is packed as `{encoding[:40]}`, which was not asked for"
        raise FetchFailed(Trouble.ENCODING, message)
    length = answer.headers.get("content-length", "")
    total = int(length) if length.isascii() and length.isdigit() and len(length) < 16 else 0
    if total > limits.size:
        raise _too_large(answer.url, limits)
    try:
        with os.fdopen(_new(into), "wb") as file:
            digest = _copied(answer, file, limits, lambda done: progress and progress(done, total))
        _check_end(answer, into)
    except BaseException:
        into.unlink(missing_ok=True)
        raise
    return Fetched(
        url=str(answer.url),
        etag=_kept(answer.headers.get("etag", "")),
        modified=_kept(answer.headers.get("last-modified", "")),
        sha256=digest,
        packed=encoding in ("gzip", "x-gzip"),
    )


def _copied(
    answer: httpx.Response,
    file: BinaryIO,
    limits: FetchLimits,
    report: Callable[[int], object],
) -> str:
    digest, done = hashlib.sha256(), 0
    for part in answer.iter_raw():
        done += len(part)
        if done > limits.size:
            raise _too_large(answer.url, limits)
        file.write(part)
        digest.update(part)
        report(done)
    return digest.hexdigest()


def _check_end(answer: httpx.Response, path: Path) -> None:
    """Where nobody said how much there is, the end of the connection is taken for the end of the
    list: only if that ends like one. What is packed knows its own end."""
    chunked = "chunked" in answer.headers.get("transfer-encoding", "").lower()
    if chunked or "content-length" in answer.headers:
        return
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(max(path.stat().st_size - 1, 0))
        if file.read() == b"\n" or head.startswith(PACKED):
            return
    message = f"`{answer.url}` ended in the middle of a line: it is tried again later"
    raise FetchFailed(Trouble.TRUNCATED, message, passing=True)


def _new(path: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    return os.open(path, flags, 0o600)


def _kept(text: str) -> str:
    """A header to send back, if it is a sane one."""
    return text if len(text) <= 256 and text.isascii() and text.isprintable() else ""


def _too_large(url: httpx.URL, limits: FetchLimits) -> FetchFailed:
    message = f"`{url}` is larger than {limits.size // MIB} MB: choose a smaller list"
    return FetchFailed(Trouble.TOO_LARGE, message)


@contextlib.contextmanager
def _told(url: str) -> Iterator[None]:
    """Turns faults of the network into words."""
    try:
        yield
    except (httpcore.TimeoutException, httpx.TimeoutException) as fault:
        message = f"`{url}` did not answer in time: it is tried again later"
        raise FetchFailed(Trouble.TIMEOUT, message, passing=True) from fault
    except (httpcore.ConnectError, httpcore.NetworkError) as fault:
        raise _unreachable(url, fault) from fault
    except (httpcore.ProtocolError, httpx.TransportError) as fault:
        message = f"`{url}` was cut off ({fault}): it is tried again later"
        raise FetchFailed(Trouble.TRUNCATED, message, passing=True) from fault


def _unreachable(url: str, fault: Exception) -> FetchFailed:
    cause: BaseException | None = fault
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    if cause is None:
        broken = isinstance(fault, httpcore.ReadError)
        reason = Trouble.TRUNCATED if broken else Trouble.UNREACHABLE
        message = f"`{url}` cannot be reached ({fault}): check the address and the network"
        return FetchFailed(reason, message, passing=True)
    said = getattr(cause, "verify_message", "") or cause.reason or "TLS"
    message = f"`{url}` has no certificate that we trust ({said}): check the address and the clock"
    return FetchFailed(Trouble.TLS, message, passing=True)
