"""What `kidgate status --coverage` says of real connections."""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import HOSTS, policy
from tests.e2e.house import ROOT, House
from tests.e2e.origin import Origin
from tests.e2e.pki import Authority


def coverage(house: House) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "kidgate", "status", "--coverage", "--json"],
        cwd=ROOT,
        env={**os.environ, "KIDGATE_HOME": str(house.root)},
        capture_output=True,
        text=True,
        check=True,
    )
    return {row["device"]: row for row in json.loads(done.stdout)["devices"]}


def test_each_device_has_its_shares_over_a_restart(
    tmp_path: Path, open_site: Origin, open_secure: Origin, authority: Authority
) -> None:
    rows = policy(open_site.port, open_secure.port)
    with House(tmp_path / "home", rows, HOSTS, extra_ca=authority.pem) as house:
        for _ in range(2):
            house.get_tls("good.example", open_secure.port)
        house.get(f"http://good.example:{open_site.port}/")
        house.stop()
        house.start()
        target = f"bank.example:{open_secure.port}"
        with house.tunnel(target) as sock:  # passed by a rule
            context = ssl.create_default_context(cafile=str(authority.pem))
            context.wrap_socket(sock, server_hostname="bank.example").close()
        with (
            house.tunnel(f"good.example:{open_secure.port}", "127.0.0.9") as sock,
            pytest.raises(ssl.SSLCertVerificationError),  # our certificate is not there
        ):
            ssl.create_default_context().wrap_socket(sock, server_hostname="good.example")
        house.stop()
        found = coverage(house)
    tablet, stranger = found["tablet"], found["127.0.0.9"]
    assert tablet["connections"] == 4
    assert (tablet["decrypted"], tablet["plain"], tablet["by_name"]) == (50.0, 25.0, 25.0)
    assert (stranger["connections"], stranger["distrusted"]) == (1, 100.0)
    assert stranger["named"] is False
    assert found["console"]["connections"] == 0
    written = (house.home.run / "coverage-0.json").read_text()
    assert "example" not in written
