"""Lists of sites: what each is good for, how fresh it is; added, updated, switched, removed."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from kidgate.dashboard.acts import feeds as acts
from kidgate.dashboard.acts.feeds import CatalogueAsked, FeedOutcome
from kidgate.dashboard.gate import Nothing
from kidgate.dashboard.web.forms import taken
from kidgate.dashboard.web.naming import names
from kidgate.dashboard.web.routes import Family, here
from kidgate.dashboard.web.showing import link
from kidgate.policies.people import Need

FAMILY = Family("feeds")
FINE = ("updated", "unchanged")


@FAMILY.page("/feeds", Need.SYSTEM)
def index() -> ResponseReturnValue:
    return _page()


@FAMILY.page("/feeds/catalogue", Need.SYSTEM)
def catalogue() -> ResponseReturnValue:
    every = acts.catalogue(*here(), CatalogueAsked()).feeds
    wanted = request.args.get("category", "")
    found = names()
    categories = {row.category: found.category(row.category) for row in every}
    return render_template(
        "feeds/catalogue.html",
        feeds=[row for row in every if wanted in ("", row.category)],
        categories=sorted(categories.items(), key=lambda one: one[1].casefold()),
        wanted=wanted,
        names=found,
    )


@FAMILY.form("/feeds/add", Need.SYSTEM)
def add() -> ResponseReturnValue:
    acts.add(*here(), taken(acts.add))
    return redirect(link("/feeds", said="feed_added"))


@FAMILY.form("/feeds/update", Need.SYSTEM)
def update() -> ResponseReturnValue:
    outcome = acts.update(*here(), taken(acts.update))
    if outcome.result in FINE:
        return redirect(link("/feeds", said=f"feed_{outcome.result}"))
    return _page(outcome)


@FAMILY.form("/feeds/switch", Need.SYSTEM)
def switch() -> ResponseReturnValue:
    acts.switch(*here(), taken(acts.switch))
    return redirect(link("/feeds", said="saved"))


@FAMILY.form("/feeds/remove", Need.SYSTEM)
def remove() -> ResponseReturnValue:
    acts.remove(*here(), taken(acts.remove))
    return redirect(link("/feeds", said="removed"))


def _page(outcome: FeedOutcome | None = None) -> str:
    found = acts.list_(*here(), Nothing())
    return render_template("feeds/index.html", feeds=found.feeds, names=names(), outcome=outcome)
