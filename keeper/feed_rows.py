"""Feeds as their owner states them: added before anything was fetched, and changed afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from kidgate.documents.feed_row import LIST, REFERENCE, FeedRow
from kidgate.keeper.feeds import build_index, in_place
from kidgate.keeper.writer import Writer
from kidgate.lists.fetching.addresses import networks
from kidgate.lists.fetching.faults import FetchFailed
from kidgate.lists.fetching.locations import WEB, check_url
from kidgate.lists.overrides import ADDRESS
from kidgate.policies.rows_json import RowFault, from_json, to_json
from kidgate.store.feeds import all_feeds, find_feed, put_feed

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
LONGEST_INTERVAL = 24 * 365  # hours
SOURCE = frozenset({"location", "member", "read_as", "checksum", "signature", "public_key"})
_IN_FORCE = frozenset({"category", "kind", "enabled"})
SETTINGS = SOURCE | _IN_FORCE | {"licence", "interval", "overrides", "top_hosts"}
"""What an owner states; the rest of a row is what happened."""


class BadFeed(ValueError):
    """The feed cannot be as it was stated; the message says what to write instead."""


def add(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Add a feed that will be fetched: `feed` holds name, category, location and other settings.

    Raises BadFeed for one that is there already, or cannot be.
    """
    given = args["feed"]
    row = _row({name: given[name] for name in given if name in SETTINGS | {"name"}})
    with writer.database.writing() as session:
        if find_feed(session, row.name) is not None:
            raise BadFeed(
                f"a feed `{row.name}` is there already; see kidgate feed show {row.name}, or "
                "choose another name with --name"
            )
        put_feed(session, row)
    return {"feed": to_json(row)}


def change(writer: Writer, args: Mapping[str, Any]) -> dict[str, Any]:
    """Change settings of the feed `name` to those in `set`. Raises BadFeed.

    What a server said of the old source is forgotten with it.
    """
    settings: Mapping[str, Any] = args["set"]
    if unknown := set(settings) - SETTINGS:
        raise BadFeed(f"a feed has no setting {', '.join(sorted(unknown))}")
    with writer.database.reading() as session:
        feeds = all_feeds(session)
    old = next((feed for feed in feeds if feed.name == args["name"]), None)
    if old is None:
        raise BadFeed(f"no feed is called `{args['name']}`; see kidgate feed list")
    row = _row(to_json(old) | dict(settings))
    if any(getattr(row, name) != getattr(old, name) for name in SOURCE):
        row = replace(row, etag="", modified="", sha256="")
    with ExitStack() as stack:
        if any(getattr(row, name) != getattr(old, name) for name in _IN_FORCE):
            after = [row if feed.name == row.name else feed for feed in feeds]
            stack.enter_context(in_place(build_index(writer.home, after), writer.home.index))
        session = stack.enter_context(writer.database.writing())
        put_feed(session, row)
    return {"feed": to_json(row)}


def _row(document: Mapping[str, Any]) -> FeedRow:
    try:
        return _checked(from_json(FeedRow, document))
    except RowFault as fault:
        raise BadFeed(str(fault)) from fault


def _checked(row: FeedRow) -> FeedRow:
    """Raises BadFeed."""
    if not NAME.fullmatch(row.name):
        raise BadFeed(f"`{row.name}` is no name; write small letters, digits, `-`, `_`, `.`")
    if not row.category or not row.location:
        raise BadFeed("a feed needs a category and a place to come from")
    if row.kind not in (LIST, REFERENCE):
        raise BadFeed(f"`{row.kind}` is no kind of feed; write {LIST} or {REFERENCE}")
    if not 0 <= row.interval <= LONGEST_INTERVAL or row.top_hosts < 0:
        raise BadFeed(f"the interval must be 0 to {LONGEST_INTERVAL} hours, top hosts 0 or more")
    if bool(row.signature) != bool(row.public_key):
        raise BadFeed("a signature needs the public key it is made with, and the other way round")
    if row.public_key:
        from kidgate.lists.fetching.proofs import check_key

        _said(check_key, row.public_key)
    for what, why in row.overrides.items():
        if not why.strip():
            raise BadFeed(f"`{what}` needs a reason: say why with --because TEXT")
    private = [what.removeprefix(ADDRESS) for what in row.overrides if what.startswith(ADDRESS)]
    _said(networks, private)
    _check_urls(row)
    return row


def _check_urls(row: FeedRow) -> None:
    for url in (row.location, row.checksum, row.signature):
        if url.startswith(WEB):
            _said(check_url, url)


def _said(check: Callable[[Any], object], value: object) -> None:
    """What a check refuses, as a BadFeed."""
    try:
        check(value)
    except (FetchFailed, ValueError) as fault:
        raise BadFeed(str(fault)) from fault
