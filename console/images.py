"""`images`: lists of hashes that members of schemes are given, and whether the chain works."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.errors import NO, UNREACHABLE, USAGE, Failure
from kidgate.console.output import facts, local, note, say, stamp, table

if TYPE_CHECKING:
    from kidgate.content.images.entries import Read
    from kidgate.proxy.pictures.shelf import Kept, Shelf
    from kidgate.proxy.pictures.trial import Chain

SHRINKS = 0.5  # a list that loses more than this is asked about


@click.group(cls=Group)
def images() -> None:
    """Pictures: hash lists of illegal material, and a model of yours."""


@images.command("list")
@pass_app
def list_(app: App) -> None:
    """The hash lists that are looked up in."""
    kept = _kept(shelf_of(app))

    def people() -> None:
        if not kept:
            say("No hash lists; a member of a scheme adds one with kidgate images add.")
            return
        rows = [(k.name, k.exact, k.near, local(_moment(k), app.zone), k.source) for k in kept]
        table(("list", "SHA-256", "PDQ", "since", "file"), rows)

    app.answer([_document(app, one) for one in kept], people)


@images.command("add")
@click.argument("name")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--kind", type=click.Choice(["sha256", "pdq"]), help="Of hashes that do not say it themselves."
)
@click.option("--smaller", is_flag=True, help="Take it although the list lost half of its hashes.")
@pass_app
def add(app: App, name: str, path: Path, kind: str | None, *, smaller: bool) -> None:
    """Add a list of hashes, or replace the one of this NAME.

    One hash to a line, CSV with named columns, the JSON of ThreatExchange or StopNCII, the XML of
    NCMEC. From then on every picture is looked up in it, for everyone: no setting turns it off, and
    no command takes a list away.
    """
    from kidgate.proxy.pictures.libraries import EXTRA, missing

    read = _read(path, kind)
    if lacking := missing(near=bool(read.near), model=False):
        raise Failure(f"{EXTRA} (missing: {', '.join(lacking)})", UNREACHABLE)
    shelf = shelf_of(app)
    before = {one.name: one for one in _kept(shelf)}.get(name)
    count = len(read.exact) + len(read.near)
    if before and not smaller and count < SHRINKS * (before.exact + before.near):
        raise Failure(
            f"`{name}` has {before.exact + before.near} hashes now, and {count} in this file; "
            "say --smaller if that is right",
            NO,
        )
    try:
        kept = shelf.keep(name, read, at=app.now().isoformat(), source=path.name)
    except ValueError as fault:
        raise Failure(str(fault), USAGE) from None
    _build(shelf)
    skipped = {str(why): number for why, number in sorted(read.skipped.items())}
    document = _document(app, kept) | {
        "entries": read.entries,
        "duplicate": read.duplicate,
        "skipped": skipped,
    }

    def people() -> None:
        say(f"{name}: {kept.exact} SHA-256 and {kept.near} PDQ hashes are looked for.")
        if skipped:
            left = ", ".join(f"{number} {why}" for why, number in skipped.items())
            note(f"Left out of {read.entries} entries: {left}")
        say("Try it: kidgate images test")

    app.answer(document, people)


@images.command("build")
@pass_app
def build(app: App) -> None:
    """Compile the hash lists anew, from those that are kept."""
    shelf = shelf_of(app)
    if not _kept(shelf):
        raise Failure("there is no hash list; see kidgate images add", USAGE)
    built = _build(shelf)
    app.answer(built, lambda: say(f"{built['exact']} SHA-256 and {built['near']} PDQ hashes."))


@images.command("test")
@click.option(
    "--write",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the canary to a PNG file, to put on a site of your own and visit.",
)
@pass_app
def test(app: App, target: Path | None) -> None:
    """See that listed pictures are found.

    With a harmless one of ours, the canary: it is looked for as it is, and as a smaller, brighter
    JPEG. The model judges it too.
    """
    from kidgate.content.images.canary import canary
    from kidgate.proxy.pictures.trial import try_chain

    if target is not None:
        target.write_bytes(canary())
    shelf = shelf_of(app)
    if not shelf.hashes.exists() and not shelf.model_file.exists():
        raise Failure("there is no hash list and no model; see kidgate images add", NO)
    chain = asyncio.run(try_chain(shelf.folder))
    document = {
        "sound": chain.sound,
        **{k: asdict(chain)[k] for k in ("exact", "near", "fault", "lists", "model")},
    }
    app.answer(document, lambda: _tell(chain))
    if not chain.sound:
        click.get_current_context().exit(NO)


def shelf_of(app: App) -> Shelf:
    from kidgate.proxy.pictures.shelf import Shelf

    return Shelf(app.home.images)


def _tell(chain: Chain) -> None:
    words = {True: "found", False: "NOT found", None: "no list has such hashes"}
    lines: list[tuple[str, object]] = [
        ("canary, as it is (SHA-256)", words[chain.exact]),
        ("canary, altered (PDQ)", words[chain.near]),
    ]
    if chain.model is not None:
        lines.append(("model, one picture", f"{chain.model.milliseconds:.0f} ms"))
        lines.append(("model, of the canary", dict(chain.model.scores)))
    if chain.fault:
        lines.append(("FAULT", chain.fault))
    facts(lines)


def _read(path: Path, kind: str | None) -> Read:
    from kidgate.content.images.entries import Kind, ListRefused
    from kidgate.content.images.reading import LARGEST, read_list

    if path.stat().st_size > LARGEST:
        raise Failure(f"`{path}` is larger than {LARGEST >> 20} MB: split it", NO)
    try:
        return read_list(path.read_bytes(), Kind(kind) if kind else None)
    except ListRefused as fault:
        raise Failure(f"`{path}`: {fault}; nothing was changed", NO) from None


def _kept(shelf: Shelf) -> tuple[Kept, ...]:
    from kidgate.content.images.layout import HashesFault

    try:
        return shelf.kept()
    except HashesFault as fault:
        raise Failure(str(fault), UNREACHABLE) from None


def _build(shelf: Shelf) -> dict[str, int]:
    from kidgate.content.images.layout import HashesFault
    from kidgate.proxy.pictures.libraries import EXTRA

    try:
        return shelf.build()._asdict()
    except HashesFault as fault:
        raise Failure(str(fault), UNREACHABLE) from None
    except ImportError as fault:
        raise Failure(f"{EXTRA} (missing: {fault.name})", UNREACHABLE) from None


def _moment(kept: Kept) -> datetime:
    return datetime.fromisoformat(kept.at)


def _document(app: App, kept: Kept) -> dict[str, Any]:
    return {
        "name": kept.name,
        "sha256": kept.exact,
        "pdq": kept.near,
        "since_at": stamp(_moment(kept), app.zone),
        "file": kept.source,
    }
