"""The service under a real systemd: installed, hardened, watched, reloaded, stopped, removed.

Each test takes the box as the one before it left it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.box import BOX4, Box, missing

pytestmark = [
    pytest.mark.deep,
    pytest.mark.timeout(400),
    pytest.mark.skipif(bool(missing()), reason=missing() or "can be booted"),
]
CONFIG = f"""\
locale: en
workers: 2
listen:
  - {BOX4}:8080
  - transparent://0.0.0.0:8081
  - transparent://[::]:8081
  - dns://{BOX4}:53
  - wireguard://{BOX4}:51820
gateway: {{interfaces: [house0]}}
dns: {{page_addresses: ["{BOX4}"]}}
resolver: {{servers: ["203.0.113.10"]}}
dashboard: {{listen: ["https://{BOX4}:8443"]}}
"""
# Thirty seconds are too long for a test.
SOON = "[Service]\nWatchdogSec=10\n"
NET_BIND_SERVICE, NET_ADMIN = 1 << 10, 1 << 12
STATE = "systemctl show kidgate -p ActiveState"
ASK = ("curl", "-sS", "-m", "20", "-o", "/dev/null", "-w", "%{http_code}")


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with Box(tmp_path_factory.mktemp("box")) as made:
        for path, text in (
            ("/var/lib/kidgate/config.yaml", CONFIG),
            ("/etc/systemd/system/kidgate.service.d/soon.conf", SOON),
        ):
            made.run("sh", "-c", f"mkdir -p {Path(path).parent}; cat > {path} <<'E'\n{text}E")
        made.run("nft", "add", "table", "ip", "other")
        yield made


def test_it_is_installed_once_and_starts(box: Box) -> None:
    said = box.run("kidgate", "gateway", "install")
    assert "table inet kidgate is in force" in said
    assert "is written" not in box.run("kidgate", "gateway", "install")
    assert box.from_home(*ASK, "http://203.0.113.10/").startswith("000")  # nobody judges yet
    box.run("systemctl", "start", "kidgate")
    assert box.shown("ActiveState", "Type") == {"ActiveState": "active", "Type": "notify"}
    assert "ready " in box.log()
    assert box.run("stat", "-c", "%a %U", "/var/lib/kidgate").split() == ["700", "kidgate"]
    before = box.shown("Before", unit="kidgate-filter")["Before"].split()
    assert "network-pre.target" in before
    for unit in ("kidgate", "kidgate-filter"):
        assert box.run("systemctl", "is-enabled", unit).strip() == "enabled"


def test_every_way_in_answers(box: Box) -> None:
    assert box.from_home(*ASK, "http://203.0.113.10/") == "403"
    assert box.from_home(*ASK, "-x", f"http://{BOX4}:8080", "http://203.0.113.10/") == "403"
    assert box.from_home(*ASK, f"http://{BOX4}/install") == "200"
    ca = "/var/lib/kidgate/ca/kidgate-ca.pem"
    box.until(" ".join((*ASK, "--cacert", ca, f"https://{BOX4}:8443/")), "302")
    assert f"{BOX4}:53 " in box.run("ss", "-ulnH")


def test_no_process_has_a_right_that_it_does_not_need(box: Box) -> None:
    found = list(box.processes())
    rights = {"up": NET_BIND_SERVICE | NET_ADMIN, "kidgate.keeper": NET_ADMIN}
    assert sorted(name for name, _ in found) == sorted(
        ["up", "kidgate.keeper", "kidgate.console.web", *["kidgate.addons.worker"] * 2]
    )
    for name, status in found:
        for kind in ("CapEff", "CapPrm", "CapInh", "CapAmb"):
            assert int(status[kind], 16) == rights.get(name, 0), (name, kind)
        assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2", name
        assert "0" not in status["Uid"].split(), name


def test_it_sees_and_writes_nothing_that_is_not_its_own(box: Box) -> None:
    first = box.shown("MainPID")["MainPID"]
    inside = ("nsenter", "-t", first, "-m")
    for place in ("/etc", "/usr", "/opt", "/var/lib"):
        said = box.run(*inside, "touch", f"{place}/kidgate-test", check=False)
        assert "Read-only file system" in said, place
    assert box.run(*inside, "ls", "-A", "/root", "/home", check=False).split() in (
        ["/home:", "/root:"],
        [],
    )
    said = box.run("systemd-analyze", "security", "--no-pager", "kidgate.service")
    level = re.search(r"Overall exposure level for kidgate.service: ([\d.]+)", said)
    assert level is not None and float(level[1]) <= 2.0, said
    units = ("kidgate.service", "kidgate-filter.service")
    box.run("systemd-analyze", "verify", *(f"/etc/systemd/system/{unit}" for unit in units))


def test_rules_that_somebody_flushes_come_back(box: Box) -> None:
    box.run("nft", "delete", "table", "inet", "kidgate")
    box.until("nft list tables", "table inet kidgate")
    assert "who flushed it?" in box.log()


def test_reload_makes_every_process_anew_but_the_first(box: Box) -> None:
    first = box.shown("MainPID")["MainPID"]
    before = {*box.run("pgrep", "-P", first).split()}
    box.run("systemctl", "reload", "kidgate")
    box.until(f"ps -o pid= -p {','.join(before)} | wc -l", "0\n")
    box.until(STATE, "ActiveState=active")
    assert box.shown("MainPID", "NRestarts") == {"MainPID": first, "NRestarts": "0"}
    after = {*box.run("pgrep", "-P", first).split()}
    assert len(after) == len(before)
    assert box.from_home(*ASK, "http://203.0.113.10/") == "403"


def test_supervisor_that_hangs_is_replaced(box: Box) -> None:
    first = box.shown("MainPID")["MainPID"]
    box.run("kill", "-STOP", first)
    box.until("systemctl show kidgate -p NRestarts", "NRestarts=1")
    box.until(STATE, "ActiveState=active")
    assert box.shown("MainPID")["MainPID"] != first
    assert box.from_home(*ASK, "http://203.0.113.10/") == "403"


def test_it_stops_within_seconds_and_nothing_passes_then(box: Box) -> None:
    box.run("systemctl", "stop", "kidgate")
    assert box.shown("Result") == {"Result": "success"}  # in TimeoutStopSec, or it were killed
    assert "table inet kidgate" in box.run("nft", "list", "tables")
    assert box.from_home(*ASK, "http://203.0.113.10/").startswith("000")


def test_root_leaves_no_file_that_the_service_cannot_read(box: Box) -> None:
    box.run("kidgate", "profile", "add", "mai", "--born", "2016-05-01")
    assert box.run("find", "/var/lib/kidgate", "-user", "root") == ""


def test_it_says_who_has_its_port_and_comes_up_when_it_is_free(box: Box) -> None:
    other = f"import socket,time; s = socket.create_server(('{BOX4}', 8080)); time.sleep(999)"
    holds = f'/opt/kidgate-test/bin/python -c "{other}" >/dev/null 2>&1 & echo $! > /run/x'
    box.run("sh", "-c", holds)
    box.until("ss -tlnH", f"{BOX4}:8080")
    box.run("systemctl", "start", "kidgate", check=False)
    assert f"{BOX4}:8080 is in use by another program" in box.log()
    box.run("sh", "-c", "kill $(cat /run/x)")
    box.until(STATE, "ActiveState=active")


def test_disk_that_cannot_be_written_is_said_and_nothing_passes(box: Box) -> None:
    box.run("systemctl", "stop", "kidgate")
    home = "/var/lib/kidgate"
    box.run("sh", "-c", f"mount --bind {home} {home} && mount -o remount,ro,bind {home}")
    box.run("systemctl", "start", "kidgate", check=False)
    assert "Read-only file system" in box.log()
    assert box.from_home(*ASK, "http://203.0.113.10/").startswith("000")
    box.run("sh", "-c", f"systemctl stop kidgate; umount {home}")
    box.run("systemctl", "start", "kidgate")


def test_removal_takes_all_of_it_away_and_nothing_else(box: Box) -> None:
    for _ in range(2):
        box.run("kidgate", "gateway", "remove")
        assert box.run("nft", "list", "tables").split("\n") == ["table ip other", ""]
        assert box.run("sysctl", "-n", "net.ipv4.ip_forward").strip() == "0"
    assert "could not be found" in box.run("systemctl", "status", "kidgate-filter", check=False)
    left = box.run("sh", "-c", "ls -d /etc/kidgate /etc/sysusers.d/kidgate.conf", check=False)
    assert left.count("No such file") == 2
    assert "kidgate.db" in box.run("ls", "/var/lib/kidgate")
