"""Rules and addresses made up by Hypothesis, of few letters so that they often match."""

from __future__ import annotations

from hypothesis import strategies as st

from kidgate.lists.rules.conditions import Conditions
from kidgate.lists.rules.patterns import spelled
from kidgate.lists.rules.resources import ALL
from kidgate.lists.rules.text import Kind, Rule

labels = st.sampled_from(["a", "ab", "ads", "b-c", "x1"])
hosts = st.builds(
    lambda below, tld: ".".join([*below, tld]),
    st.lists(labels, min_size=1, max_size=4),
    st.sampled_from(["com", "vn", "co.uk"]),
)
targets = st.text(st.sampled_from("ab/?&=-_.%2F1"), max_size=14).map(
    lambda text: "/" + text.replace("%", "%2F").replace("//", "/")
)
bodies = st.text(st.sampled_from("ab/.*^-_?&=s1"), min_size=1, max_size=10)
patterns = st.builds(
    lambda start, host, body, end: spelled(start + host + body + end, match_case=False),
    st.sampled_from(["", "|", "||", "|https://", "*"]),
    st.one_of(st.just(""), hosts),
    bodies,
    st.sampled_from(["", "^", "|", "^|", "*"]),
)
globs = st.text(st.sampled_from("ab*.sdx1"), min_size=1, max_size=8)
regexes = st.sampled_from(
    [
        r"^ads?\.",
        "a[0-9]+",
        "(ab|ads)+",
        r"\.com$",
        "a.b",
        "x1?",
        "b{2,3}",
        "[^a]s",
        r"ads/\w+-",
        ".",
    ]
)
rules = st.one_of(
    st.builds(Rule, st.just(Kind.PATTERN), patterns),
    st.builds(Rule, st.just(Kind.HOST_GLOB), globs),
    st.builds(Rule, st.sampled_from([Kind.HOST_REGEX, Kind.PAGE_REGEX, Kind.URL_REGEX]), regexes),
)
names = st.lists(hosts | labels.map(lambda label: f"{label}.*"), max_size=3).map(
    lambda names: tuple(sorted(set(names)))
)


@st.composite
def conditions(draw: st.DrawFn) -> Conditions:
    only = draw(st.one_of(st.just(0), st.integers(0, ALL)))
    every = draw(st.booleans()) and not only
    return Conditions(
        important=draw(st.booleans()),
        match_case=draw(st.booleans()),
        every_type=every,
        only=only,
        never=0 if only else draw(st.one_of(st.just(0), st.integers(0, ALL))),
        party=draw(st.sampled_from(["", "1p", "3p"])),
        initiators=draw(names),
        not_initiators=draw(names),
        not_hosts=draw(st.lists(hosts, max_size=2).map(lambda n: tuple(sorted(set(n))))),
    )
