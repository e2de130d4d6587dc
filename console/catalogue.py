"""`category` and `service`: the words that rules, tiers and feeds speak in."""

from __future__ import annotations

from dataclasses import asdict
from difflib import get_close_matches

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.errors import USAGE, Failure
from kidgate.console.output import facts, table


@click.group(cls=Group)
def category() -> None:
    """What sites are about."""


@category.command("list")
@pass_app
def list_categories(app: App) -> None:
    """Every category, with what lists call it."""
    from kidgate.documents.builtin import load_categories

    found = [asdict(row) | {"aliases": list(row.aliases)} for row in load_categories()]
    language = app.config.locale

    def people() -> None:
        rows = [
            (row["key"], row["title"][language], row["about"][language], row["aliases"])
            for row in found
        ]
        table(("key", "title", "about", "also called"), rows)

    app.answer(found, people)


@click.group(cls=Group)
def service() -> None:
    """Apps and sites that people call by one name."""


@service.command("list")
@pass_app
def list_services(app: App) -> None:
    """Every service."""
    from kidgate.documents.builtin import load_builtin
    from kidgate.policies.rows_json import to_json

    found = [to_json(row) for row in load_builtin()[1]]
    columns = ("key", "title", "categories", "min_age")
    app.answer(found, lambda: table(columns, [[row[c] for c in columns] for row in found]))


@service.command("show")
@click.argument("key")
@pass_app
def show_service(app: App, key: str) -> None:
    """One service: its hosts, its categories, its own age limit."""
    from kidgate.documents.builtin import load_builtin
    from kidgate.policies.rows_json import to_json

    every = {row.key: row for row in load_builtin()[1]}
    if key not in every:
        close = get_close_matches(key, every, n=1)
        hint = f"did you mean `{close[0]}`?" if close else "see kidgate service list"
        raise Failure(f"no service is called `{key}`; {hint}", USAGE)
    document = to_json(every[key])
    app.answer(document, lambda: facts(document.items()))
