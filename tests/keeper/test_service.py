"""The keeper's socket: answers after the commit, and nothing that is said to it breaks it."""

from __future__ import annotations

import asyncio
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kidgate.keeper.writer import Writer
from kidgate.store.database import Database
from tests.keeper.stand import counts, entry, home_in, keeper, writer_of


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writer_of(home_in(tmp_path)) as found:
        yield found


def question(number: int, **fields: Any) -> bytes:
    return json.dumps({"call": number, **fields}).encode()


def talk(writer: Writer, *lines: bytes) -> list[dict[str, Any]]:
    """Each line's answer, in turn; the keeper must still answer a ping at the end."""

    async def main() -> list[dict[str, Any]]:
        async with keeper(writer) as running:
            answers = []
            for line in lines:
                await running.say(line)
                answers.append(json.loads(await running.hear()))
            await running.say(question(999, op="ping"))
            assert json.loads(await running.hear()) == {"call": 999}
            return answers

    return asyncio.run(main())


def test_entry_is_in_the_database_when_it_is_acknowledged(writer: Writer) -> None:
    async def main() -> None:
        async with keeper(writer) as running:
            for number in range(3):
                await running.say(question(number, op="journal", entry=entry(number).to_line()))
                assert json.loads(await running.hear()) == {"call": number}
                assert counts(writer.database)[f"h{number}.example"] == 1

    asyncio.run(main())


def test_entries_that_wait_go_into_one_commit(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits = []
    writing = Database.writing

    def counted(self: Database) -> Any:
        commits.append(1)
        return writing(self)

    monkeypatch.setattr(Database, "writing", counted)

    async def main() -> None:
        async with keeper(writer) as running:
            for number in range(200):
                running.out.write(
                    question(number, op="journal", entry=entry(number).to_line()) + b"\n"
                )
            heard = {json.loads(await running.hear())["call"] for _ in range(200)}
            assert heard == set(range(200))

    asyncio.run(main())
    assert len(counts(writer.database)) == 200
    assert len(commits) < 50


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"garbage",
        b"[]",
        b"null",
        b"5",
        b"{}",
        b'{"call": 7}',
        b'{"call": 7, "op": 5}',
        b'{"call": 7, "op": ["x"]}',
        b'{"call": 7, "op": "journal"}',
        b'{"call": 7, "op": "journal", "entry": "nonsense"}',
        b'{"call": 7, "op": "journal", "entry": {}}',
        b'{"call": 7, "op": "limit"}',
        b'{"call": 7, "op": "limit", "key": "a", "limit": 0, "window": 0}',
        b'{"call": 7, "op": "policy.write"}',
        b'{"call": 7, "op": "policy.write", "rows": 5, "base": null}',
        b'{"call": 7, "op": "policy.rollback", "version": "x"}',
        b'{"call": 7, "op": "feed.remove", "name": "x"}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
    ],
    ids=repr,
)
def test_garbage_is_answered_with_an_error_and_nothing_breaks(writer: Writer, line: bytes) -> None:
    (answer,) = talk(writer, line)
    assert set(answer) == {"call", "error"}
    assert answer["call"] in (None, 7)
    assert answer["error"]["kind"]


def test_unknown_command_is_told_by_its_name(writer: Writer) -> None:
    (answer,) = talk(writer, question(1, op="policy.burn"))
    assert answer["error"] == {
        "kind": "UnknownCommand",
        "message": "no command is called `policy.burn`",
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(sorted(json.loads(entry().to_line()))), JSON, max_size=3),
        min_size=5,
        max_size=20,
    )
)
def test_no_entry_is_half_taken_whatever_its_fields(
    writer: Writer, changes: list[dict[str, Any]]
) -> None:
    """Refused or committed; and a good entry in the same group is not refused with a bad one."""

    async def main() -> None:
        async with keeper(writer) as running:
            for number, change in enumerate(changes):
                line = json.dumps(json.loads(entry(number).to_line()) | change)
                running.out.write(question(number, op="journal", entry=line) + b"\n")
            running.out.write(question(99, op="journal", entry=entry(99).to_line()) + b"\n")
            answers = [json.loads(await running.hear()) for _ in range(len(changes) + 1)]
            assert {a["call"] for a in answers} == {*range(len(changes)), 99}
            (good,) = [a for a in answers if a["call"] == 99]
            assert "error" not in good, good

    asyncio.run(main())


def test_line_without_end_ends_only_its_own_connection(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kidgate.keeper.service.LINE_LIMIT", 1000)

    async def main() -> bytes:
        async with keeper(writer) as running:
            _, other = await asyncio.open_unix_connection(writer.home.socket)
            other.write(b"x" * 100_000)
            await running.say(question(1, op="ping"))
            answer = await running.hear()
            other.close()
            return answer

    assert json.loads(asyncio.run(main())) == {"call": 1}


def test_socket_is_for_owner_and_group(writer: Writer) -> None:
    async def main() -> int:
        async with keeper(writer):
            return stat.S_IMODE(writer.home.socket.stat().st_mode)

    assert asyncio.run(main()) == 0o660


def test_limit_is_one_for_all_who_ask(writer: Writer) -> None:
    ask = question(1, op="limit", key="pin", limit=2, window=3600)
    assert [a["allowed"] for a in talk(writer, ask, ask, ask)] == [True, True, False]


def test_socket_file_of_a_dead_keeper_is_no_hindrance(writer: Writer) -> None:
    writer.home.socket.write_bytes(b"")
    assert talk(writer, question(5, op="ping")) == [{"call": 5}]
