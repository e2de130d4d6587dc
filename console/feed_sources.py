"""`feed add`, `feed change`, `feed catalogue`: where feeds come from and how they are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.errors import USAGE, Failure
from kidgate.console.feed_updating import run_updates
from kidgate.console.feeds import document_of, feed_of, feeds_of
from kidgate.console.importing import category_for, feed_name
from kidgate.console.output import facts, note, say, table
from kidgate.lists.fetching.locations import WEB
from kidgate.lists.overrides import ADDRESS, GROW, HOST, SHRINK

if TYPE_CHECKING:
    pass

INTERVAL = 24  # hours, where nobody says
Decorated = Callable[..., Any]


def settings(command: Decorated) -> Decorated:
    """The options that `add` and `change` have in common."""
    hours = click.IntRange(0, 24 * 365)
    for option in reversed(
        (
            click.option("--category", help="What the sites are about."),
            click.option("--new-category", is_flag=True, help="It is one of the house's own."),
            click.option("--member", help="Which list of an archive or folder."),
            click.option("--format", "read_as", help="Its format, where its content misleads."),
            click.option("--licence", help="The list's licence, to remember."),
            click.option("--interval", type=hours, help="Hours between updates; 0: by hand."),
            click.option("--checksum", help="URL or path of a sha256 of it."),
            click.option("--signature", help="URL or path of its minisign or Ed25519 signature."),
            click.option("--public-key", help="The key that must have signed it, in base64."),
            click.option("--reference", is_flag=True, help="It blocks nothing, it ranks hosts."),
            click.option("--top-hosts", type=click.IntRange(0), help="None of so many may be hit."),
            click.option("--allow-host", multiple=True, help="A host that it may stop whole."),
            click.option("--allow-address", multiple=True, help="A private address it lies at."),
            click.option("--allow-shrink", is_flag=True, help="It may lose most of its entries."),
            click.option("--allow-grow", is_flag=True, help="It may become another size."),
            click.option("--because", default="", help="Why it may; goes with every --allow."),
        )
    ):
        command = option(command)
    return command


@click.command("add", cls=Command)
@click.argument("source")
@click.option("--name", help="What the feed is called here.")
@click.option("--later", is_flag=True, help="Leave the first update to the gateway.")
@settings
@pass_app
def add(app: App, /, source: str, name: str | None, later: bool, **fields: Any) -> None:
    """Add a feed that is kept fresh.

    SOURCE is a key of kidgate feed catalogue, a URL, or a path. A version that is a web page, cut,
    suddenly much smaller or larger, or that stops what must not be stopped, is refused; the one
    before stays.
    """
    given = _given(fields)
    feed = _from_catalogue(app, source, given) or _from_place(app, source, name, given)
    feed["name"] = name or feed["name"]
    feed |= {key: value for key, value in given.items() if key not in ("category", "kind")}
    feed["overrides"] = _overrides(fields)
    row = app.do("feed.add", feed=feed)["feed"]
    if feed["location"].startswith("http://") and not (
        feed.get("checksum") or given.get("signature")
    ):
        note("Note: over http anybody on the way can change the list; give its https address.")
    if later:
        app.answer({"feed": row}, lambda: say(f"Feed {row['name']} is added; it is fetched soon."))
        return
    run_updates(app, [row["name"]], added=True)


@click.command("change", cls=Command)
@click.argument("name")
@click.option("--source", help="Another URL or path.")
@click.option(
    "--enable/--disable", "enabled", default=None, help="In force and kept fresh, or not."
)
@click.option("--withdraw", multiple=True, help="A host, address, shrink or grow, once allowed.")
@settings
@pass_app
def change(app: App, /, name: str, source: str | None, **fields: Any) -> None:
    """Change where a feed comes from, how it is kept, what it may do."""
    old = feed_of(app, name)
    given = _given(fields)
    if "category" in given:
        given["category"] = category_for(given["category"], new=fields["new_category"])
    if source is not None:
        given["location"] = _place(source)
    if fields["enabled"] is not None:
        given["enabled"] = fields["enabled"]
    withdrawn = {
        form for text in fields["withdraw"] for form in (text, HOST + text, ADDRESS + text)
    }
    kept = {what: why for what, why in old.overrides.items() if what not in withdrawn}
    if (overrides := kept | _overrides(fields)) != old.overrides:
        given["overrides"] = overrides
    if not given:
        raise Failure("nothing to change; see kidgate feed change --help", USAGE)
    app.do("feed.change", name=name, set=given)
    document = document_of(app, feed_of(app, name))
    told = {key: document[key] for key in given}
    app.answer(document, lambda: facts(told.items()))


@click.command("catalogue", cls=Command)
@click.option("--category", help="Only feeds of this category.")
@click.option("--tier", help="Only feeds that are recommended for this tier.")
@pass_app
def catalogue(app: App, category: str | None, tier: str | None) -> None:
    """Well-known feeds, each ready for kidgate feed add KEY."""
    from kidgate.documents.builtin import category_key
    from kidgate.documents.feed_data import load_catalogue

    there = {row.location for row in feeds_of(app).values()}
    found = [
        row
        for row in load_catalogue().values()
        if category is None or row.category == category_key(category)
        if tier is None or tier in row.tiers
    ]
    language = app.config.locale
    documents = [asdict(row) | {"added": row.url in there} for row in found]

    def people() -> None:
        columns = ("key", "category", "what for", "entries", "licence", "added")
        rows = [
            (d["key"], d["category"], d["title"][language], d["entries"], d["licence"], d["added"])
            for d in documents
        ]
        table(columns, rows)

    app.answer(documents, people)


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    """Settings that were stated, by their names in a feed's row."""
    names = "category member read_as licence interval checksum signature public_key top_hosts"
    given = {name: fields[name] for name in names.split() if fields[name] is not None}
    for name in ("checksum", "signature"):
        if name in given:
            given[name] = _place(given[name])
    return given | ({"kind": "reference"} if fields["reference"] else {})


def _overrides(fields: dict[str, Any]) -> dict[str, str]:
    from kidgate.policies.names import InvalidName, canonical_host

    try:
        what = [HOST + canonical_host(host) for host in fields["allow_host"]]
    except InvalidName as fault:
        raise Failure(f"--allow-host: {fault}", USAGE) from None
    what += [ADDRESS + address for address in fields["allow_address"]]
    what += [SHRINK] * fields["allow_shrink"] + [GROW] * fields["allow_grow"]
    if what and not fields["because"].strip():
        raise Failure("say why with --because TEXT; whoever looks next wants to know", USAGE)
    return dict.fromkeys(what, fields["because"].strip())


def _from_catalogue(app: App, source: str, given: dict[str, Any]) -> dict[str, Any] | None:
    """The settings of a well-known feed; None when it is none."""
    from kidgate.documents.feed_data import load_catalogue, settings_of

    row = load_catalogue().get(source)
    if row is None:
        return None
    category = category_for(given["category"], new=False) if "category" in given else row.category
    return settings_of(row) | {"category": category}


def _from_place(app: App, source: str, name: str | None, given: dict[str, Any]) -> dict[str, Any]:
    from kidgate.documents.feed_data import load_catalogue

    if not source.startswith((*WEB, "file://")) and not Path(source).exists():
        close = get_close_matches(source, load_catalogue(), n=1)
        hint = f"did you mean `{close[0]}`? " if close else ""
        raise Failure(
            f"`{source}` is no key of the catalogue, no URL and no file; {hint}see kidgate feed "
            "catalogue",
            USAGE,
        )
    reference = given.get("kind") == "reference"
    if "category" not in given and not reference:
        raise Failure("say what the sites are about with --category", USAGE)
    category = given.get("category", "infrastructure")
    return {
        "name": name or feed_name(Path(source.split("?")[0].rstrip("/"))),
        "category": category_for(category, new=given.get("new_category", False)),
        "location": _place(source),
        "kind": given.get("kind", "list"),
        "interval": INTERVAL,
    }


def _place(source: str) -> str:
    """A URL as it is, a path as a whole one."""
    return source if source.startswith((*WEB, "file://")) else str(Path(source).absolute())
