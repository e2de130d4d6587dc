"""The case rig through the real gateway: a few cases of each kind; `make cases` plays all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.deep  # it wants the machine to itself

# One or two of each family that the explicit door can carry, and what only a house can play.
PICKED = (
    *("D-http-001", "D-http-002", "D-http-004", "D-http-010", "D-http-013", "D-http-014"),
    *("D-http-018", "D-http-019", "D-http-021", "D-http-022", "D-http-026", "D-http-033"),
    *("D-http-037", "D-http-040", "D-http-057", "D-tls-001", "D-tls-002", "D-tls-007"),
    *("D-tls-009", "D-tls-012", "D-tls-018", "D-tls-020", "D-tls-022", "D-tls-023"),
    *("D-content-001", "D-content-002", "D-content-007", "D-content-032"),
)
HOUSED = (
    *("D-dns-001", "D-dns-005", "D-dns-009", "D-dns-012", "D-dns-027", "D-dns-029"),
    *("D-net-001", "D-net-006", "D-net-012", "D-net-014", "D-net-018", "D-net-022"),
    *("D-http-015", "D-http-062", "D-http-063", "D-http-066", "D-identity-011"),
    *("D-net-024", "D-identity-003", "D-identity-007", "D-identity-012"),  # tunnels, second ports
)


def play(tmp_path: Path, *words: str) -> dict[str, str]:
    """Run the rig; the status of each picked case."""
    out = tmp_path / "results.json"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.cases",
            "--only",
            *PICKED,
            *HOUSED,
            "--json",
            str(out),
            *words,
        ],
        cwd=ROOT,
        capture_output=True,
        timeout=240,
        check=False,
    )
    assert out.exists(), (done.stdout + done.stderr)[-3000:].decode(errors="replace")
    rows = json.loads(out.read_text())["cases"]
    return {row["id"]: row["status"] for row in rows if row["id"] in PICKED + HOUSED}


@pytest.fixture(scope="module", autouse=True)
def namespaces(shared: Path) -> None:
    tried = subprocess.run(["unshare", "--net", "true"], check=False, capture_output=True)
    if tried.returncode and os.environ.get("CI") != "true":
        pytest.skip("no network namespace can be made here: run as root")


@pytest.mark.timeout(260)
def test_picked_cases_pass_through_the_gateway(tmp_path: Path) -> None:
    assert play(tmp_path) == dict.fromkeys((*PICKED, *HOUSED), "passed")


@pytest.mark.timeout(260)
def test_block_cases_fail_when_everything_is_allowed(tmp_path: Path) -> None:
    statuses = play(tmp_path, "--filter", "allow-all")
    for blocked in ("D-http-001", "D-http-010", "D-http-026", "D-tls-001", "D-content-001"):
        assert statuses[blocked] == "failed"
    assert statuses["D-http-040"] == statuses["D-tls-022"] == "passed"
