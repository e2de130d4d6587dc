from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kidgate.documents.reports.pack import Found, Made, pack

AT = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)
HASH = "AB" * 32
MADE = Made("20261124-0330", AT, "mẹ", "0.1.0", "7", ZoneInfo("Asia/Ho_Chi_Minh"))
FOUND = Found(
    entry="e1",
    first_at=AT,
    last_at=AT,
    count=2,
    url="https://bad.example/p?\u202egpj",
    host="bad.example",
    category="illegal",
    reason="illegal_material",
    verdict="block",
    source=f"feed members: {HASH}",
    device="tablet",
    child="mai",
)


def opened(*, named: bool = False) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(pack([FOUND], MADE, named=named))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_pack_says_what_when_where_and_who_made_it() -> None:
    files = opened()
    document = json.loads(files["report.json"])
    (entry,) = document["entries"]
    assert entry["first_utc"] == "2026-11-23T20:30:00+00:00"
    assert entry["first_local"] == "2026-11-24T03:30:00+07:00"
    assert (entry["url"], entry["hashes"]) == (FOUND.url, [HASH.lower()])
    assert (document["made_by"], document["program"]) == ("mẹ", "kidgate 0.1.0")
    assert document["holds_material"] is False
    for name in ("report.vi.txt", "report.en.txt"):
        assert "\u202e" not in files[name] and "111" in files[name] and "NCMEC" in files[name]


def test_sums_are_those_of_the_files() -> None:
    files = opened()
    lines = [line.split("  ") for line in files.pop("SHA256SUMS").splitlines()]
    assert {name: hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()} == {
        name: digest for digest, name in lines
    }


def test_child_and_device_are_named_only_where_it_was_asked_for() -> None:
    assert not any("mai" in text or "tablet" in text for text in opened().values())
    named = opened(named=True)
    assert json.loads(named["report.json"])["entries"][0]["profile"] == "mai"
    assert "tablet" in named["report.vi.txt"]


def test_same_facts_make_the_same_pack() -> None:
    assert pack([FOUND], MADE) == pack([FOUND], MADE)
