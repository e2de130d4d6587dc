"""A fault in a hook is a block, at every stage; nothing in the refusal itself may raise."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest
from mitmproxy import http
from mitmproxy.connection import Client, ConnectionState, Server
from mitmproxy.options import Options
from mitmproxy.proxy.context import Context
from mitmproxy.proxy.layer import NextLayer
from mitmproxy.proxy.server_hooks import ServerConnectionHookData
from mitmproxy.test import tflow
from mitmproxy.tls import ClientHelloData, TlsData

from kidgate.addons import guard
from kidgate.addons.guard import client_of, guarded, refuse
from kidgate.proxy.gateway import Gateway
from kidgate.proxy.peers import Peer
from tests.proxy.stand import Kept, gateway


class Cut:
    def __init__(self) -> None:
        self.times = 0

    def cut(self) -> None:
        self.times += 1


def client() -> Client:
    return Client(
        peername=("127.0.0.1", 1),
        sockname=("127.0.0.1", 2),
        timestamp_start=0.0,
        state=ConnectionState.OPEN,
    )


def flow(found: Client) -> http.HTTPFlow:
    made = tflow.tflow()
    made.client_conn = found
    made.request.stream = True
    made.request.headers["expect"] = "100-continue"
    return made


def context(found: Client) -> Context:
    return Context(found, Options())


DATA = {
    "flow": flow,
    "client": lambda found: found,
    "server": lambda found: ServerConnectionHookData(Server(address=("a", 1)), found),
    "hello": lambda found: ClientHelloData(context(found), cast(Any, None)),
    "tls": lambda found: TlsData(found, context(found)),
    "next layer": lambda found: NextLayer(context(found)),
}


def stand(recorder: Any = None) -> tuple[Gateway, Client, Cut]:
    heart, found, cut = gateway(recorder), client(), Cut()
    heart.peers.add(found.id, Peer(cast(Any, cut), "127.0.0.1"))
    return heart, found, cut


async def fail_later(data: Any) -> None:
    await asyncio.sleep(0)
    raise RuntimeError("late")


def fail_now(data: Any) -> None:
    raise RuntimeError("now")


def run(heart: Gateway, data: Any, hook: Any) -> None:
    async def main() -> None:
        waiting = guarded(heart, "stage", hook)(data)
        assert waiting is not None
        await waiting

    asyncio.run(main())


@pytest.mark.parametrize("hook", [fail_now, fail_later])
@pytest.mark.parametrize("kind", sorted(set(DATA) - {"flow"}))
def test_connection_is_cut_when_no_page_can_be_sent(kind: str, hook: Any) -> None:
    heart, found, cut = stand()
    run(heart, DATA[kind](found), hook)
    assert cut.times == 1
    assert heart.tally.faults == 1
    (entry,) = heart.recorder.entries  # type: ignore[attr-defined]
    assert (entry.verdict, entry.reason) == ("block", "internal_error")


@pytest.mark.parametrize("hook", [fail_now, fail_later])
def test_request_gets_a_page_and_its_upload_leads_nowhere(hook: Any) -> None:
    heart, found, cut = stand()
    data = flow(found)
    run(heart, data, hook)
    assert data.response is not None and data.response.status_code == 503
    assert data.response.headers["kidgate-reason"] == "internal_error"
    assert data.request.stream is False
    assert "expect" not in data.request.headers
    assert cut.times == 0
    assert heart.tally.last_fault == "stage: RuntimeError"


@pytest.mark.parametrize("kind", sorted(DATA))
def test_door_is_shut_when_even_the_journal_fails(kind: str) -> None:
    heart, found, cut = stand(Kept(RuntimeError("no journal")))
    data = DATA[kind](found)
    run(heart, data, fail_now)
    assert cut.times == 1
    if isinstance(data, http.HTTPFlow):
        assert data.response is not None and data.response.status_code == 503
    elif isinstance(data, ServerConnectionHookData):
        assert data.server.error
    elif isinstance(data, Client):
        assert data.error


@pytest.mark.parametrize("kind", sorted(DATA))
def test_refusal_does_not_raise_when_nobody_knows_the_connection(kind: str) -> None:
    heart = gateway()
    asyncio.run(refuse(heart, "stage", DATA[kind](client()), RuntimeError()))
    if kind == "flow":
        assert heart.tally.faults == 1


@pytest.mark.parametrize("data", [None, 5, SimpleNamespace(), SimpleNamespace(context=None)])
def test_refusal_does_not_raise_whatever_the_data_is(data: Any) -> None:
    asyncio.run(refuse(gateway(), "stage", data, RuntimeError()))


def test_message_is_dropped_and_the_connection_cut_when_its_stage_fails() -> None:
    heart, found, cut = stand()
    data = tflow.twebsocketflow()
    data.client_conn = found
    run(heart, data, fail_now)
    assert data.websocket is not None
    assert data.websocket.messages[-1].dropped
    assert cut.times == 1


@pytest.mark.parametrize("kind", sorted(DATA))
def test_client_is_found_in_every_kind_of_data(kind: str) -> None:
    found = client()
    assert client_of(DATA[kind](found)) is found


def test_hook_that_is_well_is_left_alone() -> None:
    heart, found, cut = stand()
    said: list[Any] = []
    assert guarded(heart, "stage", said.append)(found) is None
    assert said == [found]
    assert (cut.times, heart.tally.faults) == (0, 0)


def test_page_that_fails_ends_in_a_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> http.Response:
        raise RuntimeError("no page")

    monkeypatch.setattr(guard, "block_response", fail)
    heart, found, cut = stand()
    data = flow(found)
    run(heart, data, fail_now)
    assert cut.times == 1
    assert data.response is not None and data.response.status_code == 503
