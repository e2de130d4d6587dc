"""The worker's end: every question is answered, whatever becomes of the process."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

import pytest

from kidgate.proxy.pictures import link as link_module
from kidgate.proxy.pictures.link import Link, PictureLimits
from kidgate.proxy.pictures.wire import Answer, Told

PATIENT = PictureLimits(seconds=60, waits_seconds=60)
Run = Callable[[Link], Awaitable[None]]


@pytest.fixture(autouse=True)
def obedient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "MODULE", "tests.proxy.pictures.obedient")


def told(model: str = "") -> Told:
    return Told("", model, None, 0, 60)


def play(run: Run, link: Link) -> None:
    async def whole() -> None:
        try:
            await run(link)
        finally:
            await link.close()
        assert link.pid is None

    asyncio.run(whole())


def test_questions_are_answered_in_order_by_one_process() -> None:
    async def run(link: Link) -> None:
        bodies = [b"one", b"two", b"x" * 3_000_000, b"four"]
        answers = await asyncio.gather(*map(link.ask, bodies))
        said = ["one 3", "two 3", "xxxxxxxxx 3000000", "four 4"]
        assert [answer.unjudged for answer in answers] == said
        assert link.counts.starts == 1

    play(run, Link(told, PATIENT))


def test_picture_with_its_strip_comes_back() -> None:
    async def run(link: Link) -> None:
        assert (await link.ask(b"draw", 3)).drawn == b"\3" * 100_000
        assert await link.ask(b"pid") != await link.ask(b"fine", 2)

    play(run, Link(told, PATIENT))


def test_picture_that_takes_too_long_ends_the_process() -> None:
    async def run(link: Link) -> None:
        answer = await link.ask(b"hang")
        assert answer == Answer(unjudged="it took longer than 0.3 s")
        assert (link.counts.killed, link.pid) == (1, None)

    play(run, Link(told, PictureLimits(seconds=0.3, waits_seconds=60)))


@pytest.mark.parametrize("body", [b"die", b"babble", b"endless"])
def test_process_that_dies_is_started_anew_for_the_next(body: bytes) -> None:
    async def run(link: Link) -> None:
        first = await link.ask(b"pid")
        assert (await link.ask(body)).unjudged == "decoding it ended the process"
        second = await link.ask(b"pid")
        assert first.listed != second.listed
        assert (link.counts.starts, link.counts.died) == (3, 2)

    play(run, Link(told, PATIENT))


def test_process_that_was_killed_meanwhile_costs_no_answer() -> None:
    async def run(link: Link) -> None:
        pid = int((await link.ask(b"pid")).listed)
        os.kill(pid, signal.SIGKILL)
        assert (await link.ask(b"fine")).unjudged == "fine 4"
        assert link.counts.starts == 2

    play(run, Link(told, PATIENT))


def test_nonsense_is_no_answer() -> None:
    async def run(link: Link) -> None:
        assert (await link.ask(b"nonsense")).fault.startswith("the process for pictures failed")
        assert (await link.ask(b"fine")).unjudged == "fine 4"

    play(run, Link(told, PATIENT))


def test_start_that_fails_is_told_and_not_tried_for_each_picture() -> None:
    async def run(link: Link) -> None:
        answers = await asyncio.gather(*(link.ask(b"x") for _ in range(5)))
        assert {a.fault for a in answers} == {"it does not work"}
        assert link.counts.starts == 1
        link.renew()  # other lists: perhaps it works now
        assert (await link.ask(b"x")).fault == "it does not work"
        assert link.counts.starts == 2

    play(run, Link(lambda: told("refuse"), PATIENT))


def test_start_that_ends_at_once_is_told() -> None:
    async def run(link: Link) -> None:
        assert (await link.ask(b"x")).fault == "the process for pictures does not start"

    play(run, Link(lambda: told("die"), PATIENT))


def test_too_many_waiting_are_not_judged() -> None:
    async def run(link: Link) -> None:
        answers = await asyncio.gather(*(link.ask(b"x") for _ in range(4)))
        assert [a.fault for a in answers].count("too many pictures wait") == 1

    play(run, Link(told, PictureLimits(seconds=60, waits_seconds=60, waiting=3)))


def test_waiting_has_an_end() -> None:
    async def run(link: Link) -> None:
        assert (await link.ask(b"hang")).fault == "it waited too long"

    play(run, Link(told, PictureLimits(seconds=60, waits_seconds=0.2)))


def test_whoever_goes_away_leaves_the_others_their_answers() -> None:
    """A child that closes the page while its picture is judged."""

    async def run(link: Link) -> None:
        await link.ask(b"start")
        gone = asyncio.create_task(link.ask(b"gone"))
        stays = asyncio.create_task(link.ask(b"stays"))
        await asyncio.sleep(0)
        gone.cancel()
        assert (await stays).unjudged == "stays 5"
        assert link.counts.starts == 1

    play(run, Link(told, PATIENT))


def test_renewed_link_uses_another_process() -> None:
    async def run(link: Link) -> None:
        first = await link.ask(b"pid")
        link.renew()
        assert (await link.ask(b"pid")).listed != first.listed

    play(run, Link(told, PATIENT))


def test_those_who_wait_at_the_end_are_answered() -> None:
    async def whole() -> None:
        link = Link(told, PATIENT)
        waiting = [asyncio.create_task(link.ask(body)) for body in (b"hang", b"x")]
        await asyncio.sleep(0.05)
        await link.close()
        answers = [await task for task in waiting]
        assert answers[1].fault == "the gateway stops"

    asyncio.run(asyncio.wait_for(whole(), 30))
