"""`phrases`: the lists of words that pages are scored by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Group
from kidgate.console.errors import NO, UNREACHABLE, USAGE, Failure
from kidgate.console.output import facts, note, say, table

if TYPE_CHECKING:
    from kidgate.documents.imported_phrases import ImportedList
    from kidgate.policies.phrases import Phrase

OWN = "own"
SHOWN = 4  # categories of a list, in the table of all


@click.group(cls=Group)
def phrases() -> None:
    """Words and phrases that pages are scored by."""


@phrases.command("list")
@pass_app
def list_(app: App) -> None:
    """Every list: how many phrases it has, and of what."""
    from kidgate.documents.imported_phrases import imported_lists
    from kidgate.documents.phrases import own_phrases

    imported, faults = imported_lists(app.home.phrases)
    found = [{"name": OWN} | _counts(own_phrases())]
    found += [_document(one) for one in imported]
    columns = ("name", "phrases", "categories", "imported", "from")
    rows = [
        (row["name"], row["phrases"], _most(row), row.get("imported_at"), row.get("location"))
        for row in found
    ]
    app.answer(found, lambda: table(columns, rows))
    for fault in faults:
        note(f"Note: {fault}")


@phrases.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--name", help="What the list is called here; else as its file.")
@click.option("--category", default="", help="What all its phrases are about, if not as it says.")
@click.option("--member", default="", help="Which list or folder of an archive or folder.")
@click.option("--licence", default="", help="The list's licence, to remember.")
@pass_app
def import_(app: App, /, path: Path, name: str | None, category: str, **fields: Any) -> None:
    """Import phrase lists of e2guardian or DansGuardian.

    A file, a folder, or a .tar.gz of them: weighted, banned and exception lists. Every line is
    accepted, or skipped with a reason. The same name again replaces the list.
    """
    from kidgate.console.phrase_import import read_lists
    from kidgate.documents.imported_phrases import ImportedList

    called = _name(name, path)
    key = _category(category)
    rows, account = read_lists(path, fields["member"], key)
    said = account.as_json()
    if not rows:
        raise Failure(f"`{path}` holds no phrase that can be used{_why(said)}", NO)
    imported = ImportedList(
        called,
        rows,
        key,
        str(path.absolute()),
        app.now().isoformat(timespec="seconds"),
        fields["licence"],
        said,
    )
    _write(app, imported)
    app.answer(_document(imported) | said, lambda: _tell(imported))


@phrases.command("show")
@click.argument("name")
@pass_app
def show(app: App, name: str) -> None:
    """Where a list comes from and what became of its lines."""
    imported = _imported(app, name)
    document = _document(imported) | dict(imported.account)
    app.answer(document, lambda: _tell(imported))


@phrases.command("remove")
@click.argument("name")
@pass_app
def remove(app: App, name: str) -> None:
    """Forget an imported list."""
    _known(app, name).unlink()
    app.do("words.publish")
    app.answer({"name": name, "removed": True}, lambda: say(f"Phrases {name} are removed."))


def _name(given: str | None, path: Path) -> str:
    from kidgate.console.importing import feed_name
    from kidgate.documents.imported_phrases import NAME

    name = feed_name(path) if given is None else given
    if not NAME.fullmatch(name):
        raise Failure(f"`{name}` is no name; write small letters, digits, `-`, `_`", USAGE)
    if name == OWN:
        raise Failure("`own` are the phrases of the program itself; choose another name", USAGE)
    return name


def _category(name: str) -> str:
    if not name:
        return ""
    from kidgate.console.importing import category_for

    return category_for(name, new=False)


def _write(app: App, imported: ImportedList) -> None:
    from kidgate.documents.imported_phrases import dump
    from kidgate.lists.replacing import replacing

    if not app.home.root.is_dir():
        advice = "run kidgate setup, or name another folder with --home"
        raise Failure(f"there is no folder `{app.home.root}`; {advice}", UNREACHABLE)
    app.home.phrases.mkdir(mode=0o700, exist_ok=True)
    with replacing(app.home.phrases / f"{imported.name}.json") as file:
        file.write(dump(imported))
    app.do("words.publish")


def _known(app: App, name: str) -> Path:
    """The file of an imported list. Raises Failure when there is none of that name."""
    from kidgate.documents.imported_phrases import list_files

    if name == OWN:
        raise Failure("`own` are the phrases that come with the program", USAGE)
    found = {path.stem: path for path in list_files(app.home.phrases)}
    if name not in found:
        there = "there are " + ", ".join(found) if found else "there are none yet"
        raise Failure(f"no imported phrases are called `{name}`; {there}", USAGE)
    return found[name]


def _imported(app: App, name: str) -> ImportedList:
    from kidgate.documents.imported_phrases import BrokenList, load

    path = _known(app, name)
    try:
        return load(path.read_bytes(), name)
    except BrokenList as fault:
        raise Failure(f"`{path}` {fault}", UNREACHABLE) from fault


def _document(imported: ImportedList) -> dict[str, Any]:
    return {
        "name": imported.name,
        **_counts(imported.rows),
        "category": imported.category,
        "location": imported.location,
        "imported_at": imported.imported_at,
        "licence": imported.licence,
    }


def _counts(rows: Iterable[Phrase]) -> dict[str, Any]:
    """How many phrases, and of what; `context` speaks for every page."""
    counts = Counter(row.category or "context" for row in rows)
    return {"phrases": counts.total(), "categories": dict(counts.most_common())}


def _most(document: dict[str, Any]) -> str:
    """The categories that a list has most of."""
    categories = [*document["categories"]]
    more = len(categories) - SHOWN
    return ", ".join(categories[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def _why(account: dict[str, Any]) -> str:
    skipped = ", ".join(f"{count} {reason}" for reason, count in account["skipped"].items())
    return f" ({skipped})" if skipped else ""


def _tell(imported: ImportedList) -> None:
    document = {key: value for key, value in _document(imported).items() if value}
    facts(document.items())
    account = imported.account
    counts = {key: account.get(key, 0) for key in ("files", "lines", "accepted", "duplicate")}
    skipped = account.get("skipped", {})
    facts((counts | {f"skipped, {reason}": n for reason, n in skipped.items()}).items())
    for reason, examples in account.get("examples", {}).items():
        for example in examples:
            say(f"  {reason}, {example['file']}:{example['line']}: {example['text']}")
