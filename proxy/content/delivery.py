"""What was read is what is delivered: the decoded bytes, whatever the origin's coding was.

A second reader of the same coded bytes could see something else (a second gzip member, a deflate
stream without its header); so nobody gets them.
"""

from __future__ import annotations

from mitmproxy import http

from kidgate.proxy.fields import drop

# They describe bytes that are not sent any more (RFC 9530, RFC 9110 section 14.3).
OF_CODED_BYTES = frozenset(
    [
        *(b"content-encoding", b"content-md5", b"digest", b"content-digest", b"repr-digest"),
        *(b"accept-ranges", b"signature", b"signature-input"),
    ]
)


def deliver(response: http.Response, data: bytes) -> None:
    """Send these bytes as the body of a response that is held."""
    if "content-encoding" in response.headers:
        drop(response.headers, OF_CODED_BYTES)
    response.raw_content = data
    if "content-length" in response.headers:
        response.headers["content-length"] = str(len(data))
