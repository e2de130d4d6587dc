"""`move`: another filter's configuration is shown, asked about, and taken over."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kidgate.cli import cli
from tests.console.runner import NOW, Kidgate


def row(**fields: Any) -> dict[str, Any]:
    return {"id": 1, "enabled": 1, "date_added": 1, "comment": None, **fields}


@pytest.fixture
def pihole(tmp_path: Path) -> Path:
    files = {
        "adlist.json": [row(address="https://lists.example/porn/hosts")],
        "blacklist.exact.json": [row(domain="bad.example")],
        "blacklist.regex.json": [row(domain=r"^ad[0-9]+\.")],
        "whitelist.exact.json": [row(domain="ok.example")],
        "client.json": [row(ip="192.0.2.9", comment="Mai's tablet")],
        "custom.list": [],
    }
    path = tmp_path / "teleporter.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name, rows in files.items():
            data = json.dumps(rows).encode()
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return path


@pytest.fixture
def adguardhome(tmp_path: Path) -> Path:
    path = tmp_path / "AdGuardHome.yaml"
    path.write_text(
        "user_rules:\n  - '||bad.example^'\n  - /^ad[0-9]/\n  - '||x.example^$dnstype=A'\n"
        "filtering: {blocked_services: {ids: [tiktok, nothing_known]}}\n"
        "clients: {persistent: [{name: Mai, ids: [192.0.2.9]}]}\nschema_version: 29\n"
    )
    return path


@pytest.fixture
def e2guardian(tmp_path: Path) -> Path:
    folder = tmp_path / "e2guardian"
    (folder / "lists/blacklists/porn").mkdir(parents=True)
    (folder / "e2guardianf1.conf").write_text(
        "naughtynesslimit = 100\nbypass = 300\n"
        "bannedsitelist = '/etc/e2guardian/lists/bannedsitelist'\n"
    )
    (folder / "lists/bannedsitelist").write_text(
        "bad.example\n.Include</etc/e2guardian/lists/blacklists/porn/domains>\n"
    )
    (folder / "lists/blacklists/porn/domains").write_text("listed.example\n")
    (folder / "lists/filtergroupslist").write_text("mai=1\n")
    return folder


@pytest.fixture
def squidguard(tmp_path: Path) -> Path:
    (tmp_path / "db/porn").mkdir(parents=True)
    (tmp_path / "db/porn/domains").write_text("listed.example\n")
    path = tmp_path / "squidGuard.conf"
    path.write_text(
        "src kids { ip 192.0.2.9 }\ndest porn { domainlist porn/domains }\n"
        "acl { kids { pass !porn any } default { pass any redirect http://x/ } }\n"
    )
    return path


def arguments(request: pytest.FixtureRequest, name: str, tmp_path: Path) -> list[object]:
    more = ["--db", tmp_path / "db"] if name == "squidguard" else []
    return ["move", name, request.getfixturevalue(name), *more]


FILTERS = ["pihole", "adguardhome", "e2guardian", "squidguard"]


@pytest.mark.parametrize("name", FILTERS)
def test_dry_run_shows_each_line_and_changes_nothing(
    house: Kidgate, request: pytest.FixtureRequest, name: str, tmp_path: Path
) -> None:
    command, before = arguments(request, name, tmp_path), house.files()
    text = house(*command, "--dry-run")
    found = house.json(*command)
    assert house.files() == before
    assert (found["dry_run"], found["source"]) == (True, name)
    assert found["mapped"] and found["unmapped"] and found["changes"]
    for step in (*found["mapped"], *found["unmapped"]):
        assert f"{step['place']}  {step['text']}" in text
    for step in found["unmapped"]:
        assert f"no: {step['why']}" in text


@pytest.mark.parametrize("name", FILTERS)
def test_doing_it_twice_changes_nothing_more(
    house: Kidgate, request: pytest.FixtureRequest, name: str, tmp_path: Path
) -> None:
    command = arguments(request, name, tmp_path)
    first = house.run(*command, "--yes", "--json")
    version = house.version
    assert json.loads(first.stdout)["version"] == version
    second = house.run(*command, "--yes", "--json")
    assert json.loads(second.stdout)["changes"] == []
    assert house.version == version
    assert json.loads(second.stdout)["feeds"] == json.loads(first.stdout)["feeds"]


@pytest.mark.parametrize("name", FILTERS)
def test_nothing_is_done_when_the_answer_is_no(
    house: Kidgate, request: pytest.FixtureRequest, name: str, tmp_path: Path
) -> None:
    command, before = arguments(request, name, tmp_path), house.files()
    env = {"KIDGATE_HOME": str(house.home), "KIDGATE_CLOCK": NOW}
    result = CliRunner(env=env).invoke(cli, [str(a) for a in command], input="n\n")
    assert "Do this?" in result.output
    assert house.files() == before


def stopped(house: Kidgate, url: str, who: str) -> bool:
    return bool(house.run("check", url, "--as", who, "--json").exit_code)


def test_pihole_holds_here_when_moved(house: Kidgate, pihole: Path) -> None:
    result = house.run("move", "pihole", pihole, "--tier", "13-15", "--yes")
    assert "https://lists.example/porn/hosts" in result.stdout
    assert stopped(house, "http://bad.example/", "mai-s-tablet")
    assert not stopped(house, "http://www.bad.example/", "mai-s-tablet")
    assert house.json("device", "show", "mai-s-tablet")["addresses"] == ["192.0.2.9"]
    assert "moved-pihole" in house("feed", "list")
    made = house.home / "moved/moved-pihole/patterns.txt"
    assert made.read_text() == "/^ad[0-9]+\\./\n"
    assert stopped(house, "http://ad7.example/", "mai-s-tablet")
    assert not stopped(house, "http://bread7.example/", "mai-s-tablet")


def test_adguardhome_holds_here_when_moved(house: Kidgate, adguardhome: Path) -> None:
    house("move", "adguardhome", adguardhome, "--tier", "16-17", "--yes")
    assert stopped(house, "http://www.bad.example/", "mai")
    assert stopped(house, "https://www.tiktok.com/", "mai")
    assert stopped(house, "http://ad7.example/", "mai")
    assert not stopped(house, "http://x.example/", "mai")


def test_e2guardian_holds_here_when_moved(house: Kidgate, e2guardian: Path) -> None:
    text = house("move", "e2guardian", e2guardian, "--yes")
    assert "kidgate device add mai --of mai --login" in text
    assert house.json("profile", "show", "mai")["tier"] == "9-12"
    assert stopped(house, "http://bad.example/", "mai")
    assert stopped(house, "http://listed.example/", "mai")
    assert not stopped(house, "http://other.example/", "mai")


def test_squidguard_holds_here_when_moved(house: Kidgate, squidguard: Path, tmp_path: Path) -> None:
    house("move", "squidguard", squidguard, "--db", tmp_path / "db", "--tier", "16-17", "--yes")
    assert stopped(house, "http://listed.example/", "kids")
    assert not stopped(house, "http://other.example/", "kids")


def test_what_is_there_stays_as_it_is(house: Kidgate, adguardhome: Path) -> None:
    house("profile", "add", "mai", "--name", "Mai", "--tier", "9-12")
    house("allow", "bad.example", "--for", "everyone")
    found = house.json("move", "adguardhome", adguardhome, "--tier", "0-5", "--yes")
    assert any("profile `mai` is there already" in text for text in found["kept"])
    assert any("bad.example" in text for text in found["kept"])
    assert house.json("profile", "show", "mai")["tier"] == "9-12"
    assert not stopped(house, "http://bad.example/", "mai")


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["pihole", "text.txt"], 1, "Teleporter"),
        (["adguardhome", "text.txt"], 2, "no configuration of AdGuard Home"),
        (["squidguard", "brace.conf"], 2, "brace.conf:1"),
        (["e2guardian", "."], 2, "e2guardianf1.conf"),
        (["squidguard", "text.txt", "--tier", "9-13"], 2, "no tier is called `9-13`"),
        (["squidguard", "text.txt", "--category", "grooming"], 2, "no list can be about"),
        (["e2guardian", ".", "--group", "1"], 2, "GROUP=TIER"),
    ],
)
def test_command_fails_with_what_to_do(
    house: Kidgate, tmp_path: Path, arguments: list[str], status: int, said: str
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "text.txt").write_text("a.example\n")
    (folder / "brace.conf").write_text("acl {\n")
    name, file, *more = arguments
    before = house.files()
    assert said in house.fails(status, "move", name, folder / file, "--yes", *more)
    assert house.files() == before
