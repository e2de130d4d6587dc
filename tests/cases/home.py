"""The state of a gateway of the world: database, policy, feeds, CA, configuration; through the
keeper's own commands. Made once, then copied for every gateway that a run needs.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from kidgate.documents.feed_row import FeedRow
from kidgate.documents.home import Home
from kidgate.documents.imported_phrases import ImportedList, dump
from kidgate.keeper import commands
from kidgate.keeper.writer import Writer, own_writer
from kidgate.lists.importing import import_feed
from kidgate.policies.phrases import Phrase
from kidgate.policies.rows import PolicyRows
from kidgate.policies.rows_json import to_json
from kidgate.proxy.ca import ensure_ca
from tests.cases.policies import PHRASES
from tests.cases.world import World, at

EXTRA_CA = "rig-roots.pem"
# What no list can name: it is the absence of a category.
UNLISTED = ("uncategorised",)


@dataclass(frozen=True)
class Template:
    """A home with the feeds in it and no policy yet. `clock` is the time of its first day."""

    root: Path
    world: World
    homes: list[Path] = field(default_factory=list)

    def make(self, extra_ca: bytes) -> None:
        home = Home(self.root).make()
        (self.root / EXTRA_CA).write_bytes(extra_ca)
        ensure_ca(home.ca, now=datetime.now(UTC))
        with writer_of(home, self.world.now) as writer:
            for category, hosts in self.world.data["categories"].items():
                if category not in UNLISTED:
                    install(writer, category, hosts)
            _write_phrases(home, self.world)
            commands.run(writer, "words.publish", {})

    def copy(self, name: str, rows: PolicyRows, config: Mapping[str, Any], now: str) -> Path:
        """A home of its own with a policy and a config.yaml; its path."""
        target = self.root.with_name(name)
        shutil.copytree(self.root, target)
        with writer_of(Home(target), now) as writer:
            write_policy(writer, rows)
        (target / "config.yaml").write_text(yaml.safe_dump({"home": str(target), **config}))
        self.homes.append(target)
        return target


def writer_of(home: Home, now: str) -> Any:
    moment = at(now)
    return own_writer(home, f"sqlite:///{home.database}", lambda: moment, create=True)


def write_policy(writer: Writer, rows: PolicyRows) -> None:
    fields = {"rows": to_json(rows), "base": None, "author": "rig", "comment": "the world"}
    commands.run(writer, "policy.write", fields)


def install(writer: Writer, category: str, hosts: list[str]) -> None:
    """Import a list of names as `kidgate feed import` does."""
    listed = writer.home.run / f"{category}.txt"
    arrived = writer.home.feeds / f".{category}.arrived"
    listed.write_text("\n".join(hosts) + "\n")
    report = import_feed(listed, arrived)
    row = FeedRow(
        name=category,
        category=category,
        location=str(listed),
        imported_at=writer.now(),
        format=report.format,
        lines=report.lines,
        accepted=report.accepted,
        names=report.names,
    )
    commands.run(writer, "feed.install", {"names_file": str(arrived), "feed": to_json(row)})
    listed.unlink()


def _write_phrases(home: Home, world: World) -> None:
    """The words that stop a page, as `kidgate phrases import` leaves them."""
    policies = world.data["policies"].values()
    texts = sorted({text for words in policies for text in words.get("phrases", ())})
    rows = tuple(Phrase((text,), 100, PHRASES, "world.json") for text in texts)
    home.phrases.mkdir(mode=0o700, exist_ok=True)
    (home.phrases / "world.json").write_bytes(dump(ImportedList("world", rows)))


def config_of(world: World, **changes: Any) -> dict[str, Any]:
    """config.yaml for the world: `changes` replace whole top-level keys."""
    host, port = world.proxy
    config: dict[str, Any] = {
        "listen": [f"{host}:{port}"],
        "dashboard": {"listen": []},
        "locale": "en",
        "resolver": {"hosts": world.fixed(), "timeout_seconds": 2},
        "upstream": {"extra_ca": EXTRA_CA},
    }
    return config | changes
