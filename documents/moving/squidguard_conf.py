"""The syntax of `squidGuard.conf`: declarations in braces, each of lines that begin with a keyword.

    dbhome /var/lib/squidguard/db
    time workhours { weekly mtwhf 08:00 - 16:30 }
    src kids within workhours { ip 10.0.0.0/28 } else { ip 10.0.0.1 }
    dest porn { domainlist porn/domains }
    acl { kids within workhours { pass !porn any } else { pass none } default { pass none } }

A declaration becomes a `Block` with its statements; what stands in the braces of `acl` are blocks
again. Source: squidGuard 1.6 `src/sg.l`, `src/sg.y` and its "Configuring squidGuard".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from kidgate.documents.faults import Fault, Faults

HOURS = ("within", "outside")
MOST_WORDS = 200_000
DEEPEST = 4

KEYWORDS = frozenset(
    {
        *("dbhome", "logdir", "ldapbinddn", "ldapbindpass", "ldapcachetime", "ldapprotover"),
        *("mysqlusername", "mysqlpassword", "mysqldb", "syslog", "loglevel", "databasepath"),
        *("time", "src", "source", "dest", "destination", "rew", "rewrite", "acl"),
        *("weekly", "date", "ip", "iplist", "domain", "user", "userlist", "execuserlist"),
        *("ldapusersearch", "ldapipsearch", "userquota", "log", "logfile", "anonymous"),
        *("domainlist", "urllist", "expressionlist", "pass", "redirect", "continue"),
        *HOURS,
    }
)
_WORD = re.compile(r"[{}]|[^\s{}]+")


@dataclass(frozen=True, slots=True)
class Statement:
    """A keyword and its words; `line` from 1."""

    line: int
    keyword: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join((self.keyword, *self.words))


@dataclass(slots=True)
class Block:
    """What stands in braces, and before them."""

    line: int
    words: tuple[str, ...]  # `src`, `kids`, `within`, `workhours`
    statements: list[Statement] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    @property
    def hours(self) -> tuple[str, str]:
        """(`within` or `outside`, name of the time), or two empty texts.

        They stand in the heading, or as a statement of their own.
        """
        said = [self.words, *((s.keyword, *s.words) for s in self.statements)]
        for words in said:
            for word, name in pairwise(words):
                if word in HOURS:
                    return word, name
        return "", ""


def parse(text: str, name: str) -> Block:
    """The file as one block. Raises Faults with every brace that is out of place."""
    reader = _Reader(name)
    for number, line in enumerate(text.splitlines(), 1):
        reader.line(number, line)
    return reader.finish()


class _Reader:
    """A brace, a keyword at the start of a line and a line in `acl` begin something new."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._open = [Block(1, ())]
        self._words: list[str] = []
        self._line = 0
        self._count = 0
        self._faults: list[Fault] = []

    def line(self, number: int, text: str) -> None:
        found = _WORD.findall(_without_comment(text))
        self._count += len(found)
        if self._count > MOST_WORDS:
            raise Faults([Fault(self._name, number, "is too long to be read")])
        if found and found[0] in KEYWORDS:
            self._end()
        for word in found:
            self._word(number, word)

    def finish(self) -> Block:
        self._end()
        for block in self._open[1:]:
            self._faults.append(Fault(self._name, block.line, "`{` is never closed"))
        if self._faults:
            raise Faults(self._faults)
        return self._open[0]

    def _word(self, number: int, word: str) -> None:
        if word == "{":
            self._begin(number)
        elif word == "}":
            self._close(number)
        else:
            if not self._words:
                self._line = number
            elif word in KEYWORDS and self._inside_declaration() and self._words[0] in KEYWORDS:
                self._end()
                self._line = number
            self._words.append(word)

    def _inside_declaration(self) -> bool:
        """In the braces of `src` and its like several statements may share a line."""
        return len(self._open) > 1

    def _begin(self, number: int) -> None:
        block = Block(self._line or number, tuple(self._words))
        self._words = []
        if len(self._open) > DEEPEST:
            raise Faults([Fault(self._name, number, "is nested too deeply")])
        self._open[-1].blocks.append(block)
        self._open.append(block)

    def _close(self, number: int) -> None:
        self._end()
        if len(self._open) == 1:
            self._faults.append(Fault(self._name, number, "`}` closes nothing"))
        else:
            self._open.pop()

    def _end(self) -> None:
        """End the statement that is being read."""
        if self._words:
            keyword, *words = self._words
            self._open[-1].statements.append(Statement(self._line, keyword, tuple(words)))
            self._words = []


def _without_comment(text: str) -> str:
    return re.sub(r"(?:^|\s)#.*", "", text)
