"""By which texts rules are found."""

from __future__ import annotations

import pytest

from kidgate.lists.rules.keys import By, Chooser, Keys, host_of, tells, tokens
from kidgate.lists.rules.text import parse


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("||a.example^$3p", "a.example"),
        ("||a.example/x_", "a.example"),
        ("||a.example^*/x_", "a.example"),
        ("||a.example:81^", "a.example"),
        ("||a.example?x", "a.example"),
        ("||a.example|$script", "a.example"),
        ("|https://a.example/x_", "a.example"),
        ("||a.exam", ""),
        ("||a.example*x/", ""),
        ("||a*.example^", ""),
        ("|https://a.exam", ""),
        ("*a.example/x_", ""),
        ("/a.example/", ""),
    ],
)
def test_host_that_a_rule_is_about(text: str, host: str):
    assert host_of(parse(text)) == host


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("*/ads/banner.", ["ads", "banner"]),
        ("*ads/banner", []),
        ("*/ads*/xx-yy^", ["xx", "yy"]),
        ("*.swf|", ["swf"]),
        ("||ads.ban*.a1^", ["ads", "a1"]),
        ("|https://ads.", ["https", "ads"]),
        ("*%2fads^", []),
        ("*/%2fads^", ["%2fads"]),
        ("/ads.banner/", []),
    ],
)
def test_whole_words_of_a_rule(text: str, words: list[str]):
    assert list(tokens(parse(text))) == words


def keys_of(text: str, *others: str) -> Keys:
    rules = [parse(each) for each in (text, *others)]
    return Chooser(rules).keys(rules[0])


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("||a.example/x_", Keys(By.TOKEN, ["a.example"])),
        ("*/ads/banner.", Keys(By.TOKEN, ["banner"])),
        ("*.com/ads", Keys(By.LITERAL, [".com/ads"])),
        ("*adserver", Keys(By.LITERAL, ["adserver"])),
        ("*.com/", Keys(By.NOTHING, ())),
        ("||*xads*.example^", Keys(By.TOKEN, ["example"])),
        ("||*keyword*^", Keys(By.LITERAL, ["keyword"])),
        ("/(ads|banner)[0-9]/", Keys(By.LITERAL, ["ads", "banner"])),
        ("*$domain=a.example|b.*", Keys(By.TOKEN, ["<a.example", "<b.*"])),
        ("|https://$domain=a.example", Keys(By.TOKEN, ["<a.example"])),
        (r"/^https?:\/\/[a-z]+\.com\//", Keys(By.NOTHING, ())),
        ("~/^[a-z]{20}$/", Keys(By.NOTHING, ())),
    ],
)
def test_key_of_a_rule(text: str, keys: Keys):
    assert keys_of(text) == keys


def test_rarer_word_is_the_key():
    assert keys_of("*/ads/banner.", "*/banner/1_").texts == ["ads"]


def test_crowded_word_is_left_for_a_telling_text():
    crowd = [f"*/ads/*x{n}_" for n in range(70)]
    assert keys_of("*/ads/banner", *crowd) == Keys(By.LITERAL, ["/ads/banner"])


@pytest.mark.parametrize(
    "text", ["*ttps:*ab*q1", "*.com/", "||www.*^", "||*.com^", "*/a^b", "*-in"]
)
def test_pattern_of_nothing_but_common_texts_tells_nothing(text: str):
    assert not tells(parse(text))


def test_host_of_very_many_pages_leaves_most_to_their_words():
    rules = [parse(f"||sites.example/view/page{n}_") for n in range(200)]
    chooser = Chooser(rules)
    keys = [chooser.keys(rule).texts for rule in rules]
    assert keys[0] == ["sites.example"]
    assert keys.count(["sites.example"]) < 100
    assert keys[-1] != ["sites.example"]
