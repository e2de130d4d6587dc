"""Words are equal in both languages, every key that is used is there, and none stands in code."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

import kidgate.dashboard.web as web
from kidgate.dashboard.web.words import LANGUAGES, load_words

FOLDER = Path(web.__file__).parent
TEMPLATES = sorted((FOLDER / "templates").rglob("*.html"))
# A key that is whole in a template or in code; one that is put together is looked at by its head.
WHOLE = re.compile(r"\bw(?:\.number|\.named)?\(\s*'([a-z_0-9.]+)'\s*([,)~])")
NAMES = {"Kidgate", "WireGuard"}  # alike in every language


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys() -> None:
    vi, en = (set(load_words(language).texts) for language in LANGUAGES)
    assert vi == en


def test_sentence_takes_the_same_values_in_both_languages() -> None:
    vi, en = (load_words(language).texts for language in LANGUAGES)
    differ = {key for key in en if fields(vi[key]) != fields(en[key])}
    # A form of one thing may leave its number out.
    assert {key for key in differ if not key.endswith(".one")} == set()


def test_no_sentence_is_empty_or_left_in_the_other_language() -> None:
    vi, en = (load_words(language).texts for language in LANGUAGES)
    assert all(text.strip() for text in (*vi.values(), *en.values()))
    same = {key for key in en if en[key] == vi[key] and len(en[key].split()) > 3}
    assert same == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_uses_keys_that_are_there(path: Path) -> None:
    texts = load_words("en").texts
    heads = {
        ".".join(key.split(".")[:n]) + "." for key in texts for n in range(1, key.count(".") + 1)
    }
    for match in WHOLE.finditer(path.read_text(encoding="utf-8")):
        key, after = match.groups()
        number = ".number" in match.group()
        if after == "~" or ".named" in match.group():
            assert key.rstrip(".") + "." in heads, key
        else:
            assert (f"{key}.other" if number else key) in texts, key


class Literal(HTMLParser):
    """Text and spoken attributes of a page whose expressions were taken out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found += [data]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        spoken = ("title", "alt", "placeholder", "aria-label", "data-ask")
        self.found += [value or "" for name, value in attrs if name in spoken]


def literals(text: str) -> Iterator[str]:
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.S)
    bare = re.sub(r"<(style|script)\b.*?</\1>", "", bare, flags=re.S)
    parser = Literal()
    parser.feed(bare)
    for found in parser.found:
        words = re.findall(r"[^\W\d_]{2,}", found)
        yield from (word for word in words if word not in NAMES)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_says_nothing_by_itself(path: Path) -> None:
    assert list(literals(path.read_text(encoding="utf-8"))) == []
