"""`alert`, `channel` and the family of `report`, as people use them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kidgate.keeper.telling.sender import Job
from kidgate.policies.journal import Entry
from kidgate.store.alerts import put_alert
from kidgate.store.database import Database, open_database
from kidgate.store.journal import append
from tests.console.runner import Kidgate

FRIDAY = datetime(2026, 11, 20, 9, tzinfo=UTC)
ENTRY = Entry(
    id="e1",
    at=FRIDAY,
    child="mai",
    device="tablet",
    tier="9-12",
    verdict="block",
    reason="category",
    category="games",
    host="h.example",
    url="https://h.example/",
    source="feed games: h.example",
    rule_id=None,
    version="1",
)
FACTS = {"child": "mai", "device": "tablet", "category": "phishing", "hosts": ["a.example"]}


@pytest.fixture
def database(kidgate: Kidgate) -> Iterator[Database]:
    found = open_database(kidgate.home / "kidgate.db", create=False)
    with found.writing() as session:
        month = replace(ENTRY, id="e0", at=FRIDAY - timedelta(days=20))
        phish = replace(ENTRY, id="e2", reason="security", category="phishing")
        append(session, [month, ENTRY, phish])
        put_alert(session, kind="security", facts=FACTS, at=FRIDAY)
    yield found
    found.close()


def test_alerts_are_listed_with_advice_and_handled(kidgate: Kidgate, database: Database) -> None:
    text = kidgate("alert", "list")
    assert "warning, 2026-11-20 16:00" in text and "Ask where the link came from" in text
    assert "suýt vào" in kidgate("alert", "list", "--language", "vi")
    (row,) = kidgate.json("alert", "list")
    assert (row["kind"], row["facts"]["hosts"]) == ("security", ["a.example"])
    assert kidgate.json("alert", "list", "--child", "nam") == []
    assert "name the alerts" in kidgate.fails(2, "alert", "handle")
    assert "none of these alerts waits" in kidgate.fails(2, "alert", "handle", 99)
    assert kidgate.json("alert", "handle", row["id"]) == {"handled": 1}
    assert kidgate("alert", "list") == "Nothing to look at.\n"
    assert "handled by" in kidgate("alert", "list", "--all")


def test_channel_is_told_and_its_address_shown_to_nobody(
    kidgate: Kidgate, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = iter(["", "", "it could not be delivered"])
    sent: list[Job] = []

    def send(jobs: Sequence[Job], *, seconds: float) -> dict[int, str]:
        sent.extend(jobs)
        return {job.id: next(faults) for job in jobs}

    monkeypatch.setattr("kidgate.keeper.telling.channels.send", send)
    address = "json://user:s3cret@127.0.0.1/t0ken"
    monkeypatch.setattr("kidgate.console.channels._address", lambda: address)
    assert "nobody" in kidgate("channel", "list").lower()
    said = kidgate("channel", "add", "phone", "--severity", "warning", "--kind", "digest")
    assert "Added phone (json://…)" in said
    assert kidgate.json("channel", "test", "phone")["fault"] == ""
    assert (sent[-1].url, sent[-1].title) == (address, "Kidgate: this works")
    assert "could not be delivered" in kidgate.run("channel", "test", "phone").output
    assert "could not be delivered" in kidgate("channel", "list")
    kidgate("channel", "change", "phone", "--kind", "all", "--quiet", "daily 22:00-06:00")
    (row,) = kidgate.json("channel", "list")
    assert (row["kinds"], row["quiet"]) == ([], "daily 22:00-06:00")
    everything = said + kidgate("channel", "list") + json.dumps(row) + kidgate("audit", "--json")
    assert "s3cret" not in everything and "t0ken" not in everything
    assert "say what to change" in kidgate.fails(2, "channel", "change", "phone")
    kidgate("channel", "remove", "phone")
    assert kidgate.json("channel", "list") == []


def test_digest_tells_a_week_that_was_asked_for(kidgate: Kidgate, database: Database) -> None:
    made = kidgate.json("report", "digest", "--week", "2026-W47", "--for", "mai")
    assert (made["week"], made["since"]) == ("2026-W47", "2026-11-15T18:00:00+07:00")
    assert "Stopped 2 times (0 in the week before)." in made["text"]
    assert "Phishing, for the first time in a month (1)" in made["text"]
    assert made == kidgate.json("report", "digest", "--for", "mai")  # it is Monday the 23rd
    assert kidgate("report", "digest", "--language", "vi").startswith("Tuần vừa qua")
    assert kidgate("report", "digest", "--html").startswith("<!doctype html>")
    assert "a calm week" in kidgate("report", "digest", "--week", "2026-W40").lower()
    assert "is no week" in kidgate.fails(2, "report", "digest", "--week", "last")
    assert "no child is called `x`" in kidgate.fails(2, "report", "digest", "--for", "x")


def test_check_is_kept_and_stands_in_the_schools_report(
    kidgate: Kidgate, database: Database, tmp_path: Path
) -> None:
    found = kidgate.json("report", "check", "--tier", "9-12", status=1)
    assert {row["what"] for row in found["checks"] if not row["passed"]} >= {"feed:malware"}
    assert {row["tier"] for row in found["checks"]} == {"9-12", ""}
    out = tmp_path / "report.csv"
    kidgate("report", "school", "--csv", out, "--pseudonymous", "--from", "2026-10-25")
    text = out.read_text("utf-8")
    assert "Filtering checks" in text and "tongdai111.vn" in text and "P-" in text
    assert "mai" not in text
    assert out.stat().st_mode & 0o777 == 0o600
    kidgate("report", "school", "--csv", out, "--from", "2026-11-20", "--to", "2026-11-20")
    assert "mai,2" in out.read_text("utf-8")
    assert "where the report goes" in kidgate.fails(2, "report", "school")
    assert "is after" in kidgate.fails(2, "report", "school", "--csv", out, "--from", "2027-01-01")
    assert "no tier is called `9`" in kidgate.fails(2, "report", "check", "--tier", "9")
    assert '"report.check"' in kidgate("audit", "--json")


def test_pack_is_written_for_its_owner_alone_and_noted(
    kidgate: Kidgate, database: Database, tmp_path: Path
) -> None:
    out = tmp_path / "pack.zip"
    made = kidgate.json("report", "pack", "--entry", "e1", "--entry", "e2", "--out", out)
    with zipfile.ZipFile(out) as archive:
        entries = json.loads(archive.read("report.json"))["entries"]
    assert [entry["entry"] for entry in entries] == ["e1", "e2"]
    assert out.stat().st_mode & 0o777 == 0o600
    assert made["sha256"] in kidgate("audit", "--json")
    said = kidgate.fails(2, "report", "pack", "--entry", "e9", "--out", tmp_path / "none.zip")
    assert "no entry `e9`" in said
    assert not (tmp_path / "none.zip").exists()
