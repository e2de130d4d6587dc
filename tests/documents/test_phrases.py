"""The house's own phrase lists, strictly read."""

from __future__ import annotations

import pytest

from kidgate.documents.phrases import own_phrases, phrases_of
from kidgate.documents.strict_yaml import read
from kidgate.policies.phrases import Phrase

GOOD = """\
category: gambling
language: vi
phrases:
  nổ hũ: 30
  lồn: 40
together:
  - [[nạp tiền, rút tiền], 25]
  - [[soi cầu, lễ hội], -5]
context: {cai nghiện: -30}
safe_folded: [no hu]
never_folded: [cai nghiện]
"""


def faults(text: str) -> list[str]:
    document = read(text, "x.yaml")
    phrases_of(document)
    return [str(fault) for fault in document.faults]


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def test_rows_say_what_the_file_says_and_where() -> None:
    document = read(GOOD, "x.yaml")
    rows = phrases_of(document)
    assert not document.faults
    assert rows == (
        Phrase(("nổ hũ",), 30, "gambling", "x.yaml:4", safe_folded=True),
        Phrase(("lồn",), 40, "gambling", "x.yaml:5"),
        Phrase(("cai nghiện",), -30, "gambling", "x.yaml:9", never_folded=True),
        Phrase(("nạp tiền", "rút tiền"), 25, "gambling", "x.yaml:7"),
        Phrase(("soi cầu", "lễ hội"), -5, "gambling", "x.yaml:8"),
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "x.yaml:1: needs `category`"),
        (changed("gambling", "gamling"), "x.yaml:1: `category`: must be one of `adult`, "),
        (changed("language: vi", "language: fr"), "x.yaml:2: `language`: must be one of `vi`"),
        (changed("nổ hũ: 30", "nổ hũ: 130"), "x.yaml:4: `phrases.nổ hũ`: must be a number from 1"),
        (changed("nổ hũ: 30", "nổ hũ: -3"), "x.yaml:4: `phrases.nổ hũ`: must be a number from 1"),
        (changed("nổ hũ: 30", "nổ hũ: much"), "x.yaml:4: `phrases.nổ hũ`: must be a number"),
        (changed("nổ hũ: 30", "nổ  hũ: 30"), "x.yaml:4: `phrases.nổ  hũ`: `nổ  hũ` has blanks"),
        (changed("nổ hũ: 30", "'?!': 30"), "x.yaml:4: `phrases.?!`: `?!` holds no letter"),
        (changed("lồn: 40", "nổ hũ: 40"), "x.yaml:5: key `nổ hũ` is there twice"),
        (changed("nghiện: -30", "nghiện: 30"), "x.yaml:9: `context.cai nghiện`: must be a number"),
        (changed("{cai nghiện: -30", "{lồn: -30"), "x.yaml:9: `context`: `lồn` is among the phr"),
        (changed("[no hu]", "[no hu hu]"), "x.yaml:10: `safe_folded`: `no hu hu` is none of the"),
        (changed("[[nạp tiền, rút tiền], 25]", "[nạp tiền, 25]"), "x.yaml:7: `together`: must be"),
        (changed("rút tiền], 25", "nạp tiền], 25"), "x.yaml:7: `together`: needs two texts"),
        (changed("[nạp tiền, rút tiền]", "[nạp tiền]"), "x.yaml:7: `together`: needs two texts"),
        (changed("rút tiền], 25", "rút tiền], 0"), "x.yaml:7: `together`: must be a number"),
        (changed("together:", "togther:"), "x.yaml:6: unknown key `togther`; did you mean `toge"),
        (
            "category: every\nlanguage: en\nphrases: {a: 3}",
            "x.yaml:1: `category: every` takes only",
        ),
    ],
)
def test_mistake_is_told_with_its_line(text: str, fault: str) -> None:
    assert any(found.startswith(fault) for found in faults(text)), faults(text)


def test_all_mistakes_are_told_at_once() -> None:
    text = changed("nổ hũ: 30", "nổ hũ: 0").replace("nghiện: -30", "nghiện: 3").replace("25]", "x]")
    assert [found.split(":")[1] for found in faults(text)] == ["7", "4", "9"]


def test_context_for_every_category_has_none() -> None:
    (row,) = phrases_of(read("category: every\nlanguage: en\ncontext: {hospital: -9}", "x.yaml"))
    assert row.category == ""


def test_own_lists_are_sound() -> None:
    rows = own_phrases()
    assert len(rows) > 1000
    assert {row.category for row in rows} >= {"adult", "gambling", "drugs", "self_harm", "scam"}
    assert not any(row.loose for row in rows)


def test_own_files_hold_one_category_and_language_each() -> None:
    for row in own_phrases():
        file = row.source.removeprefix("phrases/").partition(".yaml:")[0]
        assert file.partition("_")[0] in ("vi", "en")
        assert file.partition("_")[2] == (row.category or "every")
