"""`allow`, `block` and `rule`: what holds for whom."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command, Group
from kidgate.console.differences import answer_change
from kidgate.console.output import facts, local, note, say, table
from kidgate.console.targets import SCHEDULE, TARGET, checked

if TYPE_CHECKING:
    from kidgate.policies.rows import RuleRow

ACTIONS = ("allow", "block", "warn", "ask", "pass", "watch")

scope_option = click.option(
    "--for",
    "scope",
    metavar="SCOPE",
    required=True,
    help="A child's key, tier:9-12, group:8A, device:tablet, or everyone.",
)
until_option = click.option(
    "--until", metavar="TIME", help="+2h, 21:30, today, a date, ISO with a zone, or forever."
)
reason_option = click.option("--reason", default="", help="Why; for the adults who read it later.")
when_option = click.option(
    "--when", type=SCHEDULE, default="", help="Only then, like 'mon-fri 07:00-12:00'."
)
plain_option = click.option(
    "--no-safe-search", is_flag=True, help="Let an allow rule lift safe search too."
)


def _rule_options[F: Any](command: F) -> F:
    options = (scope_option, until_option, when_option, reason_option, plain_option)
    for option in reversed(options):
        command = option(command)
    return command


def read_until(app: App, text: str | None) -> datetime | None:
    """The time of --until; none given is forever."""
    from kidgate.console import times

    return times.until(text, app.now(), app.zone) if text else None


def _put(app: App, /, action: str, target: str, scope: str, **fields: Any) -> None:
    from kidgate.console.explaining import still_stopped
    from kidgate.policies.edits import put_rule
    from kidgate.policies.model import Action
    from kidgate.policies.rows import RuleRow

    row = RuleRow(
        id=0,
        scope=app.scope(scope),
        target=checked(app, target),
        action=Action(action),
        when=fields["when"],
        until=read_until(app, fields["until"]),
        safe_search=not fields["no_safe_search"],
        author=app.author,
        reason=fields["reason"],
    )
    comment = f"{action} {row.target} for {row.scope}"
    answer_change(app, app.change(lambda rows: put_rule(rows, row), comment))
    opens = row.action in (Action.ALLOW, Action.PASS)
    if row.target.startswith("service:"):
        _note_service(app, row, opens=opens)
    if opens and (why := still_stopped(app, row.target, row.scope)):
        note(f"Note: {why}")


def _note_service(app: App, row: RuleRow, *, opens: bool) -> None:
    from kidgate.console.openness import note_companions, note_dependencies
    from kidgate.policies.model import Action

    if opens:
        note_dependencies(app, row.target)
    elif row.action in (Action.BLOCK, Action.ASK):
        note_companions(app, row.target, row.scope)


@click.command(cls=Command)
@click.argument("target", type=TARGET)
@_rule_options
@pass_app
def allow(app: App, /, target: str, scope: str, **fields: Any) -> None:
    """Let TARGET through for SCOPE.

    TARGET: a host with its subdomains, =host, URL, address range, service:K or category:K. The rule
    takes the place of one about the same target for the same scope. Security lists, a pause and
    bedtime still hold.
    """
    _put(app, "allow", target, scope, **fields)


@click.command(cls=Command)
@click.argument("target", type=TARGET)
@_rule_options
@pass_app
def block(app: App, /, target: str, scope: str, **fields: Any) -> None:
    """Stop TARGET for SCOPE.

    TARGET: a host with its subdomains, =host, URL, address range, service:K, category:K,
    type:video/* or term:word. The rule takes the place of one about the same target for the same
    scope.
    """
    _put(app, "block", target, scope, **fields)


@click.group(cls=Group)
def rule() -> None:
    """Rules: scope x target x action x when x until."""


@rule.command("add")
@click.argument("target", type=TARGET)
@click.option("--action", type=click.Choice(ACTIONS), required=True, help="What the rule does.")
@_rule_options
@pass_app
def add(app: App, /, target: str, action: str, scope: str, **fields: Any) -> None:
    """Add a rule of any action.

    warn: the child may pass, once explained; ask: an adult answers; pass: relay undecrypted; watch:
    journal only.
    """
    _put(app, action, target, scope, **fields)


@rule.command("list")
@click.option("--for", "scope", metavar="SCOPE", help="Only this scope's.")
@pass_app
def list_(app: App, scope: str | None) -> None:
    """Every rule, by number."""
    from kidgate.policies.rows_json import to_json

    wanted = app.scope(scope) if scope else None
    found = [row for row in app.rows.rules if wanted in (None, row.scope)]
    app.answer([to_json(row) for row in found], lambda: _table(app, found))


def _table(app: App, found: list[RuleRow]) -> None:
    if not found:
        say("No rules; add one with kidgate allow or kidgate block.")
        return
    table(
        ("rule", "action", "target", "for", "when", "until", "author", "reason"),
        [
            (r.id, r.action, r.target, r.scope, r.when, _end(app, r.until), r.author, r.reason)
            for r in found
        ],
    )


def _end(app: App, at: datetime | None) -> str:
    passed = at is not None and at <= app.now()
    return f"{local(at, app.zone)} (over)" if passed else local(at, app.zone)


@rule.command("show")
@click.argument("number", type=int)
@pass_app
def show(app: App, number: int) -> None:
    """One rule, in full."""
    from kidgate.policies.edits import find
    from kidgate.policies.rows import RuleRow
    from kidgate.policies.rows_json import to_json

    row = find(app.rows, RuleRow, number)
    document = to_json(row) | {"until": local(row.until, app.zone) or "forever"}
    app.answer(to_json(row), lambda: facts(document.items()))


@rule.command("remove")
@click.argument("numbers", type=int, nargs=-1, required=True)
@pass_app
def remove(app: App, numbers: tuple[int, ...]) -> None:
    """Remove rules by number."""
    from kidgate.policies import edits
    from kidgate.policies.rows import RuleRow

    def edit(rows: Any) -> Any:
        for number in numbers:
            rows = edits.remove(rows, RuleRow, number)
        return rows

    answer_change(app, app.change(edit, "remove rule " + ", ".join(map(str, numbers))))
