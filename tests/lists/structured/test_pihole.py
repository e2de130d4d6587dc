"""Pi-hole's tables, from JSON and from SQLite, and its Teleporter's archives."""

from __future__ import annotations

import io
import json
import sqlite3
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.importing import import_feed
from kidgate.lists.report import Skip
from kidgate.lists.streams import Limits
from kidgate.lists.structured.teleporter import files_of, read_tables
from tests.lists.structured.reading import entries, items, skipped

DOMAINS = [
    (0, "ok.example", 1),
    (1, "Bad.example", 1),
    (2, r"(\.|^)fine\.example$", 1),
    (3, r"^ads\.example$", 1),
    (3, r"(\.|^)track\.example$;reply=nxdomain", 1),
    (3, r"^ad[0-9]+\.", 1),
    (3, r"^v6\.example$;querytype=AAAA", 1),
    (1, "off.example", 0),
]
ADLIST = "https://lists.example/hosts"
SAID = {
    (r"@@~/^ok\.example$/", "r"),
    ("bad.example", "x"),
    ("fine.example", "e"),
    ("ads.example", "x"),
    ("track.example", "t"),
    (r"~/^ad[0-9]+\./", "r"),
}
UNSAID = {"modifier": 1, "disabled": 1, "another_list": 1}


def row(**fields: Any) -> dict[str, Any]:
    return {"id": 1, "enabled": 1, "date_added": 1, "date_modified": 1, "comment": None, **fields}


def gravity(path: Path) -> bytes:
    """A database as Pi-hole 6 exports it: tables without keys."""
    database = sqlite3.connect(path)
    with database:
        database.execute("CREATE TABLE domainlist(id, type, domain, enabled, date_added, comment)")
        database.execute("CREATE TABLE adlist(id, address, enabled, date_added, comment, type)")
        database.execute('CREATE TABLE "group"(id, enabled, name, date_added, description)')
        database.executemany(
            "INSERT INTO domainlist VALUES(1, ?, ?, ?, 1, NULL)",
            [(kind, domain, enabled) for kind, domain, enabled in DOMAINS],
        )
        database.execute("INSERT INTO adlist VALUES(1, ?, 1, 1, NULL, 0)", (ADLIST,))
        database.execute("""INSERT INTO "group" VALUES(0, 1, 'Default', 1, NULL)""")
    database.close()
    return path.read_bytes()


def altered(path: Path, *statements: str) -> bytes:
    gravity(path)
    database = sqlite3.connect(path)
    with database:
        for statement in statements:
            database.execute(statement)
    database.close()
    return path.read_bytes()


def test_rows_say_the_same_when_json_and_when_sqlite(tmp_path: Path) -> None:
    as_json = [row(type=kind, domain=d, enabled=on) for kind, d, on in DOMAINS]
    text = json.dumps([*as_json, row(address=ADLIST)])
    for data in (text.encode(), gravity(tmp_path / "g.db")):
        assert entries(data) >= SAID
        assert UNSAID.items() <= skipped(data).items()
        assert [item.row for item in items(data)] == list(range(1, len(DOMAINS) + 2))


@pytest.mark.parametrize(
    "statements",
    [
        (
            "DROP TABLE domainlist",
            "CREATE VIEW domainlist AS"
            " WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n)"
            " SELECT x AS id, 1 AS type, 'a.example' AS domain FROM n",
        ),
        ("DROP TABLE domainlist", "CREATE VIRTUAL TABLE domainlist USING fts5(domain)"),
    ],
    ids=["view", "virtual"],
)
def test_what_is_no_table_is_not_asked(tmp_path: Path, statements: tuple[str, ...]) -> None:
    data = altered(tmp_path / "g.db", *statements)
    assert skipped(data) == {"another_list": 1}


def test_database_is_refused_when_it_computes(tmp_path: Path) -> None:
    computed = "ALTER TABLE adlist ADD COLUMN x AS (hex(zeroblob(1000000000)))"
    with pytest.raises(ImportRefused) as refused:
        items(altered(tmp_path / "g.db", computed))
    assert refused.value.reason is Refusal.GARBAGE


def test_database_is_refused_when_it_would_take_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kidgate.lists.structured.gravity.STEPS_MOST", 20_000)
    many = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n LIMIT 20000)"
    more = f"{many} INSERT INTO domainlist SELECT x, 1, 'd' || x, 1, 1, NULL FROM n"
    with pytest.raises(ImportRefused, match="interrupted"):
        items(altered(tmp_path / "g.db", more))


@pytest.mark.parametrize("keep", [100, 4096, 6000])
def test_database_is_refused_when_cut_or_damaged(tmp_path: Path, keep: int) -> None:
    data = gravity(tmp_path / "g.db")
    with pytest.raises(ImportRefused) as refused:
        items(data[:keep] + b"\xff" * (len(data) - keep))
    assert refused.value.reason is Refusal.GARBAGE


def test_database_is_refused_when_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kidgate.lists.structured.gravity.LARGEST", 1000)
    with pytest.raises(ImportRefused) as refused:
        items(gravity(tmp_path / "g.db"))
    assert refused.value.reason is Refusal.TOO_LARGE


def teleporter_5(path: Path) -> Path:
    files = {
        "adlist.json": [row(address=ADLIST)],
        "blacklist.exact.json": [row(domain="bad.example", type=1)],
        "whitelist.exact.json": [row(domain="ok.example", type=0)],
        "group.json": [row(id=0, name="Default")],
    }
    with tarfile.open(path, "w:gz") as tar:
        for name, rows in files.items():
            data = json.dumps(rows).encode()
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


def teleporter_6(path: Path, tmp_path: Path) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("etc/pihole/pihole.toml", "[dns]\n")
        archive.writestr("etc/pihole/gravity.db", gravity(tmp_path / "g.db"))
    return path


def test_backups_of_both_versions_give_tables(tmp_path: Path) -> None:
    old = read_tables(teleporter_5(tmp_path / "t.tar.gz"), Limits())
    new = read_tables(teleporter_6(tmp_path / "t.zip", tmp_path), Limits())
    bare = read_tables(tmp_path / "g.db", Limits())
    assert [(r["type"], r["domain"]) for r in old["domainlist"]] == [
        (1, "bad.example"),
        (0, "ok.example"),
    ]
    assert new == bare
    assert len(new["domainlist"]) == len(DOMAINS)
    assert [old["adlist"][0]["address"], new["adlist"][0]["address"]] == [ADLIST, ADLIST]
    assert new["client"] == old["client"] == []


def test_files_of_a_backup_are_its_lists_alone() -> None:
    paths = {"etc/hosts", "etc/pihole/gravity.db", "etc/pihole/pihole.toml"}
    assert files_of(paths) == ("etc/pihole/gravity.db",)
    assert files_of({"group.json", "adlist.json", "blacklist.exact.json"}) == (
        "blacklist.exact.json",
        "adlist.json",
    )
    assert files_of({"domains", "urls"}) == ()


def test_backup_is_refused_when_it_is_none(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("hosts", "0.0.0.0 a.example")
    with pytest.raises(ImportRefused, match="Teleporter"):
        read_tables(tmp_path / "t.zip", Limits())


def test_backup_is_one_list_when_imported(tmp_path: Path) -> None:
    old = teleporter_5(tmp_path / "t.tar.gz")
    new = teleporter_6(tmp_path / "t.zip", tmp_path)
    for path, names in ((old, 1), (new, 3)):
        report = import_feed(path, tmp_path / "out.names")
        assert report.names == names
        assert report.skipped[Skip.ANOTHER_LIST] == 1


def test_real_schema_is_read(shared: Path, tmp_path: Path) -> None:
    """As Pi-hole itself makes it, with its views and triggers."""
    database = sqlite3.connect(tmp_path / "g.db")
    database.executescript((shared / "data/vectors/pihole/gravity.db.sql").read_text())
    database.close()
    tables = read_tables(tmp_path / "g.db", Limits())
    assert tables["group"][0]["name"] == "Default"
    assert tables["domainlist"] and tables["adlist"]
    assert items((tmp_path / "g.db").read_bytes())
