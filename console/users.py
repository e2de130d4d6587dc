"""`user ...`: the adults who may sign in to the dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kidgate.console.app import App, pass_app
from kidgate.console.command import Command, Group
from kidgate.console.errors import USAGE, Failure
from kidgate.console.output import facts, local, note, say, stamp, table
from kidgate.console.typed_passwords import password_option, read_hash

if TYPE_CHECKING:
    from kidgate.store.people import User

ROLES = ("owner", "parent", "teacher", "auditor")
LANGUAGES = ("vi", "en")
group_option = click.option(
    "--group", "groups", multiple=True, help="A class of a teacher. Repeat for more."
)


@click.group("user", cls=Group)
def user() -> None:
    """The adults who may sign in to the dashboard, and what each may do.

    An owner may do everything. A parent looks, answers requests and changes rules. A teacher looks,
    answers and holds lessons in the own groups. An auditor looks everywhere, and every look is
    recorded.
    """


def by(app: App) -> dict[str, str]:
    """For the audit log: whoever is at the terminal."""
    return {"user": app.author, "role": "terminal", "address": ""}


@user.command("add", cls=Command)
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they may do.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Else that of the house.")
@group_option
@password_option
@click.option("--no-password", is_flag=True, help="None yet: nobody can sign in with it so far.")
@pass_app
def add(
    app: App,
    name: str,
    role: str,
    language: str | None,
    groups: tuple[str, ...],
    password_file: str | None,
    no_password: bool,
) -> None:
    """Add a user. The password is asked for, or read from --password-file."""
    hash = "" if no_password else read_hash(name, password_file)
    language = language or app.rows.settings.language
    made = app.do(
        "user.add",
        name=name,
        role=role,
        language=language,
        groups=list(groups),
        hash=hash,
        by=by(app),
    )
    found = _found(app, made["name"])
    app.answer(_document(app, found), lambda: say(f"{found.name} may sign in as {role}."))


@user.command("list", cls=Command)
@pass_app
def list_(app: App) -> None:
    """Everybody who may sign in, with how."""
    from kidgate.store.people import all_users

    with app.database.reading() as session:
        users = all_users(session)

    def people() -> None:
        if not users:
            say(
                "There are no users; add one with kidgate user add, or open the link of kidgate up."
            )
            return
        columns = ("name", "role", "groups", "active", "password", "code app", "passkeys")
        table(columns, [_row(found) for found in users])

    app.answer([_document(app, found) for found in users], people)


@user.command("show", cls=Command)
@click.argument("name")
@pass_app
def show(app: App, name: str) -> None:
    """One user, with the browsers that are signed in and the tokens."""
    from kidgate.store.logins import logins_of
    from kidgate.store.passkeys import passkeys_of
    from kidgate.store.tokens import tokens_of

    found, zone = _found(app, name), app.zone
    with app.database.reading() as session:
        logins = logins_of(session, found.name, app.now())
        passkeys, tokens = passkeys_of(session, found.name), tokens_of(session, found.name)
    document = _document(app, found) | {
        "logins": [
            {"agent": n.agent, "address": n.address, "seen": stamp(n.seen_at, zone)} for n in logins
        ],
        "passkey_names": [key.name for key in passkeys],
        "tokens": [
            {"id": t.id, "name": t.name, "write": t.write, "until": stamp(t.until, zone)}
            | {"used": stamp(t.used_at, zone)}
            for t in tokens
        ],
    }

    def people() -> None:
        facts(zip(("name", "role", "groups", "active", "password"), _row(found), strict=False))
        if logins:
            rows = [(n.agent, n.address, local(n.seen_at, zone)) for n in logins]
            table(("browser", "address", "seen"), rows)
        if tokens:
            rows = [(str(t.id), t.name, local(t.used_at, zone)) for t in tokens]
            table(("token", "name", "used"), rows)

    app.answer(document, people)


@user.command("change", cls=Command)
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), help="What they may do.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Of the pages they see.")
@group_option
@click.option("--no-groups", is_flag=True, help="Take all classes away.")
@click.option("--active/--inactive", default=None, help="Whether they may sign in.")
@click.option("--forget-codes", is_flag=True, help="Take the code app away: the phone is lost.")
@click.option("--forget-passkeys", is_flag=True, help="Take all passkeys away.")
@pass_app
def change(
    app: App,
    name: str,
    role: str | None,
    language: str | None,
    groups: tuple[str, ...],
    no_groups: bool,
    active: bool | None,
    forget_codes: bool,
    forget_passkeys: bool,
) -> None:
    """Change what a user may do. They are signed out everywhere when that changes."""
    wanted: dict[str, Any] = {"role": role, "language": language, "active": active}
    if groups or no_groups:
        wanted["groups"] = list(groups)
    set_ = {field: value for field, value in wanted.items() if value is not None}
    if not set_ and not forget_codes and not forget_passkeys:
        raise click.UsageError("say what to change: --role, --language, --group, --inactive ...")
    if groups and no_groups:
        raise click.UsageError("give either --group or --no-groups")
    if set_:
        app.do("user.change", name=name, by=by(app), **set_)
    if forget_codes:
        app.do("user.totp", name=name, secret="", by=by(app))
    if forget_passkeys:
        _forget_passkeys(app, _found(app, name).name)
    found = _found(app, name)
    app.answer(_document(app, found), lambda: say(f"{found.name} is changed."))


@user.command("remove", cls=Command)
@click.argument("name")
@pass_app
def remove(app: App, name: str) -> None:
    """Take a user away. The audit log keeps what they did."""
    gone = app.do("user.remove", name=name, by=by(app))["name"]
    app.answer({"name": gone, "removed": True}, lambda: say(f"{gone} is gone."))


@user.command("password", cls=Command)
@click.argument("name")
@password_option
@pass_app
def password(app: App, name: str, password_file: str | None) -> None:
    """Set a user's password, and sign them out everywhere."""
    found = _found(app, name)
    hash = read_hash(found.name, password_file)
    closed = app.do("user.password", name=found.name, hash=hash, by=by(app))["closed"]
    said = f"{found.name} has a new password."
    app.answer({"name": found.name, "closed": closed}, lambda: say(said))


@user.command("sign-out", cls=Command)
@click.argument("name")
@pass_app
def sign_out(app: App, name: str) -> None:
    """Sign a user out in every browser. Tokens stay: remove them with kidgate user token."""
    found = _found(app, name)
    closed = app.do("login.close", user=found.name, by=by(app))["closed"]
    document = {"name": found.name, "closed": closed}
    app.answer(document, lambda: say(f"{found.name} was signed in {closed} times, and is no more."))


@user.command("invite", cls=Command)
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they may do.")
@group_option
@click.option(
    "--minutes",
    type=click.IntRange(1, 7 * 24 * 60),
    default=60,
    show_default=True,
    help="How long it is good.",
)
@pass_app
def invite(app: App, role: str, groups: tuple[str, ...], minutes: int) -> None:
    """Make a link with which one person makes an account. It is good once."""
    made = app.do("invite.make", role=role, groups=list(groups), minutes=minutes, by=by(app))
    path = f"/join?key={made['key']}"
    document = {"key": made["key"], "path": path, "role": made["role"], "until": made["until"]}

    def people() -> None:
        say(f"{_place(app)}{path}")
        note(f"Good once, for {minutes} minutes, for a new {role}. It is shown this one time.")

    app.answer(document, people)


def _forget_passkeys(app: App, name: str) -> None:
    from kidgate.store.passkeys import passkeys_of

    with app.database.reading() as session:
        found = passkeys_of(session, name)
    for passkey in found:
        app.do("passkey.remove", user=name, id=passkey.id, by=by(app))


def _place(app: App) -> str:
    """Where the dashboard is, as far as configuration says."""
    dashboard = app.config.dashboard
    return (dashboard.url or str(next(iter(dashboard.listen), ""))).rstrip("/")


def _found(app: App, name: str) -> User:
    from kidgate.policies.people import canonical_name
    from kidgate.store.people import find_user

    with app.database.reading() as session:
        found = find_user(session, canonical_name(name))
    if found is None:
        raise Failure(f"no user is called `{name}`; see kidgate user list", USAGE)
    return found


def _row(found: User) -> tuple[object, ...]:
    means = (found.has_password, found.has_totp, found.passkeys)
    return (found.name, found.role.value, found.groups, found.active, *means)


def _document(app: App, found: User) -> dict[str, Any]:
    return {
        "name": found.name,
        "role": found.role.value,
        "language": found.language,
        "groups": list(found.groups),
        "active": found.active,
        "created": stamp(found.created_at, app.zone),
        "password": found.has_password,
        "totp": found.has_totp,
        "recovery_left": found.recovery_left,
        "passkeys": found.passkeys,
    }
