"""`category`: the words that rules, tiers and feeds speak in. Services: `services.py`."""

from __future__ import annotations

from dataclasses import asdict

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.output import table


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
