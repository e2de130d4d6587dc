"""What became of the lines, for people and programs."""

from __future__ import annotations

from kidgate.content.phrases.account import EXAMPLES, SHOWN, Account, Skip


def test_counts_add_up_for_programs() -> None:
    account = Account(["a"], lines=9, comments=2, blank=1, directives=1, accepted=2, duplicate=1)
    account.skip(Skip.MALFORMED, "a", 4, "<x")
    account.skip(Skip.TOO_LONG, "a", 5, "y" * 999)
    document = account.as_json()
    assert document["skipped"] == {
        "comment": 2,
        "blank": 1,
        "directive": 1,
        "malformed": 1,
        "too_long": 1,
    }
    skipped = document["skipped"]
    assert isinstance(skipped, dict)
    assert document["lines"] == 2 + 1 + sum(skipped.values())


def test_examples_are_few_and_short() -> None:
    account = Account()
    for line in range(1, 20):
        account.skip(Skip.TOO_LONG, "a", line, "y" * 999)
    examples = account.examples[Skip.TOO_LONG]
    assert [example.line for example in examples] == list(range(1, EXAMPLES + 1))
    assert all(len(example.text) == SHOWN for example in examples)
