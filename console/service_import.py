"""`service import`: services as v2fly and AdGuard define them, made the house's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.differences import answer_change
from kidgate.console.errors import USAGE, Failure
from kidgate.console.output import emit, say, table
from kidgate.console.service_files import bytes_of, lists_of

if TYPE_CHECKING:
    from kidgate.documents.service_drafts import Draft, Placed, Unmapped

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FILE_OR_FOLDER = click.Path(exists=True, path_type=Path)
EXAMPLES = 3  # shown for each reason
TELLS = {
    "new": "a new service",
    "changed": "ours, with more hosts",
    "same": "ours has it all",
    "empty": "nothing of it fits",
    "other": "ours of that name shares no host with it; say --as NAME=KEY if it is the same",
}


@click.group("import", cls=Group)
def import_() -> None:
    """Make services of other programs' definitions the house's own.

    A service of ours that is called the same gets the hosts it lacks; others are added. What does
    not fit is told with its reason. Look first with --dry-run.
    """


as_option = click.option(
    "--as", "keys", metavar="NAME=KEY", multiple=True, help="Their NAME is our service KEY."
)
dry_option = click.option("--dry-run", is_flag=True, help="Only show what would change.")


@import_.command("v2fly")
@click.argument("path", type=FILE_OR_FOLDER)
@click.argument("lists", nargs=-1)
@click.option("--category", help="What services that are new to us are about.")
@as_option
@dry_option
@pass_app
def v2fly(
    app: App,
    /,
    path: Path,
    lists: tuple[str, ...],
    category: str | None,
    keys: tuple[str, ...],
    dry_run: bool,
) -> None:
    """Lists of v2fly's domain-list-community.

    PATH: its folder data, an archive of it (.tar.gz), or one list. Included lists are followed;
    full: names are taken with their subdomains; keyword: and regexp: say nothing about hosts.
    """
    from kidgate.console.targets import category as known_category
    from kidgate.documents.v2fly_services import read_v2fly

    about = known_category(app, category) if category else ""
    texts, given = lists_of(path)
    wanted = lists or given
    if not wanted:
        raise Failure(f"name the lists of `{path}` to take, for example tiktok roblox", USAGE)
    _known(wanted, texts, "list")
    drafts = [read_v2fly(name, texts, about) for name in wanted]
    _import(app, drafts, keys, f"import services from v2fly: {', '.join(wanted)}", dry_run=dry_run)


@import_.command("adguard")
@click.argument("file", type=FILE)
@click.argument("ids", nargs=-1)
@as_option
@dry_option
@pass_app
def adguard(
    app: App, /, file: Path, ids: tuple[str, ...], keys: tuple[str, ...], dry_run: bool
) -> None:
    """AdGuard's table of blocked services, or these IDs of it."""
    from kidgate.documents.adguard_services import read_adguard

    found = read_adguard(bytes_of(file), file.name)
    _known(ids, found, "service")
    drafts = [found[name] for name in ids or found]
    _import(app, drafts, keys, f"import services from {file.name}", dry_run=dry_run)


def _import(
    app: App, drafts: list[Draft], keys: tuple[str, ...], comment: str, *, dry_run: bool
) -> None:
    from kidgate.policies.service_edits import put_services

    named = _named(app, keys, drafts)
    placed = _placed(app, drafts, named)
    rows = {one.row.key: one.row for one in placed if one.row is not None}
    document = [_document(one) for one in placed]
    if not dry_run and rows:
        changed = app.change(lambda old: put_services(old, rows.values()), comment)
        answer_change(app, changed, services=document)
        if not app.json:
            _tell(placed)
        return
    if app.json:
        emit({"dry_run": dry_run, "services": document})
    else:
        _tell(placed)
        say(f"Would change {len(rows)} services." if dry_run else "Nothing to change.")


def _placed(app: App, drafts: list[Draft], named: dict[str, str]) -> list[Placed]:
    from kidgate.documents.builtin import load_builtin
    from kidgate.documents.service_drafts import Places
    from kidgate.policies.suffixes import Suffixes

    _, services, builtin = load_builtin()
    closed = frozenset((*builtin.never_decrypt, *builtin.safe_harbour))
    places = Places(services, app.rows.services, Suffixes(builtin.suffixes), closed)
    return [places.place(draft, named.get(draft.name, "")) for draft in drafts]


def _named(app: App, keys: tuple[str, ...], drafts: list[Draft]) -> dict[str, str]:
    from kidgate.console.targets import service_key

    found = {}
    for text in keys:
        name, equals, key = text.partition("=")
        if not equals:
            raise click.BadParameter(f"`{text}` is not NAME=KEY", param_hint="--as")
        found[name] = service_key(app, key)
    _known(found, [draft.name for draft in drafts], "imported service")
    return found


def _known(wanted: Iterable[str], there: Iterable[str], kind: str) -> None:
    from kidgate.policies.edits import no_such

    names = list(there)
    for name in wanted:
        if name not in names:
            raise Failure(no_such(kind, name, names), USAGE)


# --- telling ---


def _document(one: Placed) -> dict[str, Any]:
    return {
        "name": one.name,
        "key": one.key,
        "state": one.state,
        "added": list(one.added),
        "unmapped": [{"place": u.place, "text": u.text, "reason": u.reason} for u in one.unmapped],
        "ignored_attributes": dict(one.ignored),
    }


def _tell(placed: list[Placed]) -> None:
    rows = [
        (one.name, one.key, TELLS[one.state], len(one.added), len(one.unmapped)) for one in placed
    ]
    table(("theirs", "ours", "what", "hosts more", "left out"), rows)
    left: dict[str, list[Unmapped]] = {}
    for one in placed:
        for unmapped in one.unmapped:
            left.setdefault(unmapped.reason, []).append(unmapped)
    for reason, found in sorted(left.items()):
        shown = "; ".join(f"{u.text} ({u.place})" for u in found[:EXAMPLES])
        say(f"  left out, {reason}: {len(found)}, such as {shown}")
    ignored: Counter[str] = Counter()
    for one in placed:
        ignored.update(one.ignored)
    if ignored:
        marks = ", ".join(f"@{name} ({count})" for name, count in sorted(ignored.items()))
        say(f"  attributes without a meaning here: {marks}")
