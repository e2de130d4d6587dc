"""`service import`: other programs' definitions, looked at first, then taken."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from tests.console.runner import Kidgate

LISTS = {
    "vui": "# Vui\nvui.example\nfull:api.vui.example @!cn\ninclude:khac\nkeyword:vui\n",
    "khac": "khac.example\nads.khac.example @ads\nregexp:^v[0-9]\\.example$\n",
    "tiktok": "tiktok.com\ntiktok-new.example\n",
    "momo": "momo.example\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "data"
    path.mkdir()
    for name, text in LISTS.items():
        (path / name).write_text(text)
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    entries = [
        {
            "id": "vui_chat",
            "name": "Vui Chat",
            "group": "messenger",
            "rules": ["||vui.example^", "|img.vui-cdn.example^", "||vui*.example^"],
        },
        {"id": "twitter", "name": "X", "group": "social_network", "rules": ["||x.com^"]},
    ]
    path = tmp_path / "services.json"
    path.write_text(json.dumps({"blocked_services": entries, "groups": []}))
    return path


def test_dry_run_tells_everything_and_changes_nothing(kidgate: Kidgate, folder: Path) -> None:
    version = kidgate.version
    arguments = ("service", "import", "v2fly", folder, "vui", "tiktok", "--dry-run")
    found = kidgate.json(*arguments)
    assert found["dry_run"] is True
    new, known = found["services"]
    assert (new["key"], new["state"], new["added"]) == (
        "vui",
        "new",
        ["vui.example", "khac.example"],
    )
    assert [(one["place"], one["reason"]) for one in new["unmapped"]] == [
        ("khac:2", "ads"),
        ("khac:3", "regexp"),
        ("vui:5", "keyword"),
    ]
    assert new["ignored_attributes"] == {"!cn": 1}
    assert (known["key"], known["added"]) == ("tiktok", ["tiktok-new.example"])
    people = kidgate(*arguments)
    assert "left out, regexp: 1, such as regexp:^v[0-9]\\.example$ (khac:3)" in people
    assert "Would change 2 services." in people
    assert kidgate.version == version


def test_import_makes_services_that_rules_can_name(kidgate: Kidgate, folder: Path) -> None:
    arguments = ("service", "import", "v2fly", folder, "vui", "tiktok", "--category", "social")
    assert "+ service vui: vui" in kidgate(*arguments)
    found = kidgate.json("service", "show", "vui")
    assert (found["made_by"], found["categories"]) == ("house", ["social"])
    assert "tiktok-new.example" in kidgate.json("service", "show", "tiktok")["hosts"]
    version = kidgate.version
    assert "Nothing to change." in kidgate(*arguments)
    assert kidgate.version == version
    kidgate("block", "service:vui", "--for", "mai")
    result = kidgate.run("check", "https://khac.example", "--as", "mai", "--at", "12:00")
    assert result.stdout.startswith("BLOCK")


def test_a_list_of_the_same_name_is_not_taken_for_ours_when_they_share_nothing(
    kidgate: Kidgate, folder: Path
) -> None:
    (found,) = kidgate.json("service", "import", "v2fly", folder / "momo")["services"]
    assert (found["state"], found["key"], found["added"]) == ("other", "momo", [])
    arguments = ("service", "import", "v2fly", folder / "momo", "--as", "momo=Ví MoMo")
    (found,) = kidgate.json(*arguments)["services"]
    assert (found["state"], found["added"]) == ("changed", ["momo.example"])


def test_one_list_brings_those_it_includes_and_looks_at_nothing_else(
    kidgate: Kidgate, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "film.mkv").write_bytes(b"0" * 5000)
    monkeypatch.setattr("kidgate.console.service_files.LARGEST", 4000)
    arguments = ("service", "import", "v2fly", folder / "vui", "--dry-run")
    (found,) = kidgate.json(*arguments)["services"]
    assert found["added"] == ["vui.example", "khac.example"]
    said = kidgate.fails(1, "service", "import", "v2fly", folder, "vui")
    assert "`film.mkv` is larger" in said


def test_adguard_s_table_is_taken_whole_or_in_part(kidgate: Kidgate, table: Path) -> None:
    found = kidgate.json("service", "import", "adguard", table, "--dry-run")["services"]
    assert [(one["name"], one["key"], one["state"]) for one in found] == [
        ("vui_chat", "vui_chat", "new"),
        ("twitter", "x", "same"),
    ]
    kidgate("service", "import", "adguard", table, "vui_chat")
    row = kidgate.json("service", "show", "vui_chat")
    assert (row["title"], row["categories"]) == ("Vui Chat", ["chat"])
    assert row["hosts"] == ["vui.example", "img.vui-cdn.example"]


def test_an_archive_is_read_where_it_lies(kidgate: Kidgate, tmp_path: Path) -> None:
    path = tmp_path / "data.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name, text in LISTS.items():
            member = tarfile.TarInfo(f"../../data/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    found = kidgate.json("service", "import", "v2fly", path, "vui", "--dry-run")["services"]
    assert found[0]["added"] == ["vui.example", "khac.example"]
    path.write_bytes(path.read_bytes()[:120])
    assert "archive" in kidgate.fails(1, "service", "import", "v2fly", path, "vui")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("v2fly", "data"), "name the lists"),
        (("v2fly", "data", "vu"), "did you mean `vui`?"),
        (("v2fly", "data", "vui", "--as", "vui"), "is not NAME=KEY"),
        (("v2fly", "data", "vui", "--as", "tiktok=tiktok"), "no imported service is called"),
        (("v2fly", "data", "vui", "--as", "vui=tktok"), "did you mean `tiktok`?"),
        (("v2fly", "data", "vui", "--category", "scoial"), "did you mean `social`?"),
        (("adguard", "services.json", "twiter"), "did you mean `twitter`?"),
        (("adguard", "data/vui"), "is no table of AdGuard's services"),
    ],
)
def test_import_refuses_what_it_cannot_read(
    kidgate: Kidgate, folder: Path, table: Path, arguments: tuple[str, ...], said: str
) -> None:
    version = kidgate.version
    kind, path, *more = arguments
    assert said in kidgate.fails(2, "service", "import", kind, folder.parent / path, *more)
    assert kidgate.version == version


def test_a_file_that_is_too_large_is_refused(
    kidgate: Kidgate, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kidgate.console.service_files.LARGEST", 10)
    assert "is it the right file?" in kidgate.fails(1, "service", "import", "adguard", table)


def test_other_people_s_data_comes_in_whole(kidgate: Kidgate, shared: Path, tmp_path: Path) -> None:
    import gzip

    packed = shared / "data/services/adguard-blocked-services.json.gz"
    path = tmp_path / "adguard.json"
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    found = kidgate.json("service", "import", "adguard", path)["services"]
    assert len(found) == 139
    states = [one["state"] for one in found]
    assert (states.count("same") + states.count("changed")) > 90
    lists = shared / "data/domains/v2fly/v2fly-data.tar.gz"
    names = ("tiktok", "garena", "shopee", "category-communication")
    found = kidgate.json("service", "import", "v2fly", lists, *names)["services"]
    assert [one["key"] for one in found] == ["tiktok", "garena", "shopee", "category_communication"]
    kidgate("policy", "lint")
