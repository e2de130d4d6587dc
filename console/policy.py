"""`policy`: the policy as a whole, as one file, looked over; the settings of the house."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.differences import answer_change, as_json, tell
from kidgate.console.errors import NO, USAGE, Failure
from kidgate.console.output import facts, say
from kidgate.console.ranges import check_ranges

if TYPE_CHECKING:
    from kidgate.documents.policy_file import PolicyDocument
    from kidgate.policies.rows import PolicyRows

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NUMBERED = ("rules", "grants", "pauses", "lessons", "exceptions")


@click.group(cls=Group)
def policy() -> None:
    """The policy as a whole: files, versions, tests, settings."""


@policy.command("export")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write.")
@pass_app
def export(app: App, output: Path | None) -> None:
    """The whole policy as one YAML file."""
    from kidgate.documents.policy_file import dump_policy
    from kidgate.policies.rows_json import to_json

    rows, version = app.read()
    if output is None:
        app.answer(
            {"version": version, "policy": to_json(rows)}, lambda: say(dump_policy(rows).rstrip())
        )
        return
    from kidgate.keeper.writer import replace_file

    replace_file(output, dump_policy(rows).encode())
    app.answer(
        {"version": version, "file": str(output)},
        lambda: say(f"Policy version {version} is in {output}."),
    )


@policy.command("apply")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@pass_app
def apply(app: App, file: Path, dry_run: bool) -> None:
    """Make the policy what FILE says, all of it or nothing."""
    from kidgate.policies.edits import reuse_numbers
    from kidgate.store.edits import changes

    document = _read(file)
    new = _unnumbered(document)
    if not dry_run:
        comment = f"apply {file.name}"
        answer_change(app, app.change(lambda rows: reuse_numbers(new, rows), comment))
        return
    before, version = app.read()
    found = changes(before, next_numbers(app, reuse_numbers(new, before)))

    def people() -> None:
        say(f"Would change version {version}:" if found else "Nothing would change.")
        tell(found, app.zone)

    app.answer({"version": version, "dry_run": True, "changes": as_json(found)}, people)


@policy.command("lint")
@click.argument("file", type=FILE, required=False)
@pass_app
def lint(app: App, file: Path | None) -> None:
    """What is wrong, and what is odd, in the policy or in FILE. Exit status 1 when it is wrong."""
    from kidgate.console.openness import still
    from kidgate.documents.faults import Faults
    from kidgate.policies.compile import PolicyFaults
    from kidgate.policies.lint import findings, service_findings

    faults: list[str] = []
    odd: list[str] = []
    try:
        rows = _read(file).rows if file else _compiled(app.rows)
        odd = findings(rows, app.now()) + service_findings(rows, still(app, rows))
    except (Faults, PolicyFaults) as fault:
        faults = str(fault).splitlines()

    def people() -> None:
        for line in faults:
            say(f"wrong: {line}")
        for line in odd:
            say(f"odd: {line}")
        if not faults and not odd:
            say("Nothing is wrong, nothing is odd.")

    app.answer({"faults": faults, "odd": odd}, people)
    if faults:
        click.get_current_context().exit(NO)


@policy.command("get")
@click.argument("key", required=False)
@pass_app
def get(app: App, key: str | None) -> None:
    """The settings of the house, or one of them."""
    from kidgate.policies.rows_json import to_json

    every = to_json(app.rows.settings)
    if key is None:
        app.answer(every, lambda: facts(every.items()))
        return
    if key not in every:
        raise Failure(f"no setting is called `{key}`; there are " + ", ".join(every), USAGE)
    value = every[key]
    plain = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    app.answer({key: value}, lambda: say(plain))


@policy.command("set")
@click.argument("key")
@click.argument("value")
@pass_app
def set_(app: App, key: str, value: str) -> None:
    """Set one setting of the house; lists with commas. See kidgate policy get."""
    from kidgate.policies.rows import PolicyRows
    from kidgate.policies.tier_edits import set_setting

    def edit(rows: PolicyRows) -> PolicyRows:
        after = set_setting(rows, key, value)
        check_ranges(PolicyRows(settings=after.settings))
        return after

    answer_change(app, app.change(edit, f"set {key}"))


def _read(file: Path) -> PolicyDocument:
    """A policy file that compiles. Raises Faults with the lines of every fault."""
    from kidgate.documents.policy_file import read_policy
    from kidgate.policies.compile import PolicyFaults

    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Failure(f"`{file}` is not UTF-8 text; save it as UTF-8", USAGE) from None
    document = read_policy(text, str(file))
    try:
        _compiled(document.rows)
    except PolicyFaults as faults:
        raise document.locate(faults) from None
    return document


def _compiled(rows: PolicyRows) -> PolicyRows:
    from kidgate.keeper.writer import document_of

    document_of(rows, "").compile()
    return rows


def _unnumbered(document: PolicyDocument) -> PolicyRows:
    """The rows, with 0 for a number that the file does not give."""
    found: dict[str, Any] = {}
    for section in NUMBERED:
        kind = section.removesuffix("s")
        found[section] = tuple(
            row if document.parts[f"{kind} {row.id}"].get("id") else replace(row, id=0)
            for row in getattr(document.rows, section)
        )
    return replace(document.rows, **cast("Any", found))


def next_numbers(app: App, rows: PolicyRows) -> PolicyRows:
    """As the writer would number them."""
    from kidgate.store.policy import next_id

    found: dict[str, Any] = {}
    with app.database.reading() as session:
        for section in NUMBERED:
            members = getattr(rows, section)
            free = max([next_id(session, section.removesuffix("s")), *(r.id + 1 for r in members)])
            numbers = iter(range(free, free + len(members)))
            found[section] = tuple(r if r.id else replace(r, id=next(numbers)) for r in members)
    return replace(rows, **cast("Any", found))
