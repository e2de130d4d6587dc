"""`move`: take over what another filter was told. Shows first what maps and what does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.errors import NO, USAGE, Failure
from kidgate.console.moving_shown import as_json, show, show_done

if TYPE_CHECKING:
    from kidgate.documents.moving.ground import Ground
    from kidgate.documents.moving.plan import Plan

FILE = click.Path(exists=True, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)

Wrapped = Callable[..., Any]


def _choices(command: Wrapped) -> Wrapped:
    """The options that every one of these commands has."""
    for option in (
        click.option("--yes", is_flag=True, help="Do it without asking."),
        click.option("--dry-run", is_flag=True, help="Only show what it would do."),
        click.option("--tier", default="", help="For people of whom the other filter says no age."),
        click.option("--category", default="", help="For lists that nothing says the subject of."),
    ):
        command = option(command)
    return command


@click.group(cls=Group)
def move() -> None:
    """Take over the lists, rules and people of another filter.

    Every line of its configuration is shown with what it becomes, or why it becomes nothing. What
    is there already stays as it is.
    """


@move.command("pihole")
@click.argument("file", type=FILE)
@_choices
@pass_app
def pihole(app: App, /, file: Path, **choices: Any) -> None:
    """From a Teleporter backup of Pi-hole 5 or 6, or its gravity.db."""
    from kidgate.documents.moving.pihole import plan
    from kidgate.lists.importing import LIMITS
    from kidgate.lists.structured.teleporter import others, read_tables

    tables = read_tables(file, LIMITS)
    _run(app, plan(tables, file.name, _ground(app, choices), others(file, LIMITS)), choices)


@move.command("adguardhome")
@click.argument("file", type=FILE)
@_choices
@pass_app
def adguardhome(app: App, /, file: Path, **choices: Any) -> None:
    """From AdGuardHome.yaml."""
    from kidgate.documents.moving.adguard_home import plan

    _run(app, plan(_text(file), file.name, _ground(app, choices)), choices)


@move.command("e2guardian")
@click.argument("folder", type=FOLDER)
@click.option("--group", "groups", multiple=True, metavar="GROUP=TIER", help="A group's tier.")
@_choices
@pass_app
def e2guardian(app: App, /, folder: Path, groups: tuple[str, ...], **choices: Any) -> None:
    """From the folder of e2guardian.conf; DansGuardian's too.

    A group's naughtynesslimit chooses the tier of its people: up to 30 0-5, 60 6-8, 120 9-12, 150
    13-15, 300 16-17, above adult.
    """
    from kidgate.documents.moving.e2guardian import plan
    from kidgate.documents.moving.files import Files

    ground, tiers = _ground(app, choices), dict(_group_tier(text) for text in groups)
    for tier in tiers.values():
        _check_tier(ground, tier)
    files = Files(folder.absolute())
    found = plan(files, ground, tiers)
    if not found.steps:
        said = f"`{folder}` holds no filter group: give the folder with e2guardianf1.conf"
        raise Failure(said, USAGE)
    _run(app, found, choices)


@move.command("squidguard")
@click.argument("file", type=FILE)
@click.option("--db", "folder", type=FOLDER, help="The folder of its lists; else that of FILE.")
@_choices
@pass_app
def squidguard(app: App, /, file: Path, folder: Path | None, **choices: Any) -> None:
    """From squidGuard.conf and its database folder."""
    from kidgate.documents.moving.files import Files
    from kidgate.documents.moving.squidguard import plan

    files = Files((folder or file.parent).absolute())
    _run(app, plan(_text(file), file.name, files, _ground(app, choices)), choices)


def _run(app: App, plan: Plan, choices: dict[str, Any]) -> None:
    """Show a plan, ask, and carry it out."""
    from kidgate.console.policy import next_numbers
    from kidgate.documents.moving.merging import merged
    from kidgate.keeper.writer import document_of
    from kidgate.store.edits import changes

    rows, version = app.read()
    result = merged(rows, plan, app.author)
    after = next_numbers(app, result.rows)
    document_of(after, "").compile()
    found = changes(rows, after)
    doing = choices["yes"] and not choices["dry_run"]
    if not app.json:
        show(plan, result.kept, found, app.zone)
        if not doing and (choices["dry_run"] or not click.confirm("Do this?")):
            return
        doing = True
    done = _do(app, plan) if doing else {}
    app.answer(as_json(plan, result.kept, found, version) | done, lambda: show_done(plan, done))
    if done.get("refused"):
        click.get_current_context().exit(NO)


def _do(app: App, plan: Plan) -> dict[str, Any]:
    """The policy first, in one change; then each list for itself."""
    from kidgate.console.moving_feeds import add_feeds
    from kidgate.documents.moving.merging import merged

    changed = app.change(lambda rows: merged(rows, plan, app.author).rows, f"move {plan.source}")
    added = add_feeds(app, plan)
    return {
        "dry_run": False,
        "version": changed.version,
        "feeds": added.in_force,
        "to_fetch": added.to_fetch,
        "refused": added.refused,
    }


def _ground(app: App, choices: dict[str, Any]) -> Ground:
    from kidgate.console.moving_feeds import catalogue
    from kidgate.documents.builtin import load_builtin
    from kidgate.documents.moving.ground import Ground
    from kidgate.policies.service_names import ServiceNames
    from kidgate.policies.tier_edits import tiers_of

    tiers, services, _ = load_builtin()
    ground = Ground(
        services=ServiceNames.of(services, app.rows.services).key_of,
        tiers=tiers_of(app.rows, tiers),
        zone=app.rows.settings.zone,
        tier=choices["tier"],
        category=_category(choices["category"]),
        catalogue=catalogue(),
    )
    _check_tier(ground, ground.tier)
    return ground


def _category(name: str) -> str:
    from kidgate.documents.builtin import category_key, load_categories

    key = category_key(name) if name else ""
    if key and key not in {category.key for category in load_categories() if category.feed}:
        raise Failure(f"no list can be about `{name}`; see kidgate category list", USAGE)
    return key


def _check_tier(ground: Ground, tier: str) -> None:
    if tier and tier not in ground.tiers:
        there = ", ".join(ground.tiers)
        raise Failure(f"no tier is called `{tier}`; there are {there}", USAGE)


def _group_tier(text: str) -> tuple[str, str]:
    group, equals, tier = text.rpartition("=")
    if not equals:
        raise Failure(f"`{text}` is no GROUP=TIER such as 1=9-12", USAGE)
    return group, tier


def _text(file: Path) -> str:
    """A file that is read as a whole: configurations are short."""
    from kidgate.documents.moving.files import LARGEST

    with file.open("rb") as source:
        data = source.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Failure(f"`{file}` is too large for a configuration: check which file it is", USAGE)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Failure(f"`{file}` is not UTF-8 text; save it as UTF-8", USAGE) from None
