"""`scan`: saved pages, judged by their words as the proxy would."""

from __future__ import annotations

import mimetypes
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command
from kidgate.console.errors import NO, UNREACHABLE, USAGE, Failure
from kidgate.console.output import emit, say

if TYPE_CHECKING:
    from kidgate.content.page_text import PageText
    from kidgate.content.phrases.automaton import Automaton
    from kidgate.policies.model import Decision, Visit
    from kidgate.policies.snapshot import PolicySnapshot

NOWHERE = "https://page.invalid/"  # where a saved page is taken to come from
LARGEST = 64 * 1024 * 1024  # bytes of a file


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as", "visitor", metavar="WHO", required=True, help="A child, a device, unknown.")
@click.option("--on", "device", metavar="DEVICE", help="The device the child uses.")
@click.option("--url", default=NOWHERE, help="Where the pages come from; a site nobody knows.")
@click.option("--at", metavar="TIME", default="now", help="When: ISO with a zone, 21:30, +2h.")
@click.option("--type", "kind", metavar="TYPE", help="Content-Type; else by the files' names.")
@click.option(
    "--coding", default="", help="Content-Encoding the files are stored in: gzip, br, ..."
)
@pass_app
def scan(
    app: App,
    files: tuple[Path, ...],
    visitor: str,
    device: str | None,
    url: str,
    at: str,
    kind: str | None,
    coding: str,
) -> None:
    """Judge saved pages by their words, as WHO would meet them.

    Exit status 1 when one of them does not go through. With --json one object on each line: file,
    verdict, reason, category, source, scores, evidence, words, unread. Evidence is shown here
    alone; the journal never has it.
    """
    from kidgate.console import explaining, times
    from kidgate.policies.model import Stage, Visit
    from kidgate.policies.names import InvalidName, parse_url

    snapshot = explaining.worker_snapshot(app)
    child, device = explaining.who(snapshot, visitor, device)
    moment = times.moment(at, app.now(), snapshot.zone)
    try:
        place = parse_url(url)
    except InvalidName as fault:
        raise Failure(f"--url: {fault}", USAGE) from None
    visit = Visit(place, moment, child, device, stage=Stage.RESPONSE)
    phrases, stopped = _phrases(app), False
    for path in files:
        read = _read(path, kind or _kind(path), coding, phrases)
        decision = _judged(visit, snapshot, read)
        stopped |= decision.stops
        _tell(app, path, read, decision)
    if stopped:
        click.get_current_context().exit(NO)


def _phrases(app: App) -> Automaton:
    from kidgate.content.phrases.loading import analyser
    from kidgate.keeper.words import all_phrases

    return analyser(all_phrases(app.home))


def _read(path: Path, kind: str, coding: str, phrases: Automaton) -> PageText:
    from kidgate.content.page_text import page_text

    try:
        with path.open("rb") as file:
            body = file.read(LARGEST)
    except OSError as fault:
        raise Failure(f"`{path}` cannot be read: {fault.strerror}", UNREACHABLE) from None
    return page_text(body, kind, coding, phrases)


def _kind(path: Path) -> str:
    """By the name; without one that says it, the content is looked at as a browser does."""
    return mimetypes.guess_type(path.name)[0] or ""


def _judged(visit: Visit, snapshot: PolicySnapshot, read: PageText) -> Decision:
    from kidgate.policies.decide import decide

    facts = replace(visit.facts, text=read.scored.scores, unjudged=read.unread)
    return decide(replace(visit, facts=facts), snapshot)


def _tell(app: App, path: Path, read: PageText, decision: Decision) -> None:
    if app.json:
        emit(as_json(path, read, decision), line=True)
        return
    scores = ", ".join(f"{key} {score:.0f}" for key, score in _scores(read)) or "nothing found"
    say(f"{decision.verdict.value.upper()}  {path}: {scores} ({decision.reason})")
    for category, _ in _scores(read):
        found = ", ".join(
            f"{one.phrase} {one.points:+.0f}" for one in read.scored.evidence.get(category, ())
        )
        say(f"  {category}: {found}")
    if read.unread:
        say(f"  not read: {read.unread}")


def _scores(read: PageText) -> list[tuple[str, float]]:
    """The worst first."""
    return sorted(read.scored.scores.items(), key=lambda item: -item[1])


def as_json(path: Path, read: PageText, decision: Decision) -> dict[str, Any]:
    """One line of `kidgate scan --json`."""
    return {
        "file": str(path),
        "verdict": decision.verdict.value,
        "reason": decision.reason.value,
        "category": decision.category,
        "source": str(decision.source),
        "tier": decision.tier,
        "scores": dict(_scores(read)),
        "evidence": {
            category: [one._asdict() for one in found]
            for category, found in read.scored.evidence.items()
        },
        "words": read.scored.words,
        "charset": read.page.charset,
        "unread": read.unread,
    }
