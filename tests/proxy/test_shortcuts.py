"""Each shortcut gives what mitmproxy's own part gives."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy import http
from mitmproxy.connection import Client, ConnectionState
from mitmproxy.coretypes.multidict import MultiDict
from mitmproxy.options import Options
from mitmproxy.proxy.context import Context

from kidgate.proxy import shortcuts

NAMES = st.sampled_from([b"Host", b"host", b"HOST", b"Cookie", b"X-\xc3\xa9", b"x-\xff"])
HEADERS = st.lists(st.tuples(NAMES, st.binary(max_size=8)), max_size=6)
ASKED = st.sampled_from(["host", "Host", "cookie", "x-é", "x-\udcff", b"HOST", b"x-\xff", "no"])


class Theirs(http.Headers):
    """Headers with mitmproxy's own look-ups, whatever was put in."""

    def get_all(self, name: str | bytes) -> list[str]:
        key = http._always_bytes(name)
        return [http._native(value) for value in MultiDict.get_all(self, key)]

    get = Mapping.get
    __contains__ = Mapping.__contains__


@given(HEADERS, ASKED)
def test_look_ups_find_what_mitmproxy_finds(
    fields: list[tuple[bytes, bytes]], name: str | bytes
) -> None:
    ours, theirs = http.Headers(fields), Theirs(fields)
    assert shortcuts.get_all(ours, name) == theirs.get_all(name)
    assert shortcuts.get(ours, name) == theirs.get(name)
    assert shortcuts.get(ours, name, "none") == theirs.get(name, "none")
    assert shortcuts.contains(ours, name) is (name in theirs)


@pytest.mark.usefixtures("installed")
@given(HEADERS, ASKED)
def test_changes_rest_on_the_look_ups_as_before(
    fields: list[tuple[bytes, bytes]], name: str | bytes
) -> None:
    ours, theirs = http.Headers(fields), Theirs(fields)
    assert ours.pop(name, "none") == theirs.pop(name, "none")
    assert ours.fields == theirs.fields
    ours[name], theirs[name] = "new", "new"
    assert ours.fields == theirs.fields


@pytest.mark.usefixtures("installed")
def test_missing_header_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        http.Headers()["host"]


def test_fork_is_mitmproxys_fork(options: Options) -> None:
    client = Client(
        peername=("127.0.0.1", 1), sockname=("127.0.0.1", 2), state=ConnectionState.OPEN
    )
    context = Context(client, options)
    ours, theirs = shortcuts.fork(context), Context.fork(context)
    assert vars(ours) == vars(theirs)
    assert ours.server is context.server
    assert ours.layers is not context.layers


def test_fixed_options_read_as_they_stood() -> None:
    options = Options()
    before = {name: getattr(options, name) for name in options.keys()}  # noqa: SIM118
    shortcuts.fix(options)
    assert {name: getattr(options, name) for name in before} == before
    options.update(rawtcp=not before["rawtcp"])
    assert options.rawtcp is before["rawtcp"]


def test_heads_are_made_without_their_types_being_checked(
    installed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        http.typecheck, "check_option_type", lambda name, value, kind: asked.append(name)
    )
    http.Request.make("GET", "http://a.example/")
    assert asked == []
