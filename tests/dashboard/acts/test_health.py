from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kidgate.dashboard.acts import health
from kidgate.dashboard.acts.health import Part
from kidgate.dashboard.gate import Nothing
from tests.dashboard.conftest import Site


def parts(site: Site) -> dict[str, Part]:
    """By the key of what is said."""
    found = health.show(site.desk, site.actor(), Nothing())
    assert found.well == all(part.well for part in found.parts)
    return {part.key: part for part in found.parts}


def process(**more: Any) -> dict[str, Any]:
    well = {"alive": True, "ready": True, "pid": 1, "restarts": 0, "silent_seconds": 0, "fault": ""}
    return well | more


def running(site: Site, **more: Any) -> None:
    """What a supervisor that lives has written."""
    document = {"at": datetime.now(UTC).isoformat(), "pid": os.getpid(), "listening": ["http://x"]}
    document |= {"index_fault": "", "keeper": process(), "workers": [process()]}
    site.home.health.write_text(json.dumps(document | more))


def test_gateway_that_does_not_run_is_said(site: Site) -> None:
    found = parts(site)
    assert not found["gateway_off"].well
    assert not found["certificate_none"].well
    assert not found["index_lost"].well


def test_processes_are_told_one_by_one(site: Site) -> None:
    site.do("index.rebuild")
    worker = process(policy_fault="bad", journal={"dropped": 3}, keeper=False)
    running(site, workers=[process(), worker], keeper=process(alive=False, fault="died"))
    found = parts(site)
    assert found["gateway_on"].well
    assert (found["process_off"].part, found["process_off"].said) == ("keeper", "died")
    assert found["policy_fault"].part == "worker 2"
    assert found["dropped"].values == {"number": "3"}
    assert "keeper_away" in found
    assert found["index"].well


def test_silent_supervisor_and_low_disk_are_said(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "LOW_DISK_BYTES", 2**60)
    running(site, at=(datetime.now(UTC) - timedelta(minutes=5)).isoformat())
    found = parts(site)
    assert not found["gateway_silent"].well
    assert not found["disk_low"].well


def test_last_backup_is_known_by_its_mark(site: Site) -> None:
    assert "backup_none" in parts(site)
    site.home.backup_mark.touch()
    assert "backup" in parts(site)
