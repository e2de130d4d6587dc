"""Our own check of an HTTP/1 request head, before any parser sees it.

mitmproxy accepts bare LF, obs-fold, NUL, TRACE and two Host headers; each is a way to show the
filter one request and the origin another. Source: RFC 9112 (syntax), RFC 9110 section 9.3.8
(TRACE).
"""

from __future__ import annotations

import re

TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
REQUEST_LINE = re.compile(rb"(" + TOKEN + rb") ([\x21-\x7e\x80-\xff]+) HTTP/1\.([01])")
FIELD = re.compile(rb"(" + TOKEN + rb"):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*)")
METHOD_START = re.compile(TOKEN + rb"(?: |\Z)")
FORBIDDEN_METHODS = (b"TRACE", b"TRACK")
SINGLE = (b"host", b"content-length", b"transfer-encoding")


def check_head(head: bytes) -> str | None:
    """What is wrong with a request head, in words; None when nothing is.

    `head` is everything up to and including the empty line. Empty lines before the request line,
    which some clients send after a POST, are the caller's to strip.
    """
    if b"\n" in head.replace(b"\r\n", b""):
        return "a line ends in a bare line feed"
    lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    found = REQUEST_LINE.fullmatch(lines[0])
    if found is None:
        return "the request line is malformed"
    method, target, _ = found.groups()
    if method in FORBIDDEN_METHODS:
        return f"the method {method.decode()} is not served"
    if b"#" in target:
        return "the request target has a fragment"
    return _check_target(method, target) or _check_fields(lines[1:], found[3])


def check_start(head: bytes) -> str | None:
    """What is wrong already with the first bytes of a head that is not complete.

    SSH, OpenVPN and other protocols in a tunnel are known by them, and would otherwise wait for the
    time limit of a slow head.
    """
    line, end, _ = head.partition(b"\n")
    if end:
        whole = REQUEST_LINE.fullmatch(line.removesuffix(b"\r"))
        return None if whole else "the request line is malformed"
    return None if not line or METHOD_START.match(line) else "the request line is malformed"


def _check_target(method: bytes, target: bytes) -> str | None:
    if method == b"CONNECT" or target == b"*":
        return None if method in (b"CONNECT", b"OPTIONS") else "the request target is malformed"
    if target.startswith(b"/") or re.match(rb"https?://", target, re.IGNORECASE):
        return None
    return "the request target is malformed"


def _check_fields(lines: list[bytes], minor: bytes) -> str | None:
    seen: dict[bytes, bytes] = {}
    for line in lines:
        if line[:1] in (b" ", b"\t"):
            return "a header is folded over two lines"
        field = FIELD.fullmatch(line)
        if field is None:
            return "a header line is malformed"
        name, value = field[1].lower(), field[2].strip(b" \t")
        if name in seen and name in SINGLE:
            return f"the header {name.decode()} stands twice"
        seen[name] = value
    return _check_framing(seen, minor)


def _check_framing(fields: dict[bytes, bytes], minor: bytes) -> str | None:
    if minor == b"1" and not fields.get(b"host"):
        return "the Host header is missing"
    coding = fields.get(b"transfer-encoding")
    length = fields.get(b"content-length")
    if coding is not None:
        if length is not None:
            return "both Transfer-Encoding and Content-Length are given"
        if coding.lower() != b"chunked" or minor == b"0":
            return "the Transfer-Encoding is not served"
    if length is not None and not length.isdigit():
        return "the Content-Length is malformed"
    return None
