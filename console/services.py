"""`service`: apps and sites that people call by one name, built-in ones and the house's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.differences import answer_change
from kidgate.console.output import facts, note, say, table

if TYPE_CHECKING:
    from kidgate.policies.rows import ServiceRow
    from kidgate.policies.suffixes import Suffixes

AGE = click.IntRange(0, 150)
HEADS = {"min_age": "from age", "made_by": "made by"}
# The options of `add` and `change`, by the field each is a value of.
LISTS = {
    "hosts": ("--host", "A host of its own, with its subdomains."),
    "urls": ("--url", "HOST/PATH, where it shares a host with others."),
    "networks": ("--network", "CIDR, where its app connects to addresses without a name."),
    "categories": ("--category", "What it is about; see kidgate category list."),
    "aliases": ("--alias", "What else people call it."),
    "companions": ("--companion", "A service of the same habit, offered when this is blocked."),
    "dependencies": ("--dependency", "A host or service:KEY it needs: never blocked with it."),
    "payment_hosts": ("--payment-host", "Where it is paid: never a part of it."),
    "company_hosts": ("--company-host", "Its maker's pages: never a part of it."),
}


def _lists[F: Any](command: F) -> F:
    for field, (option, text) in reversed(LISTS.items()):
        command = click.option(option, field, multiple=True, help=text)(command)
    return command


@click.group(cls=Group)
def service() -> None:
    """Apps and sites that people call by one name."""


@service.command("list")
@click.option("--category", help="Only what is about this.")
@click.option("--search", help="Only what has this text in a name or a host.")
@click.option("--own", is_flag=True, help="Only the house's own and the changed ones.")
@pass_app
def list_(app: App, category: str | None, search: str | None, own: bool) -> None:
    """Every service."""
    from kidgate.console.targets import category as known_category
    from kidgate.policies.rows_json import to_json

    wanted = known_category(app, category) if category else None
    mine = {row.key for row in app.rows.services}
    found = [
        to_json(row) | {"made_by": _maker(app, row.key)}
        for row in app.services.values()
        if (wanted is None or wanted in row.categories)
        and (search is None or _says(row, search))
        and (not own or row.key in mine)
    ]

    def people() -> None:
        columns = ("key", "title", "categories", "min_age", "made_by")
        rows = [[row[c] or "" for c in columns] for row in found]
        table([HEADS.get(c, c) for c in columns], rows) if rows else say("No service is like that.")

    app.answer(found, people)


@service.command("show")
@click.argument("name")
@pass_app
def show(app: App, name: str) -> None:
    """One service: hosts, companions, needs, what the tiers do.

    NAME: its key, or any name people have for it.
    """
    from kidgate.console.openness import still
    from kidgate.policies.opened import TIER
    from kidgate.policies.rows_json import to_json
    from kidgate.policies.service_edits import service as service_of

    row = service_of(app.rows, app.builtin_services, name)
    house = still(app, app.rows)
    tiers = {
        key: decision.verdict.value
        for key in app.tier_keys
        if (decision := house.decision(row.key, f"{TIER}{key}")) is not None
    }
    document = to_json(row) | {"made_by": _maker(app, row.key), "tiers": tiers}

    def people() -> None:
        shown = document | {
            "companions": [f"{house.services[key].title} ({key})" for key in row.companions]
        }
        shown = {"key": row.key} | {HEADS.get(k, k): v for k, v in shown.items()}
        facts((k.replace("_", " "), v) for k, v in shown.items() if v not in ("", [], {}, 0))

    app.answer(document, people)


@service.command("add")
@click.argument("key")
@click.option("--title", default="", help="What people call it.")
@click.option("--min-age", type=AGE, default=0, help="Years, by its own terms of use.")
@_lists
@pass_app
def add(app: App, /, key: str, title: str, min_age: int, **lists: tuple[str, ...]) -> None:
    """Add a service of the house's own. KEY is a short word such as chat_vui."""
    from kidgate.policies.rows import ServiceRow
    from kidgate.policies.service_edits import add_service

    fields: dict[str, Any] = _checked(app, lists)
    row = ServiceRow(key=key, title=title or key, min_age=min_age, **fields)
    suffixes = _suffixes()
    changed = app.change(
        lambda rows: add_service(rows, app.builtin_services, row, suffixes), f"add service {key}"
    )
    answer_change(app, changed)
    note(f"Note: nothing stops it yet; kidgate block service:{key} --for SCOPE does.")


@service.command("change")
@click.argument("name")
@click.option("--title", help="What people call it.")
@click.option("--min-age", type=AGE, help="Years, by its own terms of use.")
@_lists
@click.option("--drop", multiple=True, help="A value to take out of whatever list has it.")
@pass_app
def change(app: App, /, name: str, drop: tuple[str, ...], **fields: Any) -> None:
    """Change a service: what is given for a list is added to it.

    A built-in service becomes the house's own; kidgate service remove brings ours back.
    """
    from kidgate.policies.service_edits import change_service

    given = {k: v for k, v in fields.items() if k not in LISTS and v is not None}
    given |= _checked(app, {k: fields[k] for k in LISTS})
    if not given and not drop:
        raise click.UsageError("name what to change, for example --host www.example.com")
    suffixes, builtin = _suffixes(), app.builtin_services
    changed = app.change(
        lambda rows: change_service(rows, builtin, name, suffixes, given=given, drop=drop),
        f"change service {name}",
    )
    answer_change(app, changed)


@service.command("remove")
@click.argument("name")
@pass_app
def remove(app: App, name: str) -> None:
    """Drop a service of the house's own.

    A built-in service that was changed is as it was again.
    """
    from kidgate.policies.service_edits import remove_service

    answer_change(
        app,
        app.change(
            lambda rows: remove_service(rows, app.builtin_services, name), f"remove service {name}"
        ),
    )


def _checked(app: App, lists: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The lists that were given, categories and services in their keys."""
    from kidgate.console.targets import category, service_key

    found = {field: values for field, values in lists.items() if values}
    if "categories" in found:
        found["categories"] = tuple(category(app, name) for name in found["categories"])
    if "companions" in found:
        found["companions"] = tuple(service_key(app, name) for name in found["companions"])
    return found


def _suffixes() -> Suffixes:
    from kidgate.documents.builtin import load_builtin
    from kidgate.policies.suffixes import Suffixes

    return Suffixes(load_builtin()[2].suffixes)


def _says(row: ServiceRow, text: str) -> bool:
    """Whether a name or host of the service has the text, spelt with or without signs and marks."""
    from kidgate.policies.service_names import plain_name

    plain = plain_name(text)
    names = (row.key, row.title, *row.aliases)
    hosts = (*row.hosts, *row.urls, *row.payment_hosts, *row.company_hosts, *row.dependencies)
    if text.lower() in " ".join((*names, *hosts)).lower():
        return True
    return bool(plain) and any(plain in plain_name(name) for name in names)


def _maker(app: App, key: str) -> str:
    if key not in {row.key for row in app.rows.services}:
        return "kidgate"
    built = {row.key for row in app.builtin_services}
    return "kidgate, changed" if key in built else "house"
