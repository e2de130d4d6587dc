"""What reading a list of phrases did with every line.

    lines = comments + blank + directives + accepted + duplicate + sum(skipped)

The law and the words are those of the lists of sites (`lists/report.py`, a sibling that is not
imported here). A line of several phrases, a combination, counts once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

EXAMPLES = 3  # lines shown for each reason
SHOWN = 120  # characters of such a line


class Skip(StrEnum):
    """Why a line was not taken. Stable strings."""

    NOT_A_PHRASE = "not_a_phrase"  # text without the brackets that a phrase stands in
    MALFORMED = "malformed"  # a bracket or a comma is missing, a weight is no number
    NO_WORDS = "no_words"  # `<>`, `< - >`
    TOO_GENERAL = "too_general"  # one or two letters that may stand inside any word
    DISGUISE = "disguise"  # `sexxx`: pages are read without it, and their plain word says less
    NO_WEIGHT = "no_weight"  # `<word><0>`
    FOR_EVERY = "for_every"  # a good phrase with a weight against the page: against what?
    INCLUDE = "include"  # names a file that is not there, or that leads back to itself
    TIME_LIMIT = "time_limit"  # `#time:`: phrases hold at all hours here
    ENCODING = "encoding"  # neither UTF-8 nor in the charset of the file
    TOO_LONG = "too_long"


class Example(NamedTuple):
    file: str
    line: int  # from 1, in its file
    text: str


@dataclass(slots=True)
class Account:
    """The counts of one import; filled while it runs."""

    files: list[str] = field(default_factory=list)
    lines: int = 0
    comments: int = 0
    blank: int = 0
    directives: int = 0  # `#listcategory:`, `#noconvert`, `.Include<...>` of a file that is there
    accepted: int = 0
    duplicate: int = 0
    skipped: Counter[Skip] = field(default_factory=Counter)
    examples: dict[Skip, list[Example]] = field(default_factory=dict)

    def skip(self, reason: Skip, file: str, line: int, text: str) -> None:
        """Count a line that was not taken."""
        self.skipped[reason] += 1
        shown = self.examples.setdefault(reason, [])
        if len(shown) < EXAMPLES:
            shown.append(Example(file, line, _printable(text.strip()[:SHOWN])))

    def as_json(self) -> dict[str, object]:
        """For programs; what says nothing stands among `skipped`, as in `feed import --json`."""
        passed = {"comment": self.comments, "blank": self.blank, "directive": self.directives}
        skipped = passed | {str(reason): count for reason, count in sorted(self.skipped.items())}
        return {
            "files": len(self.files),
            "lines": self.lines,
            "accepted": self.accepted,
            "duplicate": self.duplicate,
            "skipped": {reason: count for reason, count in skipped.items() if count},
            "examples": {
                str(reason): [example._asdict() for example in found]
                for reason, found in sorted(self.examples.items())
            },
        }


def _printable(text: str) -> str:
    """Without what could steer a terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
