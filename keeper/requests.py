"""Requests: a child asks, an adult answers. What an answer opens is `policies.requests`' to say.

Workers name a request `request`: on their line to the keeper `id` is the question's own number.
An answer is one transaction: the policy's new version and the request's row are written together,
and only then put where the workers look.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from kidgate.documents.link_key import make_link_key
from kidgate.keeper.links import DeadLink, Link, dump_link, load_link, new_link
from kidgate.keeper.writer import Writer, document_of
from kidgate.policies.journal import entry_of
from kidgate.policies.model import Decision, Reason, Source, Verdict, Visit
from kidgate.policies.names import parse_url
from kidgate.policies.people import Need, Role, may, sees
from kidgate.policies.requests import (
    ASKABLE,
    Answer,
    Ask,
    CannotAnswer,
    Duration,
    Offer,
    Scope,
    Whom,
    answered,
    ask_target,
    is_lent,
    offers,
    put,
    site_of,
)
from kidgate.policies.rows import GrantRow, RuleRow
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.store import dialects
from kidgate.store.alerts import handle_answered, put_alert
from kidgate.store.fold import safe_text
from kidgate.store.journal import append
from kidgate.store.policy import head, next_id, read_policy, write_policy
from kidgate.store.requests import (
    Asked,
    add_link,
    adult,
    ask_of,
    change_request,
    count_requests,
    expire_requests,
    find_request,
    has_link,
    open_request,
    purge_requests,
    put_request,
)

logger = logging.getLogger(__name__)
Args = Mapping[str, Any]
OPEN, A_DAY = 5, 20  # requests of one child
DAYS = 7  # that a request waits for an answer
NOTE, TEXT, URL = 300, 300, 2048  # characters


# --- the child's side ---


def open_(writer: Writer, args: Args) -> dict[str, Any]:
    """Note what a child asks for. `state` is open, or limited; `left`: how many more today.

    A site that is asked for already stays one request, with the newest note and the first address:
    another page must not take its place while an adult reads. Raises ValueError.
    """
    snapshot, now = writer.document().compile(), writer.now()
    ask = _ask(snapshot, args)
    site, note = site_of(ask.url, snapshot), _one_line(args["note"], NOTE)
    with writer.database.writing() as session:
        left = A_DAY - count_requests(session, ask.child, since=_midnight(snapshot, ask, now))
        known = open_request(session, ask.child, site)
        if known is not None:
            _ask_again(session, known, ask, note, now)
            return {"request": known.id, "state": "open", "left": max(left, 0)}
        if left <= 0 or count_requests(session, ask.child, state="open") >= OPEN:
            return {"request": None, "state": "limited", "left": max(left, 0)}
        number = put_request(
            session,
            at=now,
            profile=ask.child,
            device=ask.device,
            target=ask_target(ask, Scope.SITE, snapshot),
            url=safe_text(str(ask.url), URL),
            note=note,
            site=site,
            service=ask.service,
            category=ask.category,
            reason=ask.reason.value,
            entry=safe_text(str(args.get("entry", "")), 64),
        )
        _tell(session, snapshot, ask, number, site, note, now)
    return {"request": number, "state": "open", "left": left - 1}


def _ask(snapshot: PolicySnapshot, args: Args) -> Ask:
    reason = Reason(args["reason"])
    if reason not in ASKABLE:
        raise ValueError(f"nobody can open what was stopped because of `{reason}`")
    if args["child"] not in snapshot.profiles:
        raise ValueError(f"no profile is called `{args['child']}`")
    return Ask(
        child=args["child"],
        device=str(args["device"] or ""),
        url=parse_url(str(args["url"])[:URL]),
        reason=reason,
        service=str(args.get("service", "")),
        category=str(args.get("category", "")),
    )


def _one_line(text: object, most: int) -> str:
    """What a person wrote, as one line of text that does nothing when it is shown."""
    return safe_text(" ".join(str(text).split()), most)


def _midnight(snapshot: PolicySnapshot, ask: Ask, now: datetime) -> datetime:
    zone = snapshot.profiles[ask.child].zone
    return datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(UTC)


def _ask_again(session: Session, known: Asked, ask: Ask, note: str, now: datetime) -> None:
    changed: dict[str, Any] = {"at": now, "device": ask.device}
    if note:
        changed["note"] = note
    change_request(session, known.id, **changed)


def _tell(
    session: Session,
    snapshot: PolicySnapshot,
    ask: Ask,
    number: int,
    site: str,
    note: str,
    now: datetime,
) -> None:
    """The journal, at the child's own level, and the adults."""
    tier = snapshot.tier_of(ask.child, now).row
    visit = Visit(ask.url, now, child=ask.child, device=ask.device or None)
    source = Source("request", str(number))
    asked = Decision(
        Verdict.ASK, ask.reason, source, ask.category, snapshot_id=snapshot.id, tier=tier.key
    )
    entry = entry_of(visit, asked, tier.journal, id=f"request-{number}")
    append(session, [replace(entry, kind="request")])
    facts = {"request": number, "child": ask.child, "device": ask.device, "target": site}
    facts["note"] = f"“{note}”" if note else ""
    put_alert(session, kind="request", facts=facts, at=now)


def state(writer: Writer, args: Args) -> dict[str, Any]:
    """How a child's own request stands; another child's is `unknown`."""
    with writer.database.reading() as session:
        found = find_request(session, int(args["request"]))
    if found is None or found.profile != args["child"]:
        return {"state": "unknown", "answer": "", "until": None}
    until = found.until.isoformat() if found.until else None
    return {"state": found.state, "answer": found.answer, "until": until}


def expire(writer: Writer, now: datetime, keep_days: int = 90) -> int:
    """Close what nobody answered within `DAYS`, how many; forget what is closed for `keep_days`."""
    with writer.database.writing() as session:
        purge_requests(session, now - timedelta(days=keep_days))
        found = expire_requests(session, now - timedelta(days=DAYS), now)
        handle_answered(session, found, at=now)
    return len(found)


# --- the adult's side ---


def show(writer: Writer, args: Args) -> dict[str, Any]:
    """A request, and every way to say yes to it."""
    with writer.database.reading() as session:
        found = _found(session, int(args["id"]))
    return _document(found, writer.document().compile(), writer.now())


def answer(writer: Writer, args: Args) -> dict[str, Any]:
    """Answer a request: no, or yes to one of its offers. Raises CannotAnswer, PolicyFaults."""
    author = str((args.get("by") or {}).get("user") or args.get("author") or "")
    with writer.database.writing() as session:
        dialects.lock_policy(session)
        found = _found(session, int(args["id"]))
        said = _answer(session, writer, found, args, author)
        handle_answered(session, [found.id], at=writer.now())
    if args["yes"]:
        writer.publish()
    return said


def _answer(
    session: Session, writer: Writer, found: Asked, args: Args, author: str
) -> dict[str, Any]:
    if found.state != "open":
        who = f" by {found.answered_by}" if found.answered_by else ""
        raise CannotAnswer(f"request {found.id} is {found.state} already{who}")
    now = writer.now()
    values: dict[str, Any] = {
        "answered_by": author,
        "answered_at": now,
        "answer": _one_line(args.get("text") or "", TEXT),
        "links": [],
    }
    if not args["yes"]:
        change_request(session, found.id, state="denied", **values)
        return {"id": found.id, "state": "denied", "version": None, "until": None}
    return _approve(session, writer, found, args, author, now, values)


def _approve(
    session: Session,
    writer: Writer,
    found: Asked,
    args: Args,
    author: str,
    now: datetime,
    values: dict[str, Any],
) -> dict[str, Any]:
    rows, base = read_policy(session), head(session)
    snapshot = document_of(rows, str(base)).compile()
    if found.profile not in snapshot.profiles:
        raise CannotAnswer(f"`{found.profile}` is gone; answer no")
    wanted = _wanted(args)
    reason = f"request {found.id}"
    row = answered(ask_of(found), wanted, snapshot, now, author=author, reason=reason)
    row = _numbered(session, row)
    rows = put(rows, row)
    document_of(rows, str(base + 1)).compile()
    comment = f"{reason} of {found.profile}: {row.target}, {wanted.duration} for {wanted.whom}"
    version = write_policy(session, rows, author=author, comment=comment, at=now)
    made = {"grant": row.id} if isinstance(row, GrantRow) else {"rule": row.id}
    change_request(
        session,
        found.id,
        state="approved",
        target=row.target,
        scope=wanted.scope.value,
        duration=wanted.duration.value,
        whom=wanted.whom.value,
        until=row.until,
        **made,
        **values,
    )
    until = row.until.isoformat() if row.until else None
    said = {"id": found.id, "state": "approved", "version": version, "until": until}
    return said | {"grant": None, "rule": None} | made | {"target": row.target}


def _wanted(args: Args) -> Answer:
    try:
        return Answer(
            Scope(args["scope"]),
            Duration(args["duration"]),
            Whom(args.get("whom") or Whom.CHILD),
            confirmed=args.get("confirmed") is True,
        )
    except (ValueError, KeyError) as fault:
        said = ", ".join(" | ".join(kind) for kind in (Scope, Duration, Whom))
        raise CannotAnswer(f"{fault} is no answer; say {said}") from None


def _numbered(session: Session, row: GrantRow | RuleRow) -> GrantRow | RuleRow:
    kind = "grant" if isinstance(row, GrantRow) else "rule"
    return replace(row, id=next_id(session, kind))


def _found(session: Session, number: int) -> Asked:
    found = find_request(session, number)
    if found is None or not found.reason:
        raise CannotAnswer(f"there is no request `{number}`; see kidgate request list")
    return found


def _document(found: Asked, snapshot: PolicySnapshot, now: datetime) -> dict[str, Any]:
    fields = asdict(found)
    for name in ("at", "answered_at", "until"):
        fields[name] = fields[name].isoformat() if fields[name] else None
    ways: tuple[Offer, ...] = ()
    if found.state == "open" and found.profile in snapshot.profiles:
        ways = offers(ask_of(found), snapshot, now)
    return fields | {"offers": [_offer(one) for one in ways]}


def _offer(one: Offer) -> dict[str, Any]:
    return {
        "scope": one.scope.value,
        "target": one.target,
        "whom": one.whom.value,
        "durations": [duration.value for duration in one.durations],
        "confirm": one.confirm,
    }


# --- by a link ---


def link(writer: Writer, args: Args) -> dict[str, Any]:
    """A link with which one adult may answer an open request. Raises CannotAnswer."""
    made = new_link(int(args["id"]), str(args["user"]))
    key = make_link_key(writer.home)
    with writer.database.writing() as session:
        found = _found(session, made.request)
        if found.state != "open":
            raise CannotAnswer(f"request {found.id} is {found.state} already")
        _check_user(session, made.user, found.profile)
        add_link(session, found.id, made.mark)
    return {"token": dump_link(made, key, writer.now())}


def by_link(writer: Writer, args: Args) -> dict[str, Any]:
    """What a link is about; with `yes`, the answer. Looking changes nothing: mail is looked
    through by machines. Raises DeadLink, CannotAnswer."""
    found = load_link(str(args["token"]), make_link_key(writer.home), writer.now())
    role = _check_link(writer, found)
    if "yes" not in args:
        return show(writer, {"id": found.request}) | {"user": found.user}
    if args["yes"] and not may(role, Need.CHANGE):
        wanted = _wanted(args)
        if not is_lent(wanted.whom, wanted.duration, confirmed=wanted.confirmed):
            raise CannotAnswer("you open something for one child, for a day, nothing dangerous")
    said = answer(writer, {**args, "id": found.request, "by": {"user": found.user}})
    return said | {"user": found.user}


def linked(writer: Writer, args: Args) -> dict[str, Any]:
    """How the request of a link stands, when the link itself answers no more: who answered it, and
    when. Raises DeadLink for a link that we have not made lately."""
    found = load_link(str(args["token"]), make_link_key(writer.home), writer.now())
    with writer.database.reading() as session:
        known = find_request(session, found.request)
    if known is None:
        raise DeadLink
    at = known.answered_at.isoformat() if known.answered_at else None
    return {"state": known.state, "answered_by": known.answered_by, "answered_at": at}


def _check_link(writer: Writer, found: Link) -> Role:
    with writer.database.reading() as session:
        known = find_request(session, found.request)
        if known is None or known.state != "open":
            raise DeadLink
        if not has_link(session, found.request, found.mark):
            raise DeadLink
        return _check_user(session, found.user, known.profile)


def _check_user(session: Session, user: str, child: str) -> Role:
    """The role of an adult of today, who sees this child."""
    known = adult(session, user)
    groups = next((row.groups for row in read_policy(session).profiles if row.key == child), ())
    if known is not None:
        role = Role(known[0])
        if may(role, Need.ANSWER) and sees(role, known[1], groups):
            return role
    raise CannotAnswer(f"`{user}` may not answer requests of `{child}`; see kidgate user list")
