"""The four inner parts of mitmproxy that we replace, each for a measured reason, in one place.

1. `Http1Server` reads a request head: ours checks its bytes first (`rfc9112`) and bounds its size.
2. `HttpStream` keeps a whole body before it answers: ours answers a decided request, or one stopped
   by its response head, at once and lets the rest of the body fall.
3. `make_error_response` and `format_error` make mitmproxy's error page: ours speaks to the child.
4. `ConnectionHandler.server_event` starts a task for every hook: `handler.py` calls them inline.

Beside these stand the parts that only do the same with less work (`shortcuts.py`).

`test_host.py` pins the version these were written against; a new one means: read the diff, run both
paths, then raise `MITMPROXY_VERSION`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
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
    ResponseHeaders,
)
from mitmproxy.version import VERSION

from kidgate.proxy import shortcuts
from kidgate.proxy.rfc9112 import check_head, check_start

MITMPROXY_VERSION = "12.2.3"
LIKE_HTTP = re.compile(rb"\s*[A-Z]{3,}[ \t]")
SILENT = 0  # SSH, OpenVPN and other guests get no answer that they could learn from
ErrorPage = Callable[[int, str], bytes]  # status, what mitmproxy says -> HTML
OnRefused = Callable[[Connection, str], None]
# Where mitmproxy's parser (h11) sees the end of a head, bare line feeds included: so must we, or a
# head that ends so would be parsed without having been checked.
HEAD_END = re.compile(rb"\n\r?\n")


class UnknownMitmproxy(RuntimeError):
    """The installed mitmproxy is not the one whose inner parts we know."""


class CheckedHttp1Server(_http1.Http1Server):
    """Refuses a request head that is malformed or too large, before it is parsed."""

    max_head: ClassVar[int] = 65_536
    on_refused: ClassVar[OnRefused] = staticmethod(lambda client, why: None)

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
        return (400 if LIKE_HTTP.match(waiting) else SILENT, why)

    def _refuse(self, status: int, why: str) -> layer.CommandGenerator[None]:
        type(self).on_refused(self.conn, why)
        if status != SILENT:
            yield commands.SendData(self.conn, _http1.make_error_response(status, why))
        yield commands.CloseConnection(self.conn)
        self.state = self.done


class EarlyHttpStream(http_layer.HttpStream):
    """Answers as soon as the verdict stands; what follows of a body is read and dropped."""

    def state_consume_request_body(self, event: events.Event) -> layer.CommandGenerator[None]:
        if isinstance(event, RequestData) and self.flow.response is not None:
            event = RequestEndOfMessage(self.stream_id)
        yield from super().state_consume_request_body(event)

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


def install(*, max_head: int, error_page: ErrorPage, on_refused: OnRefused) -> None:
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
    CheckedHttp1Server.on_refused = staticmethod(on_refused)
    for module, name, ours in (
        (http_layer, "Http1Server", CheckedHttp1Server),
        (http_layer, "HttpStream", EarlyHttpStream),
        (_http1, "make_error_response", error_response),
        (_http2, "format_error", error_page),
        *shortcuts.PARTS,
    ):
        setattr(module, name, ours)
