"""Whether a host borrows the name of a brand that it is not: a score with evidence.

Pure: the host is one canonical name, the registry (`policies/tiers/brands.yaml`) comes compiled as
`Brands`. Where a brand is named is found in `lookalike_places.py`; here stands what each finding
weighs. Whether a score warns or blocks is for `policies.deciders` to say, which site is exempt for
`policies.site`. The weights were set on one half of the lists and measured on the other:
`python -m benchmarks lookalike`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from kidgate.content.lookalike_beside import SCRAP, Beside, beside
from kidgate.content.lookalike_brands import Brands
from kidgate.content.lookalike_places import Name, Place, name_of, places
from kidgate.policies.likeness import Evidence, Likeness
from kidgate.policies.names import is_address, parents
from kidgate.policies.snapshot import PolicySnapshot

# How plainly the brand is named in the label that was registered.
NAMED = {
    "letters": 90.0,  # nobody writes `vıetcombank` by mistake
    "shape_exact": 75.0,
    "host": 70.0,
    "shape_word": 65.0,
    "marks": 65.0,
    "swap_exact": 60.0,
    "swap_word": 50.0,
    "typo_long_exact": 55.0,
    "typo_long_word": 45.0,
    "typo_exact": 50.0,
    "typo_word": 30.0,
    "shape_glued": 45.0,
    "split": 40.0,
    "exact": 40.0,
    "word": 40.0,
    "glued": 30.0,
    "common_exact": 30.0,
    "common_word": 20.0,
    "common_glued": 20.0,
}
BELOW = -10.0  # it stands below what was registered: roblox.fandom.com, shopee.zendesk.com
SHORT = -10.0  # a common spelling of three letters or fewer
NOBODY_ELSE = 20.0  # a spelling under which nobody else has business
AUTHORITY = 15.0  # police and government live under gov.vn alone
BAIT, MORE_BAIT = 25.0, 10.0
FAKE_ENDING = 20.0
DIGITS, ONLY_DIGITS = 10.0, 20.0
SOME = 5.0  # digits beside a brand that others talk about: youtube-mp3
NOTHING_ELSE = 10.0  # brand, bait, fillers and digits: a name that has no other reason to exist
ONLY_BAIT = 20.0  # the same, beside a common spelling
HYPHENS, MANY = 5.0, 3
RISKY, FREE = 20.0, 20.0
VOUCHED, CLOSED = -30.0, -40.0
VOUCHED_AUTHORITY = -15.0  # whoever took its whole name beside gov.vn
A_SLIP = 75.0  # the most that a slip of the pen counts without bait: below what blocks

PLAIN = ("host", "exact", "word", "glued", "split", "shape_exact", "shape_word", "shape_glued")
AUTHORITIES = ("police", "government")


def score(host: str, brands: Brands) -> Likeness | None:
    """The worst of what a canonical host imitates; None when it names no brand, or is the brand.

    What it adds that the house has not met the site before stands in `Likeness.first_seen`.
    """
    above = parents(host)
    if is_address(host) or not brands.trusted.isdisjoint(above):
        return None
    name = name_of(host, brands)
    named = list(places(name, brands))
    if any(_its_own(place, name, brands) for place in named):
        return None
    found = [_likeness(place, name, brands) for place in named]
    return max(filter(None, found), key=_rank, default=None)


def with_lookalikes(snapshot: PolicySnapshot) -> PolicySnapshot:
    """The snapshot, able to tell look-alikes: what the worker, `kidgate check` and policy tests
    decide with. Nothing is compiled before the first host is asked for."""
    brands = Brands(snapshot.brands, snapshot.lookalike, snapshot.suffixes, snapshot.shared_hosting)
    return snapshot.with_likeness(partial(score, brands=brands))


def _rank(likeness: Likeness) -> tuple[float, int, str]:
    """The highest score; of equals the longest spelling: `shopeepay` is no `shopee`."""
    return likeness.score, len(likeness.evidence[0].said), likeness.brand


def _its_own(place: Place, name: Name, brands: Brands) -> bool:
    """Whether the brand owns its name under this ending: google.de, twitter.github.io."""
    plain = place.own and place.how in ("exact", "common_exact")
    if not (plain and place.brand.everywhere and place.said == place.brand.key):
        return False
    if name.ending in brands.shared_hosting:
        return name.ending in brands.accounts
    return _top(name.ending) not in brands.risky


def _likeness(place: Place, name: Name, brands: Brands) -> Likeness | None:
    around = beside(place, brands)
    if place.how == "common_glued" and not around.explained:
        return None  # `pineapple` holds no apple
    evidence = [*_named(place), *_around(place, around, name), *_ending(place, name, brands)]
    slip = place.how.startswith("typo") and not (around.bait or around.fake_endings)
    ceiling = A_SLIP if slip else 100.0
    row = place.brand
    return Likeness(
        brand=row.key,
        title=row.title,
        english=row.english or row.title,
        kind=row.kind,
        site=row.site or row.hosts[0],
        score=max(0.0, min(ceiling, sum(item.weight for item in evidence))),
        evidence=tuple(evidence),
        ceiling=ceiling,
    )


def _named(place: Place) -> Iterator[Evidence]:
    yield Evidence(place.how, place.said, NAMED[place.how])
    if not place.own:
        yield Evidence("below", "", BELOW)
    elif place.how in PLAIN and not place.brand.discussed:
        yield Evidence("nobody_else", place.brand.key, NOBODY_ELSE)
    if place.is_common and len(place.said) <= SCRAP:
        yield Evidence("short", place.said, SHORT)
    if place.brand.kind in AUTHORITIES:
        yield Evidence("authority", place.brand.kind, AUTHORITY)


def _around(place: Place, around: Beside, name: Name) -> Iterator[Evidence]:
    if around.bait:
        more = MORE_BAIT if len(around.bait) > 1 else 0.0
        yield Evidence("bait", " ".join(around.bait), BAIT + more)
    if around.fake_endings:
        yield Evidence("fake_ending", " ".join(around.fake_endings), FAKE_ENDING)
    if around.digits:
        weight = ONLY_DIGITS if around.only_digits else DIGITS
        yield Evidence("digits", around.digits, SOME if place.brand.discussed else weight)
    if around.explained:
        only_bait = place.is_common and bool(around.bait)
        yield Evidence("nothing_else", "", ONLY_BAIT if only_bait else NOTHING_ELSE)
    if sum(reading.text.count("-") for reading in name.readings) >= MANY:
        yield Evidence("hyphens", "", HYPHENS)


def _ending(place: Place, name: Name, brands: Brands) -> Iterator[Evidence]:
    top = _top(name.ending)
    if name.ending in brands.shared_hosting:
        yield Evidence("free_hosting", name.ending, FREE)
    elif top in brands.risky:
        yield Evidence("risky_ending", top, RISKY)
    if name.ending in brands.closed or top in brands.closed:
        yield Evidence("closed_ending", name.ending, CLOSED)
    elif top in brands.vouched:
        whole = place.brand.kind in AUTHORITIES and place.how in ("exact", "word")
        yield Evidence("vouched_ending", top, VOUCHED_AUTHORITY if whole else VOUCHED)


def _top(ending: str) -> str:
    return ending.rpartition(".")[2]
