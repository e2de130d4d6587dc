"""`gateway plan --dns unbound`: what is written, and what is said of it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.console.runner import Kidgate

PLAN = ("gateway", "plan", "--dns", "unbound", "--out")


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def zone(found: dict[str, Any], name: str) -> str:
    (path,) = (z["file"] for z in found["zones"] if z["name"] == f"{name}.kidgate")
    return Path(path).read_text()


def test_plan_writes_rules_lists_and_devices_of_each_tier(
    kidgate: Kidgate, gambling: Path, tmp_path: Path
) -> None:
    kidgate("feed", "import", gambling, "--category", "gambling")
    kidgate("allow", "bet.example", "--for", "tier:9-12")
    kidgate("block", "news.example", "--for", "everyone")
    found = kidgate.json(*PLAN, tmp_path / "out")
    assert found["devices"] == {"127.0.0.5": "9-12"}
    assert found["unknown"] == "0-5"
    assert "bet.example CNAME rpz-passthru.\n*.bet.example CNAME rpz-passthru." in zone(
        found, "tier-9-12"
    )
    assert "bet.example CNAME .\n*.bet.example CNAME ." in zone(found, "tier-13-15")
    assert "www.google.com" not in zone(found, "fixed")
    assert "google.com CNAME forcesafesearch.google.com." in zone(found, "tier-9-12")
    listed = [z for z in found["zones"] if z["name"].startswith("listed-")]
    text = "".join(Path(z["file"]).read_text() for z in listed)
    assert "\ncasino.example CNAME .\n*.casino.example CNAME .\n" in text
    assert "bet.example" not in text
    conf = Path(found["conf"]).read_text()
    assert 'access-control-tag: 127.0.0.5/32 "tier-9-12"' in conf
    assert conf.startswith("# Kidgate's policy, version ")


def test_plan_says_what_names_alone_cannot_do_and_what_is_left_out(
    kidgate: Kidgate, tmp_path: Path
) -> None:
    kidgate("block", "news.example", "--for", "mai")
    kidgate("block", "type:video/*", "--for", "everyone")
    kidgate("device", "add", "phone", "--of", "nam", "--mac", "3c:22:fb:00:00:01")
    found = kidgate.json(*PLAN, tmp_path / "out")
    assert found["left_out"] == {
        "rules of single children, groups or devices": 1,
        "rules about types, search terms or addresses": 1,
        "devices without an address, answered as unknown": 1,
    }
    conf, said = Path(found["conf"]).read_text(), kidgate(*PLAN, tmp_path / "out")
    for line in (*found["cannot"], "1 rules of single children, groups or devices"):
        assert line in said
        assert line in conf
    assert found["cannot"][0] in zone(found, "fixed")


def test_plan_twice_is_plan_once_and_an_old_one_goes(kidgate: Kidgate, tmp_path: Path) -> None:
    out = tmp_path / "out"
    kidgate(*PLAN, out)
    first = files(out)
    kidgate(*PLAN, out)
    assert files(out) == first
    kidgate("block", "news.example", "--for", "everyone")
    kidgate(*PLAN, out)
    assert files(out).keys() != first.keys()
    assert len([*out.iterdir()]) == 2


def test_plan_that_fails_leaves_the_old_one_whole(kidgate: Kidgate, tmp_path: Path) -> None:
    out = tmp_path / "out"
    kidgate(*PLAN, out)
    first = files(out)
    kidgate("block", "news.example", "--for", "everyone")
    (feed,) = (kidgate.home / "feeds").glob("*adult*.names")
    feed.write_bytes(feed.read_bytes()[:-20])
    assert "nothing was written" in kidgate.fails(3, *PLAN, out)
    assert {name: data for name, data in files(out).items() if ".part" not in name} == first


def test_folder_without_an_engine_is_a_mistake(kidgate: Kidgate, tmp_path: Path) -> None:
    assert "--out goes with --dns" in kidgate.fails(2, "gateway", "plan", "--out", tmp_path)


@pytest.mark.skipif(shutil.which("unbound-checkconf") is None, reason="unbound is not installed")
def test_unbound_reads_what_is_written(kidgate: Kidgate, tmp_path: Path) -> None:
    found = kidgate.json(*PLAN, tmp_path / "out")
    whole = tmp_path / "unbound.conf"
    whole.write_text(f'server:\n  chroot: ""\n  username: ""\ninclude: "{found["conf"]}"\n')
    subprocess.run(["unbound-checkconf", str(whole)], check=True)
