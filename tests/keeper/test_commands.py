"""What a writer can be asked to do: done whole and in force, or everything stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kidgate.documents.feed_row import FeedRow
from kidgate.keeper import commands, feeds
from kidgate.keeper.commands import UnknownCommand
from kidgate.keeper.feeds import BuildFailed
from kidgate.keeper.writer import Writer
from kidgate.lists.importing import import_feed
from kidgate.policies.compile import PolicyFaults
from kidgate.policies.model import Action
from kidgate.policies.rows import GroupRow, PolicyRows, RuleRow
from kidgate.policies.rows_json import to_json
from kidgate.policies.snapshot_file import load_snapshot
from kidgate.store.changing import Conflict
from kidgate.store.database import Database
from kidgate.store.faults import DatabaseFault
from kidgate.store.feeds import all_feeds
from kidgate.store.policy import head, read_policy
from tests.keeper.stand import AT, files, home_in, write, writer_of

ONE = PolicyRows(groups=(GroupRow("8A"),))
BAD = PolicyRows(rules=(RuleRow(0, "group:nobody", "x.example", Action.BLOCK),))


def rule(target: str, id: int = 0) -> RuleRow:
    return RuleRow(id, "everyone", target, Action.BLOCK)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    with writer_of(home_in(tmp_path)) as found:
        yield found


def stored(writer: Writer) -> tuple[int, PolicyRows, list[str]]:
    with writer.database.reading() as session:
        names = [feed.name for feed in all_feeds(session)]
        return head(session), read_policy(session), names


def unchanged(writer: Writer, act: Callable[[], Any], fault: type[Exception]) -> str:
    """The fault's text; neither the database nor a file is another than before."""
    before = stored(writer), files(writer.home)
    with pytest.raises(fault) as found:
        act()
    assert (stored(writer), files(writer.home)) == before
    return str(found.value)


def in_force(writer: Writer) -> PolicyRows:
    return load_snapshot(writer.home.snapshot.read_bytes()).rows


# Policies


def test_policy_is_stored_and_in_force_when_it_is_written(writer: Writer) -> None:
    version = write(writer, ONE)["version"]
    assert stored(writer)[:2] == (version, ONE)
    assert in_force(writer) == ONE
    assert load_snapshot(writer.home.snapshot.read_bytes()).version == str(version)


def test_write_conflicts_when_the_policy_has_moved_on(writer: Writer) -> None:
    base = write(writer, ONE)["version"]
    write(writer, PolicyRows(), base)
    said = unchanged(writer, lambda: write(writer, ONE, base), Conflict)
    assert said == f"the policy is at version {base + 1}, the change was made to {base}"


def test_policy_with_faults_changes_nothing(writer: Writer) -> None:
    write(writer, ONE)
    assert "nobody" in unchanged(writer, lambda: write(writer, BAD), PolicyFaults)


def test_dry_run_changes_nothing_and_finds_faults(writer: Writer) -> None:
    base = write(writer, ONE)["version"]
    before = stored(writer), files(writer.home)
    assert write(writer, PolicyRows(), base, dry_run=True) == {"version": base}
    assert (stored(writer), files(writer.home)) == before
    unchanged(writer, lambda: write(writer, BAD, base, dry_run=True), PolicyFaults)


def test_database_that_fails_changes_nothing(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(writer, ONE)

    def fail(*args: object, **more: object) -> int:
        raise DatabaseFault("the disk is full", "free some space")

    monkeypatch.setattr(commands, "write_policy", fail)
    unchanged(writer, lambda: write(writer, PolicyRows()), DatabaseFault)


def test_rows_get_numbers_that_were_never_used(writer: Writer) -> None:
    first = write(writer, PolicyRows(rules=(rule("a.example"), rule("b.example"))))["ids"]["rules"]
    assert len(set(first)) == 2 and all(first)
    write(writer, PolicyRows())
    kept = rule("c.example", first[0])
    again = write(writer, PolicyRows(rules=(kept, rule("d.example"))))["ids"]["rules"]
    assert again[0] == first[0]
    assert again[1] not in first


def test_rollback_makes_the_old_policy_a_new_version(writer: Writer) -> None:
    old = write(writer, ONE)["version"]
    newer = write(writer, PolicyRows())["version"]
    back = commands.run(writer, "policy.rollback", {"version": old, "author": "an"})
    assert back == {"version": newer + 1}
    assert in_force(writer) == ONE
    assert stored(writer)[1] == ONE


def test_rollback_to_no_version_changes_nothing(writer: Writer) -> None:
    write(writer, ONE)
    args = {"version": 77, "author": "an"}
    said = unchanged(writer, lambda: commands.run(writer, "policy.rollback", args), ValueError)
    assert "77" in said


def test_unknown_command_is_refused(writer: Writer) -> None:
    with pytest.raises(UnknownCommand, match=r"`policy\.burn`"):
        commands.run(writer, "policy.burn", {})


# Feeds


def feed(name: str = "bets", category: str = "gambling") -> FeedRow:
    return FeedRow(name, category, "/lists/x.txt", AT)


def arrive(writer: Writer, *hosts: str) -> Path:
    """A names file as an import leaves it, under a name of its own."""
    text = writer.home.root / "list.txt"
    text.write_text("".join(f"{host}\n" for host in hosts))
    path = writer.home.feeds / ".arriving"
    import_feed(text, path)
    text.unlink()
    return path


def install(writer: Writer, row: FeedRow, path: Path) -> dict[str, Any]:
    args = {"feed": to_json(row), "names_file": str(path)}
    return commands.run(writer, "feed.install", args)


def test_feed_is_in_the_index_when_it_is_installed(writer: Writer) -> None:
    assert install(writer, feed(), arrive(writer, "bet.example")) == {"feed": "bets"}
    assert sorted(path.name for path in writer.home.feeds.iterdir()) == ["bets.names"]
    assert stored(writer)[2] == ["bets"]
    assert b"gambling" in writer.home.index.read_bytes()


@pytest.mark.parametrize("existing", [True, False])
def test_feed_that_cannot_be_built_leaves_the_old_one(writer: Writer, existing: bool) -> None:
    if existing:
        install(writer, feed(), arrive(writer, "bet.example"))
    broken = writer.home.feeds / ".arriving"
    broken.write_bytes(b"this is no names file")
    before = stored(writer), files(writer.home)
    with pytest.raises(BuildFailed):
        install(writer, feed(), broken)
    assert (stored(writer), files(writer.home)) == before


@pytest.mark.parametrize("existing", [True, False])
def test_feed_that_cannot_be_committed_leaves_index_and_names(
    writer: Writer, monkeypatch: pytest.MonkeyPatch, existing: bool
) -> None:
    """The commit itself fails: by then the new index stands already."""
    if existing:
        install(writer, feed(), arrive(writer, "bet.example"))
    path = arrive(writer, "other.example")
    before = stored(writer), files(writer.home)
    writing = Database.writing

    class Failing:
        def __init__(self, database: Database) -> None:
            self.inner = writing(database)

        def __enter__(self) -> Any:
            return self.inner.__enter__()

        def __exit__(self, *_: object) -> None:
            fault = DatabaseFault("the disk is full", "free some space")
            self.inner.__exit__(DatabaseFault, fault, None)
            raise fault

    monkeypatch.setattr(Database, "writing", lambda self: Failing(self))
    with pytest.raises(DatabaseFault):
        install(writer, feed(), path)
    assert (stored(writer), files(writer.home)) == before


def test_feed_from_elsewhere_is_refused(writer: Writer, tmp_path: Path) -> None:
    path = tmp_path / "x.names"
    path.write_text("")
    said = unchanged(writer, lambda: install(writer, feed(), path), ValueError)
    assert "does not lie among the feeds" in said


def test_feed_is_gone_when_it_is_removed(writer: Writer) -> None:
    install(writer, feed(), arrive(writer, "bet.example"))
    install(writer, feed("more", "news"), arrive(writer, "news.example"))
    assert commands.run(writer, "feed.remove", {"name": "bets"}) == {"feed": "bets"}
    assert stored(writer)[2] == ["more"]
    assert [path.name for path in writer.home.feeds.iterdir()] == ["more.names"]
    assert b"gambling" not in writer.home.index.read_bytes()


def test_unknown_feed_cannot_be_removed(writer: Writer) -> None:
    install(writer, feed(), arrive(writer, "bet.example"))
    act = lambda: commands.run(writer, "feed.remove", {"name": "no"})  # noqa: E731
    assert "no feed is called `no`" in unchanged(writer, act, ValueError)


def test_index_is_built_again_from_what_is_there(writer: Writer) -> None:
    install(writer, feed(), arrive(writer, "bet.example"))
    whole = writer.home.index.read_bytes()
    writer.home.index.write_bytes(b"damaged")
    assert commands.run(writer, "index.rebuild", {}) == {"feeds": 1}
    assert writer.home.index.read_bytes() == whole


def test_old_index_stays_when_it_cannot_be_built_again(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(writer, feed(), arrive(writer, "bet.example"))

    def fail(*_: object) -> Path:
        raise BuildFailed("no memory")

    monkeypatch.setattr(feeds, "build_index", fail)
    unchanged(writer, lambda: commands.run(writer, "index.rebuild", {}), BuildFailed)
