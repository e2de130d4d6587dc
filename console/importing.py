"""`feed import`: a list is taken in whole, or changes nothing."""

from __future__ import annotations

import hashlib
import re
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.errors import NO, USAGE, Failure
from kidgate.console.feeds import feeds_of
from kidgate.console.output import facts, note, say

if TYPE_CHECKING:
    from kidgate.documents.feed_row import FeedRow
    from kidgate.lists.report import Report

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_ENDINGS = (".gz", ".tar", ".tgz", ".txt", ".list", ".hosts", ".csv", ".conf")
SHRINKS_FROM = 100  # entries; below, a list may change as it likes
SHRINKS_TO = 0.5


@click.command("import", cls=Command)
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--category", required=True, help="What the sites are about; any name lists use.")
@click.option("--name", help="What the feed is called here; else as its file.")
@click.option("--member", default="", help="Which list of an archive or folder.")
@click.option("--licence", default="", help="The list's licence, to remember.")
@click.option("--new-category", is_flag=True, help="The category is one of the house's own.")
@click.option("--accept-smaller", is_flag=True, help="Even if half of the old names are gone.")
@pass_app
def import_(app: App, /, path: Path, category: str, name: str | None, **fields: Any) -> None:
    """Import a list of sites.

    In hosts form, plain domains, Adblock rules or a UT1 folder; .gz and .tar.gz of them. Every line
    is accepted, or skipped with a reason. A list that is refused changes nothing.
    """
    key = category_for(category, new=fields["new_category"])
    feeds = feeds_of(app)
    called = _name(name, path, fields["member"], key, feeds)
    incoming = app.home.feeds / f".{called}.{secrets.token_hex(4)}.incoming"
    try:
        with progress_bar(f"reading {path.name}") as progress:
            report = _read(path, incoming, fields["member"], progress)
        if not fields["accept_smaller"]:
            _check_size(called, report, feeds)
        doubt = _doubt(called, key, incoming)
        row = _row(app, called, key, path, fields["licence"], report)
        with progress_bar("building the index"):
            _install(app, row, incoming)
    finally:
        incoming.unlink(missing_ok=True)
    document = report.as_json() | {"feed": called, "category": key, "sha256": row.sha256}
    document |= {"doubt": doubt}
    app.answer(document, lambda: _tell(called, key, report))
    if doubt:
        note(f"Note: {doubt}. A feed that is kept fresh would be refused for that.")


def category_for(name: str, *, new: bool) -> str:
    from difflib import get_close_matches

    from kidgate.documents.builtin import category_key, load_categories

    key, known = category_key(name), {row.key: row for row in load_categories()}
    if key in known:
        if not known[key].feed:
            raise Failure(f"no list can name `{key}`: the gateway finds that itself", USAGE)
        return key
    if not _NAME.fullmatch(key):
        raise Failure(f"`{name}` is no name for a category; write letters, digits and _", USAGE)
    if not new:
        close = get_close_matches(key, known, n=1)
        hint = f"did you mean `{close[0]}`? " if close else ""
        raise Failure(
            f"no category is called `{name}`; {hint}see kidgate category list, or give "
            "--new-category to make one",
            USAGE,
        )
    return key


def _name(
    given: str | None, path: Path, member: str, category: str, feeds: dict[str, FeedRow]
) -> str:
    """The feed's name; one made from the file's never replaces another list by chance."""
    from kidgate.policies.edits import slug

    if given is not None:
        if not _NAME.fullmatch(given):
            raise Failure(f"`{given}` is no name; write small letters, digits, `-`, `_`", USAGE)
        return given
    name = slug(member.strip("/").rpartition("/")[2]) or _stem(path) or category
    old = feeds.get(name)
    if old is not None and (old.category, old.location) != (category, str(path.absolute())):
        raise Failure(
            f"a feed `{name}` is there already ({old.category}, from {old.location}); "
            "give --name to replace it or to choose another name",
            USAGE,
        )
    return name


def _stem(path: Path) -> str:
    from kidgate.policies.edits import slug

    name = path.absolute().name
    while (ending := Path(name).suffix.lower()) in _ENDINGS and ending:
        name = name.removesuffix(Path(name).suffix)
    return slug(name)


def _read(
    path: Path, incoming: Path, member: str, progress: Callable[[int, int], None] | None
) -> Report:
    from kidgate.lists.importing import import_feed

    return import_feed(path, incoming, member=member, progress=progress)


def _check_size(name: str, report: Report, feeds: dict[str, FeedRow]) -> None:
    """A list that lost half of its names was cut somewhere: the good one stays."""
    old = feeds.get(name)
    if old is None or old.accepted < SHRINKS_FROM or report.accepted >= SHRINKS_TO * old.accepted:
        return
    raise Failure(
        f"the list has {report.accepted} entries, the feed `{name}` had {old.accepted}: it may be "
        "cut; nothing was changed. Give --accept-smaller if it is right",
        NO,
    )


def feed_name(path: Path) -> str:
    """What a feed that comes from there is called, where nobody says."""
    return _stem(path) or "feed"


def _doubt(name: str, category: str, names: Path) -> str:
    """What would keep a feed from its update: said, for whoever imports by hand decides."""
    from kidgate.documents.feed_data import load_guards
    from kidgate.lists.judging import Doubtful, Known, judge

    with tempfile.TemporaryDirectory(dir=names.parent, prefix=".fetch-") as folder:
        try:
            judge(names, Known(name, category), load_guards(), Path(folder))
        except Doubtful as fault:
            return str(fault)
    return ""


def _row(app: App, name: str, category: str, path: Path, licence: str, report: Report) -> FeedRow:
    from kidgate.documents.feed_row import FeedRow
    from kidgate.keeper.updating.work import counts_of

    return FeedRow(
        name=name,
        category=category,
        location=str(path.absolute()),
        imported_at=app.now(),
        licence=licence,
        sha256=_sha256(path),
        **counts_of(report),
    )


def _sha256(path: Path) -> str:
    """Of the file as it came; a folder has none."""
    if path.is_dir():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _install(app: App, row: FeedRow, incoming: Path) -> None:
    from kidgate.policies.rows_json import to_json

    app.do("feed.install", names_file=str(incoming), feed=to_json(row))


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _tell(name: str, category: str, report: Report) -> None:
    more = {"networks": report.networks, "rules": report.rules}
    said = "".join(f", {count} {what}" for what, count in more.items() if count)
    say(f"Feed {name}: {report.names} names and {report.urls} URLs{said} of {category}.")
    skipped = report.as_json()["skipped"]
    assert isinstance(skipped, dict)
    counts = {name: getattr(report, name) for name in ("lines", "accepted", "duplicate")}
    facts((counts | {f"skipped, {reason}": n for reason, n in skipped.items()}).items())
    for reason, examples in sorted(report.examples.items()):
        for example in examples:
            say(f"  {reason}, line {example.line}: {example.text}")
    if report.usage == ("allow",):
        note("Note: this list says of itself that it is one of sites to allow.")
