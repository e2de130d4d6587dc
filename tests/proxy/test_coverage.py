"""What is counted of a device: numbers by the hour, for a day, of a bounded number of devices."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from kidgate.proxy.coverage import DEVICES, HOUR_SECONDS, Coverage, Seen, read, total

NOON = 1_795_000_000 // HOUR_SECONDS * HOUR_SECONDS


class Clock:
    def __init__(self) -> None:
        self.now = float(NOON)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_counts_of_all_workers_are_added(tmp_path: Path, clock: Clock) -> None:
    for slot in range(2):
        coverage = Coverage(clock)
        coverage.count("tablet", Seen.OPENED)
        coverage.count("tablet", Seen.NAMES)
        coverage.save(tmp_path / f"coverage-{slot}.json")
    found = total(tmp_path.glob("coverage-*.json"), clock.now)
    assert found == {"tablet": Counter(opened=2, names=2)}


def test_counts_end_after_a_day(tmp_path: Path, clock: Clock) -> None:
    coverage, path = Coverage(clock), tmp_path / "coverage-0.json"
    coverage.count("tablet", Seen.OPENED)
    coverage.save(path)
    assert total([path], NOON + 23.9 * HOUR_SECONDS) == {"tablet": Counter(opened=1)}
    assert total([path], NOON + 24 * HOUR_SECONDS) == {}
    clock.now = NOON + 24 * HOUR_SECONDS
    coverage.count("tablet", Seen.PLAIN)
    assert len(coverage.hours) == 1


def test_a_worker_that_starts_anew_goes_on(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "coverage-0.json"
    before = Coverage(clock)
    before.count("tablet", Seen.PASSED)
    before.save(path)
    after = Coverage(clock)
    after.load(path)
    after.count("tablet", Seen.PASSED)
    after.save(path)
    assert total([path], clock.now) == {"tablet": Counter(passed=2)}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"x": {}}', '{"1": []}', '{"1": {"a": {"b": {}}}}']
)
def test_broken_file_holds_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "coverage-0.json"
    path.write_text(text)
    assert read(path) == {}
    assert read(tmp_path / "none") == {}


def test_devices_beyond_the_bound_are_counted_together(clock: Clock) -> None:
    coverage = Coverage(clock)
    for number in range(DEVICES + 40):
        coverage.count(f"10.0.{number // 256}.{number % 256}", Seen.PLAIN)
    (devices,) = coverage.hours.values()
    assert len(devices) == DEVICES + 1 and devices[""]["plain"] == 40


def test_fault_of_the_disk_stops_nothing(tmp_path: Path, clock: Clock) -> None:
    Coverage(clock).save(tmp_path / "no" / "folder.json")


def test_nothing_but_numbers_is_written(tmp_path: Path, clock: Clock) -> None:
    coverage, path = Coverage(clock), tmp_path / "coverage-0.json"
    for seen in Seen:
        coverage.count("tablet", seen)
    coverage.save(path)
    (devices,) = json.loads(path.read_text()).values()
    assert devices == {"tablet": {seen.value: 1 for seen in Seen}}
