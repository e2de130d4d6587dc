"""Laws of the score: it never raises, spares official hosts, and brands do not hide each other."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.content.lookalike import A_SLIP, score
from kidgate.content.lookalike_brands import Brands
from kidgate.policies.deciders import THREAT_BLOCKS
from kidgate.policies.names import InvalidName, canonical_host
from tests.content.registry import shipped

SHIPPED = shipped()
FAST = settings(max_examples=300, deadline=None, database=None)
SPELLINGS = sorted({*SHIPPED.tokens, *SHIPPED.common})
PIECES = st.sampled_from(
    [*SPELLINGS, "login", "vn", "com", "gov", "x", "88", "dangnhap", "vip", "xn--pple-43d", "www"]
)
NAMES = st.lists(st.lists(PIECES, min_size=1, max_size=4).map("-".join), min_size=1, max_size=4)
ENDINGS = st.sampled_from(["com", "top", "vn", "com.vn", "gov.vn", "de", "weebly.com", "xyz"])
HOSTS = st.builds(lambda labels, ending: ".".join([*labels, ending]), NAMES, ENDINGS).filter(
    lambda host: len(host) < 250 and all(len(label) < 64 for label in host.split("."))
)


def canonical(text: str) -> str | None:
    try:
        return canonical_host(text)
    except InvalidName:
        return None


def value(host: str, brands: Brands) -> float:
    found = score(host, brands)
    return found.score if found else 0.0


@FAST
@given(st.one_of(st.text(max_size=80), st.text("abcixnlрое0189-.", max_size=120), HOSTS))
def test_score_never_raises_and_stays_in_its_range(text: str) -> None:
    host = canonical(text)
    if host is not None:
        found = score(host, SHIPPED)
        assert found is None or 0 <= found.score <= 100


@FAST
@given(st.text(min_size=1, max_size=40))
def test_any_label_is_read_when_it_is_not_ascii(text: str) -> None:
    host = canonical(f"{text}.com")
    if host is not None:
        score(host, SHIPPED)


@FAST
@given(st.sampled_from(sorted(SHIPPED.trusted)), st.lists(PIECES, max_size=3))
def test_official_hosts_and_all_below_them_are_never_hit(host: str, labels: list[str]) -> None:
    below = canonical(".".join([*labels, host]))
    assert below is None or score(below, SHIPPED) is None


@FAST
@given(HOSTS, st.sampled_from(SHIPPED.rows))
def test_adding_a_brand_never_lowers_another_ones_score(host: str, row: object) -> None:
    known = canonical(host)
    others = tuple(other for other in SHIPPED.rows if other is not row)
    if known is None:
        return
    found = score(known, SHIPPED)
    # A brand that owns the host, by its list or under any country's ending, settles it.
    if found is not None:
        assert found.score >= value(known, replace(SHIPPED, rows=others))


@FAST
@given(HOSTS)
def test_a_slip_of_the_pen_never_blocks_by_itself(host: str) -> None:
    found = score(host, SHIPPED)
    if found is not None and found.evidence[0].feature.startswith("typo"):
        words = {item.feature for item in found.evidence}
        assert found.first_seen().score <= A_SLIP < THREAT_BLOCKS or words & {"bait", "fake_ending"}


@FAST
@given(HOSTS)
def test_a_visit_before_never_makes_a_host_worse(host: str) -> None:
    known = canonical(host)
    found = score(known, SHIPPED) if known is not None else None
    if found is not None:
        assert found.score <= found.first_seen().score <= 100
