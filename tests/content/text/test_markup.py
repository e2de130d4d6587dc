from __future__ import annotations

from pathlib import Path

import pytest

from kidgate.content.text.markup import NOTHING, STEP, attributes, plain
from tests.content.text.vectors import members, tokenizer_cases


def characters(source: str) -> str:
    """What the grammar leaves as text, as a tokenizer in its data state does."""
    text = ""
    for match in STEP.finditer(source.replace("\0", NOTHING)):
        text += plain(match[1])
        if match[0] == match[1] + "<":
            text += "<"
    return text.replace(NOTHING, "")


def shown(text: str) -> str:
    """Without control codes and noncharacters, which nobody sees."""
    return "".join(c for c in text if c.isprintable() or c in "\t\n\f\x85\xa0" or c > "\u1fff")


@pytest.mark.shared
def test_step_when_html5lib_says_what_tokens_are(shared: Path) -> None:
    files = members(shared / "data/vectors/html/html5lib-encoding-tokenizer.tar.gz")
    cases = [case for case in tokenizer_cases(files) if case[0] != "<![CDATA[foo]]>"]  # html.py's
    wrong = [
        source
        for source, expected in cases
        if shown(characters(source)) != shown(expected).replace(NOTHING, "")
    ]
    assert len(cases) > 6000
    assert [source for source in wrong if not source.startswith("&#")] == []
    assert all(len(characters(source)) == 0 for source in wrong)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a</>b</ c>d", "abd"),
        ("a<!-->b<!--->c<!---->d<!-- > -- -!> --!>e", "abcde"),
        ("a<!-- never closed", "a"),
        ("a<!x>b<?y>c", "abc"),
        ("1 < 2 <3 <", "1 < 2 <3 <"),
        ('a<b title="x>y">c', "ac"),
        ("a<b title='x>y'>c", "ac"),
        ("a<b title=x>y", "ay"),
        ('a<b =">c', "ac"),
        ('a<b c"=d>e', "ae"),
        ('a<b c= "d>e">f', "af"),
        ('a<b c="d"e="f>g">h', "ah"),
        ("a<b c=>d", "ad"),
        ('a<b\u00a0=">c', "ac"),
        ('a<b c="never closed> d', "a"),
        ("a<b c", "a"),
        ("po&#114n &amp &notit; &AMP;", "porn & ¬it; &"),
    ],
)
def test_step_when_tags_are_odd(source: str, expected: str) -> None:
    assert characters(source) == expected


def test_attributes_when_written_in_every_way() -> None:
    found = attributes(""" a=1 B='2&amp;3' c="4>" d / e = 5 f=6/ a=7 ="8" g""")
    expected = {"a": "1", "b": "2&3", "c": "4>", "d": "", "e": "5", "f": "6/", '="8"': "", "g": ""}
    assert found == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("&#112;", "p"),
        ("&#x70", "p"),
        ("&#" + "0" * 5000 + "112;x", "px"),
        ("&#x" + "0" * 5000 + "70;x", "px"),
        ("&#" + "9" * 5000 + ";x", "\ufffdx"),
        ("&#xffffffffffff;x", "\ufffdx"),
        ("&#xd800;", "\ufffd"),
        ("&#;&#x;&", "&#;&#x;&"),
    ],
)
def test_plain_when_numbers_are_long(written: str, expected: str) -> None:
    assert plain(written) == expected
