"""`profile personal`: a child's own data, so that Kidgate knows it when it goes out.

Values come in and are sealed here; nothing prints them, and nothing can.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.errors import USAGE, Failure
from kidgate.console.output import note, say, table

if TYPE_CHECKING:
    from kidgate.policies.rows import PolicyRows

KINDS = ("name", "birthday", "phone", "email", "address", "school", "parent")
ALL = "all"
ASKED = "-"  # in place of a value: it is asked for, or read from standard input


@click.command("personal", cls=Command)
@click.argument("key")
@click.option(
    "--add",
    "added",
    type=(click.Choice(KINDS), str),
    multiple=True,
    metavar="KIND VALUE",
    help="Data to know; `-` as VALUE asks for it. Repeat for more.",
)
@click.option(
    "--forget", type=click.Choice((*KINDS, ALL)), multiple=True, help="Forget all of this kind."
)
@click.option("--list", "listed", is_flag=True, help="Say what is kept: kinds and how many.")
@pass_app
def personal(
    app: App,
    key: str,
    added: tuple[tuple[str, str], ...],
    forget: tuple[str, ...],
    listed: bool,
) -> None:
    """Tell Kidgate a child's own data, to notice it going out.

    Only keyed hashes are kept: nobody can read the data back, neither here nor from the database.
    KIND is name, birthday, phone, email, address, school or parent (a parent's name).
    `--add phone -` asks for the value, or reads one line of standard input, so that it stands in no
    shell history. Names are full names: a first name alone is in too many texts.
    """
    from kidgate.policies import edits
    from kidgate.policies.rows import ProfileRow

    edits.find(app.rows, ProfileRow, key)
    if listed and (added or forget):
        raise click.UsageError("--list goes alone")
    if not listed and not added and not forget:
        raise click.UsageError("name what to do: --add KIND VALUE, --forget KIND or --list")
    if not listed:
        seals = _sealed(app, added)

        def edit(rows: PolicyRows) -> PolicyRows:
            old = edits.find(rows, ProfileRow, key).personal
            kept = [entry for entry in old if not _is_one_of(entry, forget)]
            new = tuple(dict.fromkeys([*kept, *seals]))
            return edits.change(rows, ProfileRow, key, personal=new)

        before = edits.find(app.rows, ProfileRow, key).personal
        app.change(edit, f"personal data of {key}")
        if edits.find(app.rows, ProfileRow, key).personal == before:
            note("Nothing to change.")
    _answer(app, key, edits.find(app.rows, ProfileRow, key).personal)


def _answer(app: App, key: str, personal: tuple[str, ...]) -> None:
    from kidgate.documents.personal_key import read_personal_key

    counts = Counter(entry.partition(":")[0] for entry in personal)
    usable = not counts or read_personal_key(app.home) is not None
    document = {"profile": key, "personal": dict(sorted(counts.items())), "key": usable}

    def people() -> None:
        if counts:
            table(("kind", "values"), sorted(counts.items()))
        else:
            say(f"Nothing is kept of {key}; tell it with --add KIND VALUE.")

    app.answer(document, people)
    if not usable:
        note(
            f"The key `{app.home.personal_key}` is gone, so none of it is noticed any more: restore"
            f" it from a backup, or kidgate profile personal {key} --forget all and add it anew."
        )


def _sealed(app: App, added: Iterable[tuple[str, str]]) -> list[str]:
    """What the profile keeps of the values. Raises Failure, which never shows a value."""
    from kidgate.content.personal_data.own import NotOwnData, sealed
    from kidgate.documents.personal_key import make_personal_key, read_personal_key

    given = [(kind, _asked(kind) if value == ASKED else value) for kind, value in added]
    if not given:
        return []
    if read_personal_key(app.home) is None and any(row.personal for row in app.rows.profiles):
        note("The key of what was kept before is gone: all children's data must be told anew.")
    key = make_personal_key(app.home)
    found = []
    for kind, value in given:
        try:
            found.append(sealed(kind, value, key))
        except NotOwnData as fault:
            raise Failure(f"{kind}: {fault}", USAGE) from None
    return found


def _asked(kind: str) -> str:
    if sys.stdin.isatty():
        return str(click.prompt(kind.capitalize()))
    return sys.stdin.readline().strip()


def _is_one_of(entry: str, kinds: tuple[str, ...]) -> bool:
    return ALL in kinds or entry.partition(":")[0] in kinds
