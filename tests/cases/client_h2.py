"""HTTP/2 as a client of the world speaks it: any header lists, all streams on one connection."""

from __future__ import annotations

from dataclasses import dataclass, field

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (
    ConnectionTerminated,
    DataReceived,
    ResponseReceived,
    StreamEnded,
    StreamReset,
)
from h2.exceptions import ProtocolError

from tests.cases.answers import Answer
from tests.cases.steps import Headers
from tests.cases.wire import Wire

# Sends what it is told, well-formed or not.
CONFIGURATION = H2Configuration(
    client_side=True,
    header_encoding="utf-8",
    validate_outbound_headers=False,
    normalize_outbound_headers=False,
)


@dataclass
class Stream:
    headers: tuple[tuple[str, str], ...] = ()
    body: bytearray = field(default_factory=bytearray)
    fault: str = "closed"

    def answer(self) -> Answer:
        named = dict(self.headers)
        return Answer(
            status=int(named.get(":status", 0)),
            headers=self.headers,
            body=bytes(self.body),
            size=len(self.body),
            fault=self.fault,
            protocol="h2",
        )


def speak(wire: Wire, requests: tuple[Headers, ...], seconds: float) -> list[Answer]:
    """One answer for each request, each sent after the one before was answered."""
    assert wire.engine is not None
    if wire.engine.protocol != "h2":
        return [Answer(fault="closed: no h2")] * len(requests)
    client = H2Connection(CONFIGURATION)
    client.initiate_connection()
    streams: dict[int, Stream] = {}
    for headers in requests:
        number = client.get_next_available_stream_id()
        streams[number] = Stream()
        client.send_headers(number, list(headers), end_stream=True)
        how = _converse(wire, client, streams, number, seconds)
        if how == "timeout":
            streams[number].fault = how
        if how == "closed":
            break
    left = len(requests) - len(streams)
    return [s.answer() for s in streams.values()] + [Answer(fault="closed")] * left


def _converse(
    wire: Wire, client: H2Connection, streams: dict[int, Stream], number: int, seconds: float
) -> str:
    """Until that stream has its answer."""
    ended = False
    while not ended:
        got: list[bytes] = []

        def take(data: bytes, got: list[bytes] = got) -> bool:
            got.append(data)
            return True

        how = wire.talk([client.data_to_send()], take, seconds)
        if how != "done":
            return how
        try:
            events = client.receive_data(b"".join(got))
        except ProtocolError:
            return "closed"
        for event in events:
            if _note(client, streams, event):
                return "closed"
            stream = getattr(event, "stream_id", None)
            ended = ended or (isinstance(event, StreamEnded | StreamReset) and stream == number)
    return "done"


def _note(client: H2Connection, streams: dict[int, Stream], event: object) -> bool:
    """Write one event down; whether the connection is over."""
    match event:
        case ResponseReceived(stream_id=int(number), headers=list(headers)):
            streams[number].headers = tuple((str(n), str(v)) for n, v in headers)
        case DataReceived(stream_id=int(number), data=bytes(data)):
            streams[number].body += data
            client.acknowledge_received_data(len(data), number)
        case StreamEnded(stream_id=int(number)):
            streams[number].fault = ""
        case StreamReset(stream_id=int(number)):
            streams[number].fault = "closed"
        case ConnectionTerminated():
            return True
    return False
