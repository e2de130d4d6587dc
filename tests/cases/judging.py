"""From what happened to passed or failed: verdicts, rewrites, what origins saw, and the
invariants."""

from __future__ import annotations

import hashlib
import re
import time
import unicodedata
from urllib.parse import parse_qs

from tests.cases import invariants
from tests.cases.answers import Answer
from tests.cases.clients import SAID
from tests.cases.context import Context
from tests.cases.origin_http import page
from tests.cases.records import Reply, Seen

STOPS = frozenset(("block", "reject", "hold", "deny-auth", "throttle", "internal-error"))
PARAMETER = re.compile(r"(?<![\w.])(no )?(\w+)=([\w-]+)")
HEADER = re.compile(r"\b([A-Z][A-Za-z]+(?:-[A-Z][A-Za-z]+)+): (\w+)")
CHARSETS = {"windows-1258": "cp1258"}


def faults_of(context: Context) -> list[str]:
    """Everything that is wrong with one attempt; empty: it passed."""
    wanted = _wanted(context)
    if len(wanted) != len(context.answers):
        return [f"{len(context.answers)} answers for {len(wanted)} expected verdicts"]
    time.sleep(invariants.SETTLE)
    faults = []
    for at, (answer, words) in enumerate(zip(context.answers, wanted, strict=True)):
        fault = _verdict_fault(context, at, answer, words)
        if fault:
            faults.append(fault)
    faults += _origin_faults(context, wanted)
    faults += _further_words(context)
    return faults + invariants.broken(context)


def _wanted(context: Context) -> list[frozenset[str]]:
    """The verdicts that are right for each answer."""
    expect = context.case.expect
    if "per_request" not in expect:
        # Who breaks a part of the gateway is told of a fault.
        broken = {"internal-error"} if "inject" in context.case.client else set()
        return [context.case.accepted | broken] * len(context.answers)
    each = []
    for text in expect["per_request"]:
        words = frozenset(text.split("-or-"))
        each.append(words | context.case.accepted if expect["verdict"] in words else words)
    return each


def _verdict_fault(context: Context, at: int, answer: Answer, words: frozenset[str]) -> str:
    if "allow" in answer.verdicts:
        if words & {"allow", "rewrite"}:
            return _harm(context, answer, context.replies[at]) or _rewrite_fault(context, words)
    elif answer.verdicts & words:
        return ""
    which = f"request {at + 1}: " if len(context.answers) > 1 else ""
    said = f" ({', '.join(sorted(answer.verdicts))})" if answer.verdicts else ""
    return f"{which}{answer}{said}, wanted {' or '.join(sorted(words))}"


def _harm(context: Context, answer: Answer, reply: Reply) -> str:
    """What an allowed answer lacks of what its origin sent."""
    if answer.fault:
        return f"the answer is incomplete: {answer.fault}"
    if answer.status == 101:
        return "" if answer.after == SAID.encode() else f"the WebSocket said {answer.after[:40]!r}"
    if answer.status != reply.status:
        return f"the origin's status {reply.status} became {answer.status}"
    if reply.body is None:
        bodies = [page(seen) for seen in context.records.seen]
        return "" if answer.body in bodies else f"the page was changed: {answer.body[:60]!r}"
    same = answer.digest == hashlib.sha256(reply.body).hexdigest() or reply.chunked
    return "" if same else f"{answer.size} bytes arrived of {len(reply.body)}"


def _rewrite_fault(context: Context, words: frozenset[str]) -> str:
    """What the origin should have seen changed, by the words of `rewrite`."""
    text = (
        context.case.expect.get("rewrite", "").partition(", or CNAME")[0].partition(" or CNAME")[0]
    )
    if "allow" in words:
        return ""
    seen = context.records.seen[-1] if context.records.seen else None
    if seen is None:
        return "no request came to the origin"
    if not text and context.case.client.get("url", "").endswith(seen.target):
        return f"the origin was asked for {seen.target}, nothing was changed"
    given = _parameters(seen)
    for no, name, value in PARAMETER.findall(text):
        if (value in given.get(name, ())) == bool(no):
            return f"the origin was asked for {seen.target}, wanted {no}{name}={value}"
        if not no and set(given[name]) != {value}:
            return f"the origin was asked for {seen.target}, which says {name} twice"
    for name, value in HEADER.findall(text):
        if seen.values(name) != [value]:
            return f"the origin was sent {name}: {seen.values(name)}, wanted {value}"
    return ""


def _parameters(seen: Seen) -> dict[str, list[str]]:
    return parse_qs(seen.target.partition("?")[2], keep_blank_values=True)


def _origin_faults(context: Context, wanted: list[frozenset[str]]) -> list[str]:
    """An origin of a stopped request sees nothing; on the content layer its answer is what is
    stopped."""
    stopped = [words <= STOPS for words in wanted]
    if context.case.layer == "content" or not any(stopped):
        return []
    if all(stopped):
        fault = invariants.origin_untouched(context, "")
        return [f"an origin saw it: {fault}"] if fault else []
    hosts = [
        h
        for stop, names in zip(stopped, context.attempt.hosts, strict=False)
        if stop
        for h in names
    ]
    reached = context.records.asked_for(hosts)
    return [f"the origin of {reached[0].host} saw it"] if reached else []


def _further_words(context: Context) -> list[str]:
    """The other words of `expect`."""
    expect, last = context.case.expect, context.answers[-1]
    faults = []
    if "status" in expect and last.status not in expect["status"] and not last.verdicts & {"hold"}:
        faults.append(f"status {last.status}, wanted {expect['status']}")
    if last.status and last.status in expect.get("not_status", ()):
        faults.append(f"status {last.status}")
    if "no_location" in expect and expect["no_location"] in last.value("location"):
        faults.append(f"it leads to {last.value('location')}")
    if "rendered_text" in expect:
        faults += _rendered(last, expect["rendered_text"])
    if "log_fields" in expect:
        faults += _log_fields(context, expect["log_fields"])
    return faults


def _rendered(answer: Answer, wanted: str) -> list[str]:
    text, normal = wanted.removesuffix(" (NFC)"), wanted.endswith(" (NFC)")
    charset = answer.value("content-type").partition("charset=")[2] or "utf-8"
    shown = answer.body.decode(CHARSETS.get(charset, charset), "replace")
    shown = unicodedata.normalize("NFC", shown) if normal else shown
    return [] if text in shown else [f"the page shows {shown[:60]!r}"]


def _log_fields(context: Context, fields: list[str]) -> list[str]:
    row = context.gateway.journal()[-1]
    have = {
        "time": row.time,
        "device": row.device,
        "user": row.child,
        "ip": row.address,
        "url": row.url,
        "search term": row.url.partition("q=")[2],
        "reason": row.reason,
    }
    return [f"the journal has no {name}" for name in fields if not have.get(name)]
