"""`log` and `report`: what was stopped, as people and programs read it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from kidgate.console import journal
from kidgate.policies.journal import Entry
from kidgate.store.alerts import put_alert
from kidgate.store.database import open_database
from kidgate.store.journal import append
from tests.console.runner import NOW, Kidgate

AT = datetime.fromisoformat(NOW)
EXACT = {"time", "child", "device", "tier", "verdict", "reason", "host", "url", "source", "count"}


def entry(number: int, **fields: Any) -> Entry:
    base: dict[str, Any] = {
        "id": f"e{number}",
        "at": AT - timedelta(hours=number),
        "child": "mai",
        "device": "tablet",
        "tier": "9-12",
        "verdict": "block",
        "reason": "category",
        "category": "gambling",
        "host": f"h{number}.example",
        "url": "",
        "source": "feed gambling: bet.example (line 2)",
        "rule_id": None,
        "version": "4",
    }
    return Entry(**(base | fields))


def write(kidgate: Kidgate, *entries: Entry) -> None:
    database = open_database(kidgate.home / "kidgate.db", create=False)
    with database.writing() as session:
        append(session, entries)
    database.close()


@pytest.fixture
def journaled(kidgate: Kidgate) -> Kidgate:
    write(
        kidgate,
        entry(3, child="nam", reason="rule", rule_id=7, host="a.example"),
        entry(2),
        entry(1, verdict="warn", url="https://h1.example/tìm?q=1"),
        entry(1, id="again", verdict="warn", url="https://h1.example/tìm?q=1"),
        entry(24 * 9, host="old.example"),
    )
    return kidgate


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_log_is_one_object_on_each_line_when_json(journaled: Kidgate) -> None:
    found = lines(journaled("log", "--json"))
    assert [line["host"] for line in found] == [
        "old.example",
        "a.example",
        "h2.example",
        "h1.example",
    ]
    assert all(set(line) >= EXACT for line in found)
    newest = found[-1]
    assert newest["time"] == "2026-11-23T15:00:00+07:00"
    assert (newest["count"], newest["verdict"], newest["url"]) == (
        2,
        "warn",
        "https://h1.example/tìm?q=1",
    )
    assert found[1]["rule"] == 7


@pytest.mark.parametrize(
    ("arguments", "hosts"),
    [
        (("--child", "nam"), ["a.example"]),
        (("--since", "7d"), ["a.example", "h2.example", "h1.example"]),
        (("--since", "13:30", "--until", "14:30"), ["h2.example"]),
        (("--reason", "rule"), ["a.example"]),
        (("--verdict", "warn"), ["h1.example"]),
        (("--text", "TÌM"), []),
        (("--text", "h1.exa"), ["h1.example"]),
        (("--limit", "1"), ["h1.example"]),
        (("--device", "phone"), []),
    ],
)
def test_log_tells_what_was_asked_for_when_filtered(
    journaled: Kidgate, arguments: tuple[str, ...], hosts: list[str]
) -> None:
    found = lines(journaled("log", "--json", *arguments))
    assert [line["host"] for line in found] == hosts


def test_log_is_a_table_when_people_ask(journaled: Kidgate) -> None:
    text = journaled("log")
    assert "2026-11-23 15:00  https://h1.example/tìm?q=1  mai    tablet  warn" in text
    assert "feed gambling: bet.example (line 2)" in text
    assert journaled("log", "--child", "nobody") == "Nothing matches.\n"


def test_log_says_so_when_there_is_nothing(kidgate: Kidgate) -> None:
    assert kidgate("log") == "Nothing is in the journal.\n"
    assert kidgate("log", "--json") == ""


def test_log_says_what_waits_in_the_spool_when_no_keeper_runs(kidgate: Kidgate) -> None:
    (kidgate.home / "spool" / "worker-0.0.jsonl").write_text("{}\n")
    assert "3 bytes of entries wait" in kidgate.run("log").stderr
    assert "3 bytes of entries wait" in kidgate.run("report").stderr


def test_log_refuses_a_time_that_cannot_be_read(kidgate: Kidgate) -> None:
    assert "is no time" in kidgate.fails(2, "log", "--since", "tomorrow")


def test_log_escapes_what_could_steer_the_terminal(kidgate: Kidgate) -> None:
    write(kidgate, entry(1, host="a\x1b[2J.example", source="\u202efeed"))
    assert "\x1b" not in kidgate("log") and "\u202e" not in kidgate("log")


def test_follow_prints_what_comes_and_what_counts_on(
    journaled: Kidgate, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = iter(
        [
            lambda: write(journaled, entry(0, id="new", host="new.example")),
            lambda: write(journaled, entry(0, id="more", host="new.example")),
        ]
    )

    def sleep(seconds: float) -> None:
        step = next(rounds, None)
        if step is None:
            raise KeyboardInterrupt
        step()

    monkeypatch.setattr(journal.time, "sleep", sleep)
    found = lines(journaled("log", "--json", "--follow", "--limit", "1"))
    assert [(line["host"], line["count"]) for line in found] == [
        ("h1.example", 2),
        ("new.example", 1),
        ("new.example", 2),
    ]
    rounds = iter([])
    assert "mai  warn  category  https://h1.example/tìm?q=1" in journaled("log", "--follow")


def test_report_counts_what_was_stopped_and_what_to_look_at(journaled: Kidgate) -> None:
    database = open_database(journaled.home / "kidgate.db", create=False)
    with database.writing() as session:
        put_alert(session, kind="pinned", facts={"device": "tablet", "host": "a.example"}, at=AT)
    database.close()
    found = journaled.json("report")
    assert found["total"] == 4
    assert found["by_child"] == {"mai": 3, "nam": 1}
    assert found["by_reason"] == {"category": 3, "rule": 1}
    assert found["by_host"]["h1.example"] == 2
    assert "a.example is not opened" in found["alerts"][0]["text"]
    assert journaled.json("report", "--since", "30d", "--child", "mai")["total"] == 4
    text = journaled("report")
    assert "attempts:  4" in text and "info, 2026-11-23 16:00: an app on tablet" in text
