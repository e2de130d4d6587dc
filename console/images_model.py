"""`images model`: a network of the owner's that looks at pictures. None is shipped."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.errors import NO, UNREACHABLE, Failure
from kidgate.console.images import shelf_of
from kidgate.console.output import facts, say, stamp

if TYPE_CHECKING:
    from kidgate.proxy.pictures.shelf import Model

NEVER = frozenset({"illegal"})  # a guess of a network is no list of a scheme


@click.group(cls=Group)
def model() -> None:
    """A network of yours (ONNX) that looks at pictures."""


@model.command("set")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("description", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@pass_app
def set_(app: App, path: Path, description: Path) -> None:
    """Use the network in PATH, as the file DESCRIPTION says.

    YAML or JSON with size (of the input), labels (the category of each number of the output, or
    harmless), and where they differ layout, colours, divide_by, mean, deviation, fit, activation,
    exclusive. It is tried before it is taken, and copied to the home.
    """
    from kidgate.content.images.model_reading import read_spec
    from kidgate.documents.builtin import load_categories
    from kidgate.proxy.pictures.trial import ModelRefused, try_model

    categories = frozenset(row.key for row in load_categories()) - NEVER
    spec = read_spec(description.read_text("utf-8"), str(description), categories)
    try:
        trial = asyncio.run(try_model(path.absolute(), spec))
    except ModelRefused as fault:
        raise Failure(f"`{path}`: {fault}; nothing was changed", NO) from None
    put = shelf_of(app).put_model(path, spec, at=app.now().isoformat())

    def people() -> None:
        say(f"{put.source} looks for {', '.join(spec.categories)}: {trial.milliseconds:.0f} ms.")
        say("Limits are a tier's image_limits: kidgate tier show")

    app.answer(_document(app, put) | {"milliseconds": trial.milliseconds}, people)


@model.command("show")
@pass_app
def show(app: App) -> None:
    """The network in use."""
    try:
        found = shelf_of(app).model()
    except ValueError as fault:
        raise Failure(str(fault), UNREACHABLE) from None
    document = _document(app, found) if found is not None else None

    def people() -> None:
        if document is None:
            say("No model; see kidgate images model set.")
        else:
            facts(document.items())

    app.answer(document, people)


@model.command("remove")
@pass_app
def remove(app: App) -> None:
    """Take the network away. Hash lists stay in force."""
    there = shelf_of(app).drop_model()
    if not there:
        raise Failure("there is no model", NO)
    app.answer({"removed": there}, lambda: say("Pictures are looked at by no model now."))


def _document(app: App, found: Model) -> dict[str, Any]:
    return {
        "file": found.source,
        "sha256": found.sha256,
        "since_at": stamp(datetime.fromisoformat(found.at), app.zone),
        "categories": list(found.spec.categories),
        "size": [found.spec.width, found.spec.height],
        "labels": list(found.spec.labels),
    }
