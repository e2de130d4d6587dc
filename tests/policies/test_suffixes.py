"""Public suffixes: the official vectors with the real list, and the plain algorithm as a model."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.policies.names import InvalidName, canonical_host
from kidgate.policies.suffixes import Suffixes

RULES = ("com", "uk", "co.uk", "*.ck", "!www.ck", "github.io", "io", "公司.cn", "cn")
FAST = settings(max_examples=300, deadline=None, database=None)


@pytest.fixture(scope="module")
def public(shared: Path) -> Suffixes:
    """The rules of the real list, private section included."""
    path = shared / "data/vectors/psl/public_suffix_list.dat.gz"
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    return Suffixes(line.split()[0] for line in lines if line.strip() and not line.startswith("//"))


def site_or_none(suffixes: Suffixes, host: str) -> str | None:
    """The answer in the vectors' terms: nothing for no name and for a bare suffix."""
    try:
        name = canonical_host(host)
    except InvalidName:
        return None
    return None if suffixes.is_suffix(name) else suffixes.site_of(name)


def test_all_vectors_pass_when_asked_of_the_real_list(shared: Path, public: Suffixes) -> None:
    text = (shared / "data/vectors/psl/test_psl-a.txt").read_text()
    vectors = re.findall(r"^checkPublicSuffix\((null|'.*?'), (null|'.*?')\);", text, re.MULTILINE)
    assert len(vectors) == 44

    def differs(host: str, site: str) -> bool:
        expected = None if site == "null" else canonical_host(site.strip("'"))
        asked = "" if host == "null" else host.strip("'")
        return site_or_none(public, asked) != expected

    assert [vector for vector in vectors if differs(*vector)] == []


@pytest.mark.parametrize(
    ("host", "suffix", "site"),
    [
        ("example.com", "com", "example.com"),
        ("a.b.example.com", "com", "example.com"),
        ("com", "com", "com"),
        ("example.co.uk", "co.uk", "example.co.uk"),
        ("co.uk", "co.uk", "co.uk"),
        ("a.b.c.d.e.f.g.example.co.uk", "co.uk", "example.co.uk"),
        ("foo.ck", "foo.ck", "foo.ck"),
        ("a.foo.ck", "foo.ck", "a.foo.ck"),
        ("ck", "ck", "ck"),
        ("www.ck", "ck", "www.ck"),
        ("a.www.ck", "ck", "www.ck"),
        ("mai.github.io", "github.io", "mai.github.io"),
        ("a.mai.github.io", "github.io", "mai.github.io"),
        ("github.io", "github.io", "github.io"),
        ("a.xn--55qx5d.cn", "xn--55qx5d.cn", "a.xn--55qx5d.cn"),
        ("printer.home.unknown", "unknown", "home.unknown"),
        ("localhost", "localhost", "localhost"),
        ("192.0.2.11", "192.0.2.11", "192.0.2.11"),
        ("2001:db8::1", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_suffix_and_site_of_a_host(host: str, suffix: str, site: str) -> None:
    suffixes = Suffixes(RULES)

    assert (suffixes.suffix_of(host), suffixes.site_of(host)) == (suffix, site)


@pytest.mark.parametrize(
    ("expected", "hosts"),
    [
        (True, ["com", "github.io", "foo.ck", "ck", "unknown"]),
        (False, ["www.ck", "example.com", "192.0.2.11", "::1"]),
    ],
)
def test_is_suffix_when_many_sites_lie_below(expected: bool, hosts: list[str]) -> None:
    assert [Suffixes(RULES).is_suffix(host) for host in hosts] == [expected] * len(hosts)


def test_only_the_default_rule_holds_when_no_rule_is_given() -> None:
    assert Suffixes([]).site_of("a.example.co.uk") == "co.uk"


@pytest.mark.parametrize("rule", ["", "*", "!", "a..b", "a.*.b", "http://com", "com uk", "*.*.ck"])
def test_a_bad_rule_is_refused_when_built(rule: str) -> None:
    with pytest.raises(InvalidName):
        Suffixes(["com", rule])


def test_a_rule_is_one_rule_when_spelled_otherwise() -> None:
    suffixes = Suffixes(["CO.UK", "*.公司.cn", "!WWW.公司.CN"])

    assert suffixes.site_of("a.b.co.uk") == "b.co.uk"
    assert suffixes.suffix_of("a.b.xn--55qx5d.cn") == "b.xn--55qx5d.cn"
    assert suffixes.suffix_of("www.xn--55qx5d.cn") == "xn--55qx5d.cn"


names = st.lists(st.sampled_from("abcd"), min_size=1, max_size=6).map(".".join)
marks = st.sampled_from(["", "", "*."])


def longest_rule(rules: set[str], host: str) -> str:
    """The algorithm as publicsuffix.org words it, rule by rule."""
    labels = host.split(".")

    def matches(rule: str) -> bool:
        wanted = rule.split(".")
        end = labels[-len(wanted) :]
        return len(end) == len(wanted) and all(
            w in ("*", e) for w, e in zip(wanted, end, strict=True)
        )

    exceptions = [rule for rule in rules if rule.startswith("!") and matches(rule[1:])]
    if exceptions:
        length = exceptions[0].count(".")
    else:
        length = max([r.count(".") + 1 for r in rules if matches(r)], default=1)
    return ".".join(labels[-length:])


@FAST
@given(st.sets(st.tuples(marks, names).map("".join), max_size=12), names)
def test_suffix_is_that_of_the_longest_rule(rules: set[str], host: str) -> None:
    suffixes = Suffixes(rules)
    suffix = longest_rule(rules, host)

    assert suffixes.suffix_of(host) == suffix
    below = host.removesuffix(suffix).rstrip(".").rpartition(".")[2]
    assert suffixes.site_of(host) == (f"{below}.{suffix}" if below else host)


@FAST
@given(names.filter(lambda name: "." in name), names)
def test_an_exception_wins_over_its_wildcard(name: str, host: str) -> None:
    rules = {f"*.{name.partition('.')[2]}", f"!{name}"}

    assert Suffixes(rules).suffix_of(host) == longest_rule(rules, host)


def test_each_rule_is_a_suffix_when_real(shared: Path, public: Suffixes) -> None:
    path = shared / "data/vectors/psl/public_suffix_list.dat.gz"
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    plain = [line for line in lines if line and line[0] not in "/*!"]
    assert len(plain) > 9000

    for rule in plain:
        name = canonical_host(rule)
        assert public.is_suffix(name)
        assert public.site_of(f"a.b.{name}") in (f"b.{name}", f"a.b.{name}")
