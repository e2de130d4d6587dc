"""Names to addresses: asked once, remembered, and nothing else is dialled."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from kidgate.proxy import resolver
from kidgate.proxy.resolver import JudgedLoop, NoAddress, Resolver


class Names:
    """`getaddrinfo` of a small world; counts the questions."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **found: list[str]) -> None:
        self.asked: list[str] = []
        self.found: dict[str, Any] = dict(found)
        self.free = threading.Event()
        self.free.set()
        monkeypatch.setattr(socket, "getaddrinfo", self)

    def __call__(self, host: str, port: object, *rest: object) -> list[Any]:
        self.asked.append(host)
        self.free.wait(2)
        found = self.found.get(host)
        if isinstance(found, Exception):
            raise found
        if found is None:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 0)) for a in found]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    return Names(monkeypatch, a=["192.0.2.1", "192.0.2.1", "::ffff:192.0.2.2", "fe80::1%eth0"])


def run(main: Awaitable[Any], loop: Callable[[], Any] = asyncio.new_event_loop) -> Any:
    async def whole() -> Any:
        return await main

    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(whole())


STATIC = Resolver({"a.example": ("192.0.2.1", "2001:db8::1"), "*.w.example": ("192.0.2.9",)})


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("a.example", ("192.0.2.1", "2001:db8::1")),
        ("x.w.example", ("192.0.2.9",)),
        ("w.example", None),
        ("y.x.w.example", None),
        ("192.0.2.5", ("192.0.2.5",)),
        ("::1", ("::1",)),
        ("other.example", None),
    ],
)
def test_static_names_and_literals_are_known_without_asking(
    host: str, found: tuple[str, ...] | None
) -> None:
    assert STATIC.known(host) == found


def test_addresses_are_canonical_and_told_once(names: Names) -> None:
    assert run(Resolver({}).resolve("a")) == ("192.0.2.1", "192.0.2.2", "fe80::1")


def test_answer_is_remembered_for_its_time(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Resolver({})
    assert found.known("a") is None
    run(found.resolve("a"))
    run(found.resolve("a"))
    assert names.asked == ["a"]
    assert found.known("a")
    later = time.monotonic() + resolver.CACHE_SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert found.known("a") is None


def test_failure_is_remembered_for_less(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Resolver({})
    assert run(found.resolve("b")) == ()
    assert found.known("b") == ()
    later = time.monotonic() + resolver.FAILURE_SECONDS + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert found.known("b") is None


@pytest.mark.parametrize("fault", [OSError("net"), UnicodeError("label too long"), TimeoutError()])
def test_fault_of_the_system_is_no_address(names: Names, fault: Exception) -> None:
    names.found["b"] = fault
    assert run(Resolver({}).resolve("b")) == ()


def test_slow_system_is_no_address(names: Names) -> None:
    async def main() -> tuple[str, ...]:
        found = await Resolver({}, timeout=0.02).resolve("a")
        names.free.set()
        return found

    names.free.clear()
    assert run(main()) == ()


def test_many_waiters_make_one_question(names: Names) -> None:
    async def main() -> list[tuple[str, ...]]:
        found = Resolver({})
        waiting = [asyncio.ensure_future(found.resolve("a")) for _ in range(20)]
        await asyncio.sleep(0)
        waiting.pop().cancel()  # one who leaves takes nobody with him
        names.free.set()
        return await asyncio.gather(*waiting)

    names.free.clear()
    answers = run(main())
    assert len(answers) == 19
    assert set(answers) == {("192.0.2.1", "192.0.2.2", "fe80::1")}
    assert names.asked == ["a"]


def test_cache_has_a_limit(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolver, "CACHE_NAMES", 3)
    found = Resolver({})

    async def main() -> None:
        for host in "vwxyz":
            await found.resolve(host)

    run(main())
    assert [host for host in "vwxyz" if found.known(host) is not None] == ["x", "y", "z"]


def test_loop_dials_what_was_resolved_and_nothing_else(names: Names) -> None:
    """The name answers another address by the time of the dial (DNS rebinding)."""

    async def main() -> tuple[str, int]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, JudgedLoop)
        server = await asyncio.start_server(lambda r, w: w.close(), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        loop.resolver = Resolver({})
        judged = await loop.resolver.resolve("b")
        assert judged == ("127.0.0.1",)
        names.found["b"] = ["127.0.0.99"]
        _, writer = await asyncio.open_connection("b", port)
        reached = writer.get_extra_info("peername")
        writer.close()
        server.close()
        return reached[0], len(names.asked)

    names.found["b"] = ["127.0.0.1"]
    assert run(main(), JudgedLoop) == ("127.0.0.1", 1)


def test_loop_does_not_dial_a_name_without_address(names: Names) -> None:
    async def main() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, JudgedLoop)
        loop.resolver = Resolver({})
        await asyncio.open_connection("nowhere", 80)

    with pytest.raises(NoAddress, match="`nowhere` has no address"):
        run(main(), JudgedLoop)


def test_loop_gives_both_families_their_form() -> None:
    async def main() -> list[Any]:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, JudgedLoop)
        loop.resolver = STATIC
        return await loop.getaddrinfo("a.example", 443)

    four, six = run(main(), JudgedLoop)
    assert four[0] is socket.AF_INET and four[4] == ("192.0.2.1", 443)
    assert six[0] is socket.AF_INET6 and six[4] == ("2001:db8::1", 443, 0, 0)
    assert four[2] == six[2] == socket.IPPROTO_TCP  # else asyncio leaves Nagle's algorithm on


def test_dead_name_server_is_told_after_some_names_and_forgotten_with_the_first_answer(
    names: Names,
) -> None:
    silence = socket.gaierror(socket.EAI_AGAIN, "no answer")
    names.found |= dict.fromkeys(("s1", "s2", "s3", "s4", "s5"), silence)
    asked = Resolver({})

    def fault_after(*hosts: str) -> str:
        async def ask() -> None:
            for host in hosts:
                await asked.resolve(host)

        run(ask())
        return asked.fault

    assert fault_after("s1", "s2") == ""
    assert fault_after("nobody") == ""  # "there is no such name" is an answer
    assert "no name server answers" in fault_after("s3", "s4", "s5")
    assert fault_after("a") == ""
