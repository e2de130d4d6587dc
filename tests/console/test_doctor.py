"""`doctor`: each hole of the box is told with how to mend it, in the house's language."""

from __future__ import annotations

import os
import re
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from kidgate.console import units
from kidgate.console.box import host, names, network
from kidgate.console.box.check import advice_in, words
from kidgate.proxy.ca import ensure_ca
from tests.console.runner import Kidgate
from tests.console.test_status import health
from tests.proxy.stand import NOW as MORNING


def found(kidgate: Kidgate, *options: str, status: int = 1, **run: Any) -> dict[str, list[Any]]:
    """Rows by part."""
    answer = kidgate.json("doctor", *options, status=status, **run)
    assert answer["well"] == (status == 0)
    parts: dict[str, list[Any]] = {}
    for row in answer["parts"]:
        parts.setdefault(row["part"], []).append(row)
    return parts


def configure(kidgate: Kidgate, text: str) -> None:
    (kidgate.home / "config.yaml").write_text(text)


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@pytest.fixture
def box(kidgate: Kidgate) -> Kidgate:
    """A home whose gateway does not run, and could."""
    configure(kidgate, f'locale: en\nlisten: ["127.0.0.1:{free_port()}"]\n')
    return kidgate


def test_doctor_says_what_status_says(box: Kidgate) -> None:
    status = [(p["part"], p["what"]) for p in box.json("status", status=1)["parts"]]
    doctor = [(r["part"], r["what"]) for rows in found(box).values() for r in rows]
    assert {*map(without_sizes, status)} <= {*map(without_sizes, doctor)}


def without_sizes(row: tuple[str, str]) -> tuple[str, str]:
    """The free disk is another a moment later."""
    return row[0], re.sub(r"\d+ MB", "MB", row[1])


def test_doctor_finds_nothing_wrong_on_a_box_that_is_no_router(
    box: Kidgate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kidgate.console.health.PARTS", ())
    parts = found(box, status=0)
    assert [r["level"] for r in parts["ports"]] == ["warn"]  # nobody but this box reaches it
    assert {r["level"] for part in parts if part != "ports" for r in parts[part]} == {"ok"}
    assert "1 to improve" in box("doctor")


def test_doctor_speaks_vietnamese_where_the_house_does(box: Kidgate) -> None:
    configure(box, "locale: vi\n")
    parts = found(box)
    assert parts["gateway"][0]["advice"] == "khởi động bằng kidgate up"
    assert "máy này" in parts["ports"][-1]["what"]


def test_doctor_says_so_when_another_program_has_the_port(box: Kidgate) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        place = f"127.0.0.1:{other.getsockname()[1]}"
        configure(box, f'locale: en\nlisten: ["{place}"]\n')
        row = found(box)["ports"][0]
    assert row["level"] == "wrong" and place in row["what"] and "ss -tulpn" in row["advice"]


def test_doctor_says_so_when_the_gateway_runs_and_nobody_listens(box: Kidgate) -> None:
    health(box)
    assert "nobody listens" in found(box)["ports"][0]["what"]


@pytest.mark.parametrize("now", ["1970-01-01T00:10+00:00", "2106-02-07T06:00+00:00"])
def test_doctor_says_so_when_the_clock_was_never_set(box: Kidgate, now: str) -> None:
    (row,) = found(box, now=now)["clock"]
    assert row["level"] == "wrong" and "timedatectl" in row["advice"]


def test_doctor_says_so_when_files_are_younger_than_the_clock(box: Kidgate) -> None:
    os.utime(box.home / "snapshot.json", (time.time(), time.time() + 9e7))
    (row,) = found(box)["clock"]
    assert row["level"] == "wrong" and "minutes later" in row["what"]


def test_doctor_says_so_when_the_key_belongs_to_another_certificate(
    box: Kidgate, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = ensure_ca(tmp_path / "other", now=MORNING)
    (box.home / "ca" / "kidgate-ca.pem").write_bytes(other.read_bytes())
    assert "another certificate" in found(box)["certificate"][-1]["what"]
    (box.home / "ca" / "mitmproxy-ca.pem").write_bytes(b"torn")
    assert "restore a backup" in found(box)["certificate"][-1]["advice"]


def test_doctor_says_so_when_too_few_files_may_be_open(
    box: Kidgate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    health(box, worker={"pid": 7})
    (tmp_path / "7").mkdir()
    limits = "Limit  Soft Limit  Hard Limit  Units\nMax open files   1024   4096   files\n"
    (tmp_path / "7" / "limits").write_text(limits)
    monkeypatch.setattr(host, "PROC", tmp_path)
    (row,) = found(box)["open files"]
    assert row["level"] == "warn" and "LimitNOFILE" in row["advice"]


@pytest.mark.parametrize(
    ("config", "part", "said"),
    [
        ("gateway: {interfaces: [lo]}", "network", "redirected connections"),
        (
            'gateway: {interfaces: [nowhere9]}\nlisten: ["transparent://0.0.0.0:1"]',
            "network",
            "nowhere9",
        ),
        ('gateway: {interfaces: [lo]}\nlisten: ["transparent://0.0.0.0:1"]', "network", "no name"),
        ('listen: ["dns://127.0.0.1:5399"]', "DNS", "no page that explains"),
    ],
)
def test_doctor_says_so_when_the_settings_leave_a_hole(
    box: Kidgate, config: str, part: str, said: str
) -> None:
    configure(box, f"locale: en\n{config}\n")
    rows = found(box)[part]
    assert any(said in row["what"] and row["advice"] for row in rows), rows


def test_doctor_names_the_child_that_reaches_encrypted_dns(box: Kidgate) -> None:
    assert [row["level"] for row in found(box)["encrypted DNS"]] == ["ok"]
    box("allow", "dns.google", "--for", "mai")
    assert [row["level"] for row in found(box)["encrypted DNS"]] == ["ok"]  # a tier's word holds
    box("tier", "set", "9-12", "ways_around.doh", "allow")
    (row,) = found(box)["encrypted DNS"]
    assert row["level"] == "wrong" and "mai reaches" in row["what"]
    assert "kidgate check https://" in row["advice"]


def test_doctor_says_that_names_alone_keep_no_encrypted_dns_in(box: Kidgate) -> None:
    configure(box, 'locale: en\nlisten: ["dns://127.0.0.1:5399"]\n')
    (row,) = found(box)["encrypted DNS"]
    assert row["level"] == "warn" and "853" in row["advice"]


@pytest.mark.parametrize(
    ("enabled", "config", "said"),
    [
        ((), "gateway: {interfaces: [lo]}", "kidgate-filter.service"),
        (("kidgate-filter.service",), "gateway: {interfaces: [lo]}", "kidgate.service"),
        ((), "", "install --service"),
        (("kidgate.service",), "", "at every boot"),
    ],
)
def test_doctor_says_so_when_the_gateway_does_not_come_back_by_itself(
    box: Kidgate, monkeypatch: pytest.MonkeyPatch, enabled: tuple[str, ...], config: str, said: str
) -> None:
    configure(box, f"locale: en\n{config}\n")
    monkeypatch.setattr(units, "booted", lambda: True)
    monkeypatch.setattr(units, "is_service", lambda home: True)
    monkeypatch.setattr(units, "is_enabled", lambda unit: unit in enabled)
    (row,) = found(box)["service"]
    assert said in row["what"] + row["advice"]


def test_doctor_asks_nobody_unless_told_to(box: Kidgate, monkeypatch: pytest.MonkeyPatch) -> None:
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    server.settimeout(0.1)
    port = server.getsockname()[1]
    configure(box, f'locale: en\nresolver: {{servers: ["127.0.0.1:{port}"]}}\n')
    monkeypatch.setattr(names, "SECONDS", 0.3)
    assert "DNS" not in found(box)
    with pytest.raises(TimeoutError):
        server.recv(100)
    (row,) = found(box, "--online")["DNS"]
    assert "does not answer" in row["what"] and server.recv(100)
    server.close()


def test_settings_of_dhcp_are_read_wherever_they_stand(tmp_path: Path) -> None:
    (tmp_path / "conf").write_text(
        "# dhcp-option=6,9.9.9.9\n"
        "dhcp-option=option:dns-server,1.1.1.1,192.168.1.2 # ours second\n"
        "dhcp-option=option:router,192.168.1.1\n"
        "dhcp-option=3,192.168.1.1\n"
    )
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.conf").write_text(
        "dhcp-option=tag:kids,6,8.8.8.8\ndhcp-option=option6:dns-server,[2001:db8::1]\n"
    )
    said = names.handed_out((tmp_path / "conf", tmp_path / "more", tmp_path / "none"))
    assert [(line, address) for _, line, address in said] == [
        (2, "1.1.1.1"),
        (2, "192.168.1.2"),
        (1, "8.8.8.8"),
        (2, "2001:db8::1"),
    ]


def rule(table: str, verb: str, chain: str = "pre") -> dict[str, Any]:
    return {"rule": {"family": "ip", "table": table, "chain": chain, "expr": [{verb: {}}]}}


def chain(table: str, prio: int, hook: str = "prerouting") -> dict[str, Any]:
    named = {"family": "ip", "table": table, "name": "pre"}
    return {"chain": named | {"type": "nat", "hook": hook, "prio": prio}}


def test_tables_that_redirect_before_us_are_named_once() -> None:
    ruleset = [
        *(chain("nat", -100), rule("nat", "dnat"), rule("nat", "redirect")),
        *(chain("late", -90), rule("late", "dnat")),
        *(chain("out", -100, "output"), rule("out", "dnat")),
        *(chain("count", -300), rule("count", "counter")),
    ]
    ours = chain("kidgate", -100)
    ours["chain"]["family"] = "inet"
    assert list(network.redirectors([ours, *ruleset])) == ["ip nat"]


def test_sockets_of_a_state_are_found() -> None:
    lines = [
        "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0",
        "   1: 0100007F:0016 0100007F:8000 01 00000000:00000000 00:00000000 00000000 0",
        "torn",
    ]
    assert list(host.waiting(lines, host.LISTENING)) == [8080]


def test_every_sentence_is_there_in_both_languages_with_the_same_places() -> None:
    places = re.compile(r"(?<!\{)\{(\w+)\}")
    for key, said in words().items():
        assert said.keys() == {"en", "vi"} and said["en"].keys() == said["vi"].keys(), key
        for kind, text in said["en"].items():
            assert set(places.findall(text)) == set(places.findall(said["vi"][kind])), key


def test_every_sentence_is_said_somewhere_and_every_check_has_its_own() -> None:
    folder = Path(host.__file__).parent
    code = "".join(path.read_text() for path in folder.glob("*.py"))
    said = set(re.findall(r'(?:ok|warn|wrong)\(\s*"[\w ]+",\s*"(\w+)"', code))
    assert said == set(words())
    for key in re.findall(r'(?:warn|wrong)\(\s*"[\w ]+",\s*"(\w+)"', code):
        assert words()[key]["en"]["advice"]


def test_advice_of_status_is_translated() -> None:
    from kidgate.console import health as source

    text = Path(source.__file__).read_text()
    for english in advice_in("vi"):
        assert f'"{english}"' in text
