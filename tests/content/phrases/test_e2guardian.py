"""Phrase lists of e2guardian, line by line."""

from __future__ import annotations

from random import Random

import pytest

from kidgate.content.phrases.account import Account, Example, Skip
from kidgate.content.phrases.e2guardian import DEEPEST, LONGEST_LINE, Reader
from kidgate.policies.phrases import EVERY, Phrase

HERE = "phraselists/ukenglish/gambling/weighted"


def read(
    *files: bytes | str, names: tuple[str, ...] = (HERE,), category: str = ""
) -> tuple[list[Phrase], Account]:
    """The first of the named files, which may include the others."""
    contents = {
        name: data.encode() if isinstance(data, str) else data
        for name, data in zip(names, files, strict=True)
    }

    def opened(target: str, beside: str) -> tuple[str, bytes] | None:
        return (target, contents[target]) if target in contents else None

    account = Account()
    reader = Reader(account, opened, category=category)
    assert reader.read(names[0])
    assert account.lines == (
        account.comments
        + account.blank
        + account.directives
        + account.accepted
        + account.duplicate
        + sum(account.skipped.values())
    )
    assert account.accepted == len(reader.phrases)
    return reader.phrases, account


@pytest.mark.parametrize(
    ("line", "texts", "weight"),
    [
        ("<casino><20>", ("casino",), 20),
        ("< Casino ><20>", (" casino ",), 20),
        ("<casino ><-20>", ("casino ",), -20),
        ("<casino><10%>", ("casino",), 10),
        ("<casino> <20>", ("casino",), 20),
        ("<casino><20> # a remark", ("casino",), 20),
        ("<casino><20>3 #remark", ("casino",), 20),
        ("<casino><170>", ("casino",), 100),
        ("<casino><-200>", ("casino",), -100),
        ("<casino>,<bonus ><20>", ("casino", "bonus "), 20),
        ("<casino> , < bonus><20>", ("casino", " bonus"), 20),
        ("<casino>,<casino>,<bonus>", ("casino", "bonus"), 100),
        ("<casino>", ("casino",), 100),
        ("<60 days><20>", ("60 days",), 20),
        ("<%63asino%20%41><20>", ("casino a",), 20),
        ("<100%adult><20>", ("100%adult",), 20),
        ("\ufeff<casino><20>\r", ("casino",), 20),
    ],
)
def test_line_is_a_phrase(line: str, texts: tuple[str, ...], weight: float) -> None:
    (phrase,), account = read(line)
    assert phrase == Phrase(texts, weight, "gambling", f"{HERE}:1", loose=True)
    assert (account.lines, account.accepted) == (1, 1)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("casino", Skip.NOT_A_PHRASE),
        ("<casino", Skip.MALFORMED),
        ("<casino<20>", Skip.MALFORMED),
        ("<casino><20", Skip.MALFORMED),
        ("<casino><20i>", Skip.MALFORMED),
        ("<casino><bonus><20>", Skip.MALFORMED),
        ("< casino,< bonus ><20>", Skip.MALFORMED),
        ("<a b> ,<c d", Skip.MALFORMED),
        ("<><20>", Skip.NO_WORDS),
        ("< - ><20>", Skip.NO_WORDS),
        ("<casino>,< ><20>", Skip.NO_WORDS),
        ("<ab><20>", Skip.TOO_GENERAL),
        ("<casino>,< ab><20>", Skip.TOO_GENERAL),
        ("<sexxx><60>", Skip.DISGUISE),
        ("<casino><0>", Skip.NO_WEIGHT),
        ("#time: every day 09:00 17:00", Skip.TIME_LIMIT),
        (".Include<nowhere>", Skip.INCLUDE),
        ("<" + "x" * 300 + "><20>", Skip.TOO_LONG),
        (",".join(f"<text {n}>" for n in range(30)) + "<20>", Skip.TOO_LONG),
        ("<" + "x" * LONGEST_LINE + "><20>", Skip.TOO_LONG),
    ],
)
def test_line_is_skipped_with_its_reason(line: str, reason: Skip) -> None:
    found, account = read(f"# first\n{line}\n")
    assert found == []
    assert account.skipped == {reason: 1}
    (example,) = account.examples[reason]
    assert (example.file, example.line) == (HERE, 2)


def test_lines_that_say_nothing_are_counted() -> None:
    _, account = read("\n  \n# one\n #two\n#noconvert\n#listcategory: x\n<casino><5>\n")
    assert (account.blank, account.comments, account.directives, account.accepted) == (2, 2, 2, 1)


def test_duplicate_is_counted_whatever_its_weight_and_order() -> None:
    text = "<a one>,<b two><5>\n<b two>,<a one><9>\n< a one>,<b two><5>\n<a one>,<b two><-5>\n"
    found, account = read(text)
    assert [phrase.weight for phrase in found] == [5, 5, -5]
    assert account.duplicate == 1


def test_examples_are_few_and_harmless_to_a_terminal() -> None:
    _, account = read("\x1b[31mred\n" * 9)
    assert account.skipped == {Skip.NOT_A_PHRASE: 9}
    assert account.examples[Skip.NOT_A_PHRASE][0] == Example(HERE, 1, "\ufffd[31mred")
    assert len(account.examples[Skip.NOT_A_PHRASE]) == 3


def test_include_brings_another_list_under_its_own_category() -> None:
    names = ("weightedphraselist", "phraselists/uk/gambling/weighted", "own/words")
    found, account = read(
        '#listcategory: "House"\n<first one><5>\n.Include<phraselists/uk/gambling/weighted>\n'
        ".include<own/words>\n<last one><5>",
        "<casino><5>",
        "<some word><5>",
        names=names,
    )
    assert [(phrase.texts[0], phrase.category) for phrase in found] == [
        ("first one", "house"),
        ("casino", "gambling"),
        ("some word", "house"),
        ("last one", "house"),
    ]
    assert account.files == list(names)
    assert (account.lines, account.directives) == (7, 3)


def test_list_that_includes_itself_is_read_once() -> None:
    found, account = read(".Include<b>\n<one a><5>", ".Include<a>\n<one b><5>", names=("a", "b"))
    assert len(found) == 2
    assert account.files == ["a", "b"]


def test_includes_within_one_another_have_an_end() -> None:
    names = tuple(f"list{n}" for n in range(DEEPEST + 3))
    _, account = read(*(f".Include<list{n + 1}>" for n in range(DEEPEST + 3)), names=names)
    assert account.skipped == {Skip.INCLUDE: 1}
    assert len(account.files) == DEEPEST + 1


def test_list_that_is_not_there_is_said() -> None:
    assert Reader(Account(), lambda _target, _beside: None).read("nowhere") is False


def test_exceptions_speak_for_every_category() -> None:
    found, account = read(
        "<medical journal>\n<biology>,<lesson>\n<bad word><5>", names=("exception",)
    )
    assert [(phrase.category, phrase.weight) for phrase in found] == [(EVERY, -100)] * 2
    assert account.skipped == {Skip.FOR_EVERY: 1}


def test_good_phrases_speak_for_every_category() -> None:
    (phrase,), _ = read("< hospital ><-20>", names=("phraselists/uk/goodphrases/weighted",))
    assert (phrase.category, phrase.weight) == (EVERY, -20)


def test_context_within_a_category_stays_there() -> None:
    (phrase,), _ = read("<breast>,<medical><-30>", names=("phraselists/uk/pornography/weighted",))
    assert (phrase.category, phrase.weight) == ("adult", -30)


def test_category_can_be_given() -> None:
    (phrase,), _ = read('#listcategory: "Sport"\n<casino><5>', category="gambling")
    assert phrase.category == "gambling"


def test_line_in_no_charset_is_skipped() -> None:
    found, account = read(b"<caf\xe9 noir><5>\n<\x81\x8d\x8f><5>\n<caf\xc3\xa9 bleu><5>")
    assert [phrase.texts[0] for phrase in found] == ["café noir", "café bleu"]
    assert account.skipped == {Skip.ENCODING: 1}


def test_any_bytes_are_accounted_for() -> None:
    random = Random(7)
    pieces = [b"<", b">", b",", b"<20>", b"casino", b" ", b"\n", b"#", b"%41", b"\xe9", b"\xff"]
    pieces += [b".Include<x>", b"#listcategory:", b"\x00", b"\r", b"-", b"><", b">,<"]
    for _ in range(400):
        read(b"".join(random.choices(pieces, k=random.randint(0, 60))))
