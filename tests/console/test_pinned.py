"""Pinned apps as the adult sees them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kidgate.documents.home import Home
from kidgate.proxy.pinned.learned import Pin, dump
from tests.console.runner import Kidgate

NOON = datetime(2026, 11, 23, 5, tzinfo=UTC)


def learned(kidgate: Kidgate, *pins: Pin) -> None:
    Home(kidgate.home).pinned.write_bytes(dump(pins))


def test_names_are_listed_and_forgotten(kidgate: Kidgate) -> None:
    assert kidgate("pinned", "list") == "No app has refused our certificates so far.\n"
    over = Pin("tablet", "old.example", NOON - timedelta(days=9000), NOON - timedelta(days=8993))
    long = Pin("tablet", "app.example", NOON, NOON + timedelta(days=36_500))
    learned(kidgate, over, long)
    text = kidgate("pinned", "list")
    assert "app.example" in text
    assert "old.example" not in text
    (row,) = kidgate.json("pinned", "list")
    assert (row["device"], row["name"]) == ("tablet", "app.example")
    assert row["since_at"] == "2026-11-23T12:00:00+07:00"
    assert kidgate("pinned", "forget", "App.example") == "app.example is opened again.\n"
    assert kidgate.json("pinned", "list") == []
