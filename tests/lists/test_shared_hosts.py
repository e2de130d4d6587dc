"""Names that are public suffixes themselves."""

from __future__ import annotations

import pytest

from kidgate.documents.suffixes import public_suffixes
from kidgate.lists.shared_hosts import bundled, from_rules
from kidgate.policies.suffixes import Suffixes

RULES = from_rules(["com", "co.uk", "github.io", "*.ck", "!www.ck", "xn--p1ai"])


@pytest.mark.parametrize("name", ["com", "co.uk", "github.io", "any.ck", "xn--p1ai"])
def test_suffix_is_shared(name: str):
    assert name in RULES


@pytest.mark.parametrize("name", ["a.com", "www.ck", "a.any.ck", "mai.github.io", "ck", "lan", ""])
def test_other_name_is_not_shared(name: str):
    assert name not in RULES


def test_bundled_rules_agree_with_the_policy_s_suffixes():
    suffixes = Suffixes(public_suffixes())
    names = [rule.lstrip("!*.") for rule in public_suffixes()[::7]]
    names = [name for rule in names for name in (rule, f"a.{rule}", f"a.b.{rule}")]
    assert [name for name in names if (name in bundled()) != suffixes.is_suffix(name)] == []
