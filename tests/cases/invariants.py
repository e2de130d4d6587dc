"""The invariants of the README, by name: each says what is wrong, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tests.cases.answers import holds_secret
from tests.cases.context import ALLOWED, Context, visit
from tests.cases.gateway import until
from tests.cases.measures import percentile
from tests.cases.records import MARK, SECRET

Check = Callable[[Context, str], str]
SETTLE = 0.05  # seconds for what is still under way to an origin
JOURNAL_SECONDS = 20.0  # what was spooled is folded in by then
ALIVE_SECONDS = 2.0
# The page says that the site's encryption is bad, in words or in the machine's detail.
SPEAKS_OF_TLS = re.compile(r"certificat|chứng chỉ|\bTLS\b", re.IGNORECASE)


def origin_untouched(context: Context, _: str) -> str:
    spoken = context.records.spoken_to
    return f"{spoken[0].address}:{spoken[0].port} got {spoken[0].total} bytes" if spoken else ""


def blocked_origin_untouched(context: Context, _: str) -> str:
    world, case = context.world, context.case
    blocked = [name for name in world.named_in(case) if world.blocks(case.policy, name)]
    asked = context.records.asked_for(blocked)
    alone = {a for name in blocked for a in world.addresses(name)}
    alone -= {a for name in world.fixed() if name not in blocked for a in world.addresses(name)}
    spoken = [c.address for c in context.records.spoken_to if c.address in alone]
    if not asked and not spoken:
        return ""
    return f"a blocked origin was reached: {[s.host for s in asked] or spoken}"


def no_upstream_connect(context: Context, _: str) -> str:
    found = context.records.connections
    return f"the gateway dialled {found[0].address}:{found[0].port}" if found else ""


def no_raw_relay(context: Context, _: str) -> str:
    switched = [c for c in context.records.connections if c.switched]
    return f"{bytes(switched[0].switched[:20])!r} was relayed after the switch" if switched else ""


def no_secret(context: Context, _: str) -> str:
    return f"the client got `{SECRET}`" if holds_secret(context.answers) else ""


def no_private_answer(context: Context, _: str) -> str:
    private = [c.address for c in context.records.connections if c.address.startswith("10.")]
    return f"the gateway went to {private[0]}" if private else ""


def no_forward(context: Context, _: str) -> str:
    client = context.case.client
    left = [p for p in context.packets() if p.destination == client.get("dst_ip")]
    if left:
        return f"{len(left)} packets left the house for {left[0].destination}:{left[0].port}"
    dialled = [c for c in context.records.connections if c.address == client.get("dst_ip")]
    return f"the gateway dialled {dialled[0].address}:{dialled[0].port}" if dialled else ""


def no_answer(context: Context, _: str) -> str:
    answered = [a for a in context.answers if a.status or a.aside or a.size]
    return f"the querier got {answered[0]}" if answered else ""


def no_loop(context: Context, _: str) -> str:
    found = context.records.connections
    own = {context.world.gateway[key] for key in ("lan_ip", "wan_ip", "lan_ip6")}
    looped = [c for c in found if c.address in own]
    return f"the gateway dialled itself at {looped[0].port}" if looped else ""


def event_logged(context: Context, _: str) -> str:
    logged = until(lambda: context.gateway.logged() > context.before, JOURNAL_SECONDS)
    return "" if logged else "nothing is in the journal"


def proxy_alive(context: Context, _: str) -> str:
    device = context.device("parent-laptop")
    device.seconds = ALIVE_SECONDS
    (answer,) = device.perform(visit(ALLOWED))
    return "" if "allow" in answer.verdicts else f"an allowed request afterwards: {answer}"


def others_ok(context: Context, _: str) -> str:
    watch = context.watch
    if watch.refused:
        return f"the second device got: {watch.refused[0]} ({len(watch.refused)} times)"
    worst = percentile(watch.waits, 99)
    return "" if worst < 1.0 else f"the second device waited {worst:.2f} s (p99)"


def rss_under(context: Context, megabytes: str) -> str:
    peak = context.watch.peak / 1e6
    return "" if 0 < peak < float(megabytes) else f"the processes took {peak:.0f} MB"


def log_under(context: Context, size: str) -> str:
    grown = len(context.new_log().encode())
    return "" if grown < int(size) else f"the text log grew by {grown} bytes"


def cert_error_visible(context: Context, _: str) -> str:
    for answer in context.answers:
        if answer.fault.startswith("tls:"):
            continue  # the browser's own error page
        if answer.from_origin or answer.status < 400:
            return f"the client got a good-looking answer: {answer}"
        if not SPEAKS_OF_TLS.search(answer.body.decode("utf-8", "replace")):
            return f"the page does not say what is wrong with the site's TLS: {answer}"
    return ""


def body_not_delivered(context: Context, _: str) -> str:
    reply = context.case.client.get("response", {})
    phrase = reply.get("body_text", "") or MARK
    marked = phrase in context.text or any(answer.from_origin for answer in context.answers)
    return "the origin's body reached the client" if marked else ""


def escaped(context: Context, text: str) -> str:
    if text in context.text:
        return f"`{text}` stands in the page unescaped"
    return f"`{text}` stands in the text log" if text in context.new_log() else ""


def one_log_line(context: Context, _: str) -> str:
    """The journal has one row for it, of one line, and no line of the text log is forged."""
    rows = context.gateway.journal()[len(context.rows) :]
    if len(rows) > 1 or any(c in row.url + row.host for row in rows for c in "\r\n"):
        return f"the journal has {len(rows)} rows, or a line break in one"
    if context.gateway.logged() - context.before != 1:
        return f"the journal counts {context.gateway.logged() - context.before} attempts, not one"
    forged = [
        line for line in context.new_log().splitlines() if line.startswith("2026-03-10 ALLOW")
    ]
    return f"a forged line in the text log: {forged[0]}" if forged else ""


def fail_closed(context: Context, _: str) -> str:
    return blocked_origin_untouched(context, "")


CHECKS: Mapping[str, Check] = {
    "origin-untouched": origin_untouched,
    "blocked-origin-untouched": blocked_origin_untouched,
    "no-upstream-connect": no_upstream_connect,
    "no-forward": no_forward,
    "no-answer": no_answer,
    "no-loop": no_loop,
    "no-raw-relay": no_raw_relay,
    "no-secret": no_secret,
    "no-private-answer": no_private_answer,
    "event-logged": event_logged,
    "proxy-alive": proxy_alive,
    "others-ok": others_ok,
    "rss-under": rss_under,
    "log-under": log_under,
    "cert-error-visible": cert_error_visible,
    "body-not-delivered": body_not_delivered,
    "escaped": escaped,
    "one-log-line": one_log_line,
    "fail-closed": fail_closed,
}


def broken(context: Context) -> list[str]:
    """Every invariant of the case that does not hold; one without a check is itself a fault."""
    faults = []
    for text in context.case.invariants:
        name, _, argument = text.partition(":")
        check = CHECKS.get(name)
        fault = check(context, argument) if check else "the rig has no such check"
        if fault:
            faults.append(f"{text}: {fault}")
    return faults
