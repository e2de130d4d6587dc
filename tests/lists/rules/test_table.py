"""A table of rules against asking each of them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.lists.faults import IndexFault
from kidgate.lists.rules.matching import Matcher, Question
from kidgate.lists.rules.refusals import RuleRefused
from kidgate.lists.rules.table import NO_HITS, RuleHits, RuleTable, build
from kidgate.lists.rules.text import Rule, parse
from kidgate.policies.model import ASKED, Asked
from tests.lists.rules import written
from tests.lists.rules.reference import matches


def table(*texts: str, feed: int = 0) -> RuleTable:
    return RuleTable(memoryview(build((feed, text) for text in texts)))


def holds(text: str, question: Question) -> bool:
    matcher = Matcher(parse(text))
    return matcher.needle in question.lower and matcher.holds(question)


def scanned(rules: Iterable[tuple[int, str]], question: Question, *, by_host: bool) -> RuleHits:
    """What a table finds, by asking every rule."""
    parsed = [(feed, parse(text)) for feed, text in rules]
    held = [
        (feed, rule)
        for feed, rule in parsed
        if holds(str(rule), question) and (rule.by_host_alone or not by_host)
    ]
    lifted = {f for f, rule in held if rule.exception}
    all_lifted = {f for f, rule in held if rule.exception and rule.conditions.important}
    blocking = [(f, rule) for f, rule in held if not rule.exception]
    important = {f for f, rule in blocking if rule.conditions.important} - all_lifted
    blocked = {f for f, rule in blocking if f in important or f not in lifted}
    excepted = {f for f, rule in held if rule.lifts_names}
    return RuleHits(
        tuple((f, "") for f in sorted(blocked)),
        tuple((f, "") for f in sorted(excepted)),
        frozenset(important),
    )


def without_texts(hits: RuleHits) -> RuleHits:
    return RuleHits(
        tuple((f, "") for f, _ in sorted(hits.blocked)),
        tuple((f, "") for f, _ in sorted(hits.excepted)),
        hits.important,
    )


texts = st.builds(
    lambda rule, exception, conditions: str(Rule(rule.kind, rule.body, exception, conditions)),
    written.rules,
    st.booleans(),
    written.conditions(),
)
asked = st.builds(
    Asked,
    scheme=st.sampled_from(["http", "https"]),
    port=st.sampled_from([80, 443, 8443]),
    initiator=st.one_of(st.just(""), written.hosts),
    resource=st.sampled_from(["", "document", "script", "image", "empty", "unheard-of"]),
)


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.integers(0, 2), texts), max_size=12),
    st.lists(st.tuples(written.hosts, written.targets, asked), min_size=1, max_size=4),
)
def test_table_finds_what_a_scan_finds(
    rules: list[tuple[int, str]], visits: list[tuple[str, str, Asked]]
):
    found = RuleTable(memoryview(build(rules)))
    assert len(found) == len({text for _, text in rules})
    for host, target, said in visits:
        by_url = without_texts(found.find(host, target, said))
        assert by_url == scanned(rules, Question(host, target, said), by_host=False)
        by_name = without_texts(found.find(host, "", said))
        assert by_name == scanned(rules, Question(host, "", said), by_host=True)
        assert by_url == by_name or found.may_depend_on_url(host)


@settings(max_examples=300)
@given(written.rules, written.hosts, written.targets, asked)
def test_rule_without_conditions_holds_where_its_regular_expression_matches(
    rule: Rule, host: str, target: str, said: Asked
):
    whole = f"{rule}{'' if str(rule).endswith('$') else '$'}all"
    question = Question(host, target, said)
    assert holds(whole, question) is matches(rule, question.lower)


@given(st.lists(st.tuples(st.integers(0, 3), texts), max_size=20), st.randoms())
def test_bytes_of_a_table_do_not_hang_on_the_order_of_its_rules(rules, random):
    shuffled = [*rules, *rules]
    random.shuffle(shuffled)
    assert build(shuffled) == build(rules)


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("||ads.example^$3p", Asked(initiator="news.example"), True),
        ("||ads.example^$3p", Asked(initiator="www.ads.example"), False),
        ("||ads.example^$3p", Asked(), False),
        ("||ads.example^$1p", Asked(), False),
        ("||ads.example^$1p", Asked(initiator="ads.example"), True),
        ("||ads.example^$3p", Asked(initiator="news.example", resource="document"), False),
        ("||ads.example^$1p", Asked(initiator="news.example", resource="document"), True),
        ("||ads.example^$script", Asked(resource="script"), True),
        ("||ads.example^$script", Asked(resource="worker"), True),
        ("||ads.example^$script", Asked(resource="image"), False),
        ("||ads.example^$script", Asked(), False),
        ("||ads.example^$script", Asked(resource="SCRIPT"), False),
        ("||ads.example^$~script", Asked(), True),
        ("||ads.example^$~script", Asked(resource="script"), False),
        ("||ads.example^$~script", Asked(resource="document"), True),
        ("*/banner", Asked(), True),
        ("*/banner", Asked(resource="image"), True),
        ("*/banner", Asked(resource="document"), False),
        ("*/banner$all", Asked(resource="document"), True),
        ("*/banner$domain=news.example", Asked(initiator="www.news.example"), True),
        ("*/banner$domain=news.example", Asked(initiator="oldnews.example"), False),
        ("*/banner$domain=news.example", Asked(), False),
        ("*/banner$domain=~news.example", Asked(), False),
        ("*/banner$domain=~news.example", Asked(initiator="a.example"), True),
        ("*/banner$domain=~news.example", Asked(initiator="x.news.example"), False),
        ("*$domain=news.example|~x.news.example", Asked(initiator="x.news.example"), False),
        ("*$domain=a.x.news.example|~x.news.example", Asked(initiator="a.x.news.example"), True),
        ("*$domain=news.*", Asked(initiator="www.news.co.uk"), True),
        ("*$domain=news.*", Asked(initiator="news.evil.co.uk"), False),
        ("*$domain=192.0.2.1", Asked(initiator="192.0.2.1"), True),
        ("||example^$denyallow=b.example,domain=c.example", Asked(initiator="c.example"), True),
        ("||example^$denyallow=ads.example,domain=c.example", Asked(initiator="c.example"), False),
        ("*/Banner$match-case", Asked(), False),
        ("*/banner$match-case", Asked(), True),
        ("/BANNER/$match-case", Asked(), False),
        ("/BANNER/", Asked(), True),
        ("|http://", Asked(scheme="http", port=80), True),
        ("|http://", Asked(), False),
        ("||ads.example:8443^", Asked(port=8443), True),
        ("||ads.example:8443^", Asked(), False),
        (r"^/^ads\.example\/banner/", Asked(), True),
        (r"~/^ads\.example$/", Asked(resource="document"), True),
        ("||*ds.ex*^", Asked(), True),
    ],
)
def test_conditions(text: str, said: Asked, expected: bool):
    found = table(text).find("ads.example", "/banner?x", said)
    assert found.blocked == (((0, text),) if expected else ())


def test_rule_for_a_name_says_nothing_of_addresses_that_end_alike():
    assert not table("||2.1^$1p", "||2.*^").find("192.0.2.1", "/").blocked
    assert table("||192.0.*^").find("192.0.2.1").blocked
    assert table("||192.0.2.1/x_").find("192.0.2.1", "/x_").blocked


def test_ipv6_addresses_are_looked_at_in_brackets():
    assert table("|https://%5b", "*/x_").find("2001:db8::1", "/x_").blocked == ((0, "*/x_"),)


def test_without_a_target_only_rules_about_hosts_are_asked():
    rules = ["||ad*.example^", "||ads.example^$3p", "*ads", "/ads/", "^/ads/", "~/^b/"]
    said = Asked(initiator="b.example", resource="script")
    found = table(*rules)
    assert found.find("ads.example", "", said).blocked == ((0, "||ad*.example^"),)
    assert found.find("b.example").blocked == ((0, "~/^b/"),)


@pytest.mark.parametrize(
    ("text", "host", "may"),
    [
        ("||ads.example/x_", "ads.example", True),
        ("||ads.example/x_", "www.ads.example", True),
        ("||ads.example/x_", "example", False),
        ("|https://ads.example/x_", "ads.example", True),
        ("@@||ads.example^$script", "ads.example", True),
        ("||ads*.example^", "ads1.example", False),
        ("~/ads/", "ads.example", False),
        ("||ads*.example^$3p", "a.example", True),
        ("*/ads_", "a.example", True),
        ("/ads_/", "a.example", True),
        ("*$domain=a.example", "b.example", True),
    ],
)
def test_hosts_whose_urls_matter(text: str, host: str, may: bool):
    assert table(text).may_depend_on_url(host) is may


def found_of(*texts: str) -> RuleHits:
    return table(*texts).find("ads.example", "/ok/banner", Asked(resource="script"))


def test_exception_lifts_rules_of_its_feed():
    assert found_of("*/banner", "@@*/ok/") == NO_HITS
    two = RuleTable(memoryview(build([(0, "*/banner"), (1, "*/banner"), (1, "@@*/ok/")])))
    assert two.find("ads.example", "/ok/banner").blocked == ((0, "*/banner"),)


def test_exception_of_a_type_lifts_no_name():
    assert found_of("@@||ads.example^$script").excepted == ()
    assert found_of("@@||ads.example/ok/").excepted == ((0, "@@||ads.example/ok/"),)


def test_important_rule_stands_against_exceptions_that_are_not():
    text = "*/banner$important"
    assert found_of(text, "@@*/ok/") == RuleHits(((0, text),), (), frozenset({0}))
    assert found_of(text, "@@*/ok/$important") == NO_HITS
    assert found_of("*/banner", "@@*/ok/$important") == NO_HITS


def test_hit_names_the_rule_that_says_most_of_the_host():
    rules = ["*/banner", "|https://ads.example/", "||ads.example/ok/", "/banner$/"]
    assert found_of(*rules).blocked == ((0, "||ads.example/ok/"),)


def test_rule_of_many_feeds_names_each():
    built = build([(3, "*/banner"), (1, "*/banner"), (3, "*/banner")])
    assert RuleTable(memoryview(built)).find("a.example", "/banner").blocked == (
        (1, "*/banner"),
        (3, "*/banner"),
    )


def test_no_rules_are_no_table():
    assert build([]) == b""
    assert len(RuleTable(memoryview(b""))) == 0
    assert RuleTable(memoryview(b"")).find("a.example", "/") == NO_HITS
    assert not RuleTable(memoryview(b"")).may_depend_on_url("a.example")


def test_text_that_is_no_rule_is_not_built():
    with pytest.raises(RuleRefused):
        build([(0, "a.example")])


def test_damaged_table_is_a_fault():
    built = build([(0, "*/banner")])
    for damaged in (built[:10], b"KGRX" + built[4:], built[:8], built[: len(built) // 2], b"x"):
        with pytest.raises(IndexFault, match="feed rebuild"):
            RuleTable(memoryview(damaged))


def test_pages_of_one_host_are_all_found_and_make_its_urls_matter():
    rules = [f"||sites.example/view/page{n}_" for n in range(2000)]
    found = table(*rules, *(f"@@||x.example^$denyallow=d{n}.example" for n in range(100)))
    for n in range(0, 2000, 37):
        hits = found.find("www.sites.example", f"/view/page{n}_x")
        assert hits.blocked == ((0, rules[n]),)
    assert found.may_depend_on_url("sites.example")


def test_rules_that_crowd_one_word_are_cut(caplog: pytest.LogCaptureFixture):
    found = table(*(f"*/ads/$domain=~d{n}.example" for n in range(1200)))
    assert "`/ads/` are too many" in caplog.text
    said = Asked(initiator="e.example")
    assert found.find("a.example", "/ads/", said).blocked
    question = Question("a.example", "/ads/", said)
    assert len(found._search._candidates(question)) == 500  # type: ignore[union-attr]


def test_long_hostile_address_is_asked_in_full():
    found = table("*/banner", "||ads*.example^$script", "/ba+nner.{3,}x$/", "*q*q*q*q*q*x|")
    target = "/q" * 30_000 + "/banner"
    assert found.find("a.example", target, ASKED).blocked == ((0, "*/banner"),)
