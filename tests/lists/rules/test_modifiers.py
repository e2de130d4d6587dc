"""What stands after `$`."""

from __future__ import annotations

import pytest

from kidgate.lists.report import Skip
from kidgate.lists.rules.modifiers import read_modifiers
from kidgate.lists.rules.refusals import RuleRefused


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("", ""),
        ("third-party", "3p"),
        ("~first-party", "3p"),
        ("1p", "1p"),
        ("IMPORTANT,Match-Case", "important,match-case"),
        ("xhr,css,frame,doc", "document,stylesheet,subdocument,xmlhttprequest"),
        ("object-subrequest,background", "image,object"),
        ("~script,~xhr", "~script,~xmlhttprequest"),
        ("script,~image", "script"),
        ("script,ping,popup", "script"),
        ("~ping", ""),
        ("all,script", "all"),
        ("all,~document", "all,~document"),
        ("domain=B.example|~a.b.example|a.*", "domain=a.*|b.example|~a.b.example"),
        ("domain=a.example,from=b.example", "domain=a.example|b.example"),
        ("domain=München.example", "domain=xn--mnchen-3ya.example"),
        ("domain=a.example|", "domain=a.example"),
        ("denyallow=b.example|a.example", "denyallow=a.example|b.example"),
        ("___,~collapse, script", "script"),
    ],
)
def test_one_spelling(text: str, canonical: str):
    conditions, cancels = read_modifiers(text)
    assert str(conditions) == canonical
    assert not cancels
    assert read_modifiers(canonical)[0] == conditions


def test_badfilter_is_told_apart():
    conditions, cancels = read_modifiers("script,badfilter")
    assert str(conditions) == "script"
    assert cancels


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("csp=x", "csp"),
        ("removeparam", "removeparam"),
        ("redirect=noop.js,script", "redirect"),
        ("dnsrewrite=192.0.2.1", "dnsrewrite"),
        ("script,cookie", "cookie"),
        ("replace=/a/b/", "replace"),
        ("~important", "~important"),
        ("domain=a b", "domain=a b"),
        ("domain=", "domain="),
        ("denyallow=|", "denyallow="),
        ("popup", "popup"),
        ("3p,1p", "1p"),
        ("script,~script", "script,~script"),
    ],
)
def test_unknown_modifier_refuses_the_rule_and_is_named(text: str, named: str):
    with pytest.raises(RuleRefused, match=f"`{named}") as refused:
        read_modifiers(text)
    assert refused.value.reason is Skip.MODIFIER
