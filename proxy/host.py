"""The four inner parts of mitmproxy that we replace, each for a measured reason, in one place.

1. `Http1Server` reads a request head: ours checks its bytes first (`rfc9112`) and bounds its size.
2. `HttpStream` keeps a whole body before it answers: ours answers a decided request, or one stopped
   by its response head, at once and lets the rest of the body fall; and no body is kept beyond a
   limit: its beginning is judged (`BodyTooLargeHook`), and the rest streams.
3. `make_error_response` and `format_error` make mitmproxy's error page: ours speaks to the child.
4. `ConnectionHandler.server_event` starts a task for every hook: `handler.py` calls them inline.

Beside these stand the parts that only do the same with less work (`shortcuts.py`,
`tls_shortcuts.py`).

`test_host.py` pins the version these were written against; a new one means: read the diff, run both
paths, then raise `MITMPROXY_VERSION`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from mitmproxy import http
from mitmproxy.connection import Connection
from mitmproxy.net.http import http1
from mitmproxy.proxy import commands, events, layer
from mitmproxy.proxy.layers import http as http_layer
from mitmproxy.proxy.layers.http import _http1, _http2
from mitmproxy.proxy.layers.http._events import (
    ErrorCode,
    RequestData,
    RequestEndOfMessage,
    RequestProtocolError,
    ResponseData,
    ResponseHeaders,
)
from mitmproxy.version import VERSION

from kidgate.proxy import shortcuts, tls_shortcuts
from kidgate.proxy.rfc9112 import check_head, check_start

MITMPROXY_VERSION = "12.2.3"
LIKE_HTTP = re.compile(rb"\s*[A-Z]{3,}[ \t]")
SILENT = 0  # SSH, OpenVPN and other guests get no answer that they could learn from
ErrorPage = Callable[[int, str], bytes]  # status, what mitmproxy says -> HTML
OnRefused = Callable[[Connection, str], None]
OnGuest = Callable[[Connection], None]
Longest = Callable[[http.HTTPFlow], int]
CHEAPER = (*shortcuts.PARTS, *tls_shortcuts.PARTS)
# Where mitmproxy's parser (h11) sees the end of a head, bare line feeds included: so must we, or a
# head that ends so would be parsed without having been checked.
HEAD_END = re.compile(rb"\n\r?\n")


def is_guest(begun: bytes) -> bool:
    """Whether bytes that are no good request head are another protocol's, and no faulty HTTP."""
    return LIKE_HTTP.match(begun) is None


class UnknownMitmproxy(RuntimeError):
    """The installed mitmproxy is not the one whose inner parts we know."""


class CheckedHttp1Server(_http1.Http1Server):
    """Refuses a request head that is malformed or too large, before it is parsed."""

    max_head: ClassVar[int] = 65_536
    on_refused: ClassVar[OnRefused] = staticmethod(lambda client, why: None)
    on_guest: ClassVar[OnGuest] = staticmethod(lambda client: None)

    def read_headers(self, event: events.ConnectionEvent) -> layer.CommandGenerator[None]:
        if isinstance(event, events.DataReceived):
            while bytes(self.buf).startswith(b"\r\n"):  # some clients send one after a POST
                self.buf.maybe_extract_lines()
            fault = self._fault()
            if fault is not None:
                yield from self._refuse(*fault)
                return
        yield from super().read_headers(event)

    def _fault(self) -> tuple[int, str] | None:
        waiting = bytes(self.buf)
        end = HEAD_END.search(waiting)
        size = end.end() if end else len(waiting)
        if size > self.max_head:
            return 431, f"the request head is larger than {self.max_head} bytes"
        if end:
            why = check_head(waiting[:size])
        else:  # another protocol need not be waited for
            why = check_start(waiting) if waiting != b"\r" else None
        if why is None:
            return None
        return (SILENT if is_guest(waiting) else 400, why)

    def _refuse(self, status: int, why: str) -> layer.CommandGenerator[None]:
        type(self).on_refused(self.conn, why)
        if status == SILENT:
            type(self).on_guest(self.conn)
        else:
            yield commands.SendData(self.conn, _http1.make_error_response(status, why))
        yield commands.CloseConnection(self.conn)
        self.state = self.done


@dataclass
class BodyTooLargeHook(commands.StartHook):
    """A body that is held is larger than what may be held: of the response, where there is one.
    Its message has what came until now. Whoever stops it sets the response, as in `request`."""

    flow: http.HTTPFlow
    blocking = True


class EarlyHttpStream(http_layer.HttpStream):
    """Answers as soon as the verdict stands; what follows of a body is read and dropped."""

    max_held: ClassVar[int] = 2_097_152  # bytes of a body that waits to be judged whole
    # Asked for a response that is longer: the bytes that may be held of this one all the same.
    longest: ClassVar[Longest] = staticmethod(lambda flow: 0)

    def state_consume_request_body(self, event: events.Event) -> layer.CommandGenerator[None]:
        if isinstance(event, RequestData) and self.flow.response is not None:
            event = RequestEndOfMessage(self.stream_id)
        if isinstance(event, RequestData):
            self.request_body_buf += event.data
            if len(self.request_body_buf) > self.max_held:
                yield from self._request_too_large()
            return
        yield from super().state_consume_request_body(event)

    def _request_too_large(self) -> layer.CommandGenerator[None]:
        begun = self.flow.request.data.content = bytes(self.request_body_buf)
        self.request_body_buf.clear()
        yield BodyTooLargeHook(self.flow)
        self.flow.request.data.content = None
        if self.flow.response is not None:
            yield from super().state_consume_request_body(RequestEndOfMessage(self.stream_id))
            return
        self.flow.request.stream = True
        yield from self.start_request_stream()
        if self.client_state == self.state_stream_request_body:
            yield from self.state_stream_request_body(RequestData(self.stream_id, begun))

    def state_consume_response_body(self, event: events.Event) -> layer.CommandGenerator[None]:
        if not isinstance(event, ResponseData):
            yield from super().state_consume_response_body(event)
            return
        self.response_body_buf += event.data
        size = len(self.response_body_buf)
        if size > self.max_held and size > type(self).longest(self.flow):
            yield from self._response_too_large()

    def _response_too_large(self) -> layer.CommandGenerator[None]:
        theirs = self.flow.response
        assert theirs is not None
        begun = theirs.data.content = bytes(self.response_body_buf)
        self.response_body_buf.clear()
        yield BodyTooLargeHook(self.flow)
        theirs.data.content = None
        if self.flow.response is not theirs:
            yield from self._answer_instead()
            return
        theirs.stream = True
        yield from self.start_response_stream()
        yield from self.state_stream_response_body(ResponseData(self.stream_id, begun))

    def state_wait_for_response_headers(
        self, event: ResponseHeaders
    ) -> layer.CommandGenerator[None]:
        yield from super().state_wait_for_response_headers(event)
        stopped = self.flow.response is not event.response
        if stopped and self.server_state == self.state_consume_response_body:
            yield from self._answer_instead()

    def state_done(self, event: events.Event) -> layer.CommandGenerator[None]:
        """The rest of a body whose page is on its way: it was queued while the journal was
        written."""
        yield from ()

    def _answer_instead(self) -> layer.CommandGenerator[None]:
        """Send the page now, and tell the origin that we want no more of its own."""
        yield from self.send_response()
        yield http_layer.SendHttp(
            RequestProtocolError(self.stream_id, "stopped", ErrorCode.CANCEL), self.context.server
        )
        if self.client_state != self.state_done:
            self.client_state = self.state_errored
            yield http_layer.DropStream(self.stream_id)


def install(
    *,
    max_head: int,
    max_held: int,
    error_page: ErrorPage,
    on_refused: OnRefused,
    on_guest: OnGuest = lambda client: None,
    longest: Longest = lambda flow: 0,
) -> None:
    """Put our parts in, once for the process; `UnknownMitmproxy` on another version."""
    if VERSION != MITMPROXY_VERSION:
        raise UnknownMitmproxy(
            f"this program knows mitmproxy {MITMPROXY_VERSION}, installed is {VERSION}; "
            "install the locked version"
        )

    def error_response(status: int, message: str = "") -> bytes:
        body = error_page(status, message)
        head = {"Connection": "close", "Content-Type": "text/html; charset=utf-8"}
        return bytes(http1.assemble_response(http.Response.make(status, body, head)))

    CheckedHttp1Server.max_head = max_head
    EarlyHttpStream.max_held = max_held
    EarlyHttpStream.longest = staticmethod(longest)
    CheckedHttp1Server.on_refused = staticmethod(on_refused)
    CheckedHttp1Server.on_guest = staticmethod(on_guest)
    for module, name, ours in (
        (http_layer, "Http1Server", CheckedHttp1Server),
        (http_layer, "HttpStream", EarlyHttpStream),
        (_http1, "make_error_response", error_response),
        (_http2, "format_error", error_page),
        *CHEAPER,
    ):
        setattr(module, name, ours)
