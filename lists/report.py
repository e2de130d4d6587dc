"""What an import did with every line.

    lines = comments + blank + directives + accepted + duplicate + sum(skipped)
    accepted = names + urls + exceptions + rules + networks + cancels

One line counts once, except one that gives several entries (names of a hosts line, what a v2fly
`include:` brings, networks of an address range): it counts once for each of them, since each is
accepted, a duplicate or refused for itself. `rows` is the number of physical lines.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

EXAMPLES = 3  # lines shown for each skip reason
SHOWN = 120  # characters of such a line


class Passed(StrEnum):
    """Lines that say nothing about a name. Stable strings."""

    BLANK = "blank"
    COMMENT = "comment"
    DIRECTIVE = "directive"


class Skip(StrEnum):
    """Why a line, or a name on it, was not taken. Stable strings."""

    NOT_A_NAME = "not_a_name"  # neither a host name, an address nor a URL
    SINGLE_LABEL = "single_label"  # `router`
    TOP_LEVEL = "top_level"  # `zip`: would stop a whole top-level domain
    LOOPBACK = "loopback"  # `localhost`, `0.0.0.0` and what every hosts file starts with
    TOO_GENERAL = "too_general"  # `0.0.0.0/0`, `/./`, `address=/#/`: would stop next to everything
    REDIRECT = "redirect"  # points a name at a real address, another name or another server
    PORT = "port"  # `host:8080`: would stop the host on every port
    SCHEME = "scheme"  # `ftp://`, `magnet:`: not browsed through this gateway
    COSMETIC = "cosmetic"  # hides a part of a page
    REGEX = "regex"
    REGEX_FEATURE = "regex_feature"  # lookaround, backreferences: a list could stall us with them
    CONDITION = "condition"  # stands in an `!#if` block for other programs
    MODIFIER = "modifier"  # `$third-party`: holds only in some contexts
    PATTERN = "pattern"  # wildcards and anchors that are not a plain name or URL
    URL_EXCEPTION = "url_exception"  # `@@||host/path`
    NETWORK_EXCEPTION = "network_exception"  # an address range that a list exempts
    INCLUDE = "include"  # names another file, which is not there or not to be read
    ATTRIBUTE = "attribute"  # a v2fly entry without the attribute that was asked for
    SETTING = "setting"  # a statement of some program's configuration that blocks no name
    TRIGGER = "trigger"  # an RPZ rule about name servers or clients
    CANCELLED = "cancelled"  # taken back by another line of the list
    CANCELS_NOTHING = "cancels_nothing"  # takes back a line that is not there
    ANOTHER_LIST = "another_list"  # the address of a list: add it as a feed of its own
    DISABLED = "disabled"  # switched off or withdrawn by who wrote it
    NOT_INDICATOR = "not_an_indicator"  # knowledge about an attack that names no site to stop
    NOT_UTF8 = "not_utf8"
    TOO_LONG = "too_long"


UNDERSTOOD = frozenset(
    {
        Skip.TOO_GENERAL,
        Skip.REDIRECT,
        Skip.COSMETIC,
        Skip.REGEX,
        Skip.REGEX_FEATURE,
        Skip.CONDITION,
        Skip.MODIFIER,
        Skip.PATTERN,
        Skip.URL_EXCEPTION,
        Skip.NETWORK_EXCEPTION,
        Skip.INCLUDE,
        Skip.ATTRIBUTE,
        Skip.SETTING,
        Skip.TRIGGER,
        Skip.CANCELLED,
        Skip.CANCELS_NOTHING,
        Skip.ANOTHER_LIST,
        Skip.DISABLED,
        Skip.NOT_INDICATOR,
    }
)
"""Well-formed, but of no use here: does not speak against the list as `garbage`."""


@dataclass(frozen=True, slots=True)
class Example:
    line: int  # from 1; the files of one list count on as if they were joined
    text: str


@dataclass(slots=True)
class Report:
    """The counts of one import; filled while it runs."""

    format: str = ""  # see `formats.grammar.Format`; joined by `+` where files differ
    usage: tuple[str, ...] = ()  # what the list says it is for: allow, block
    rows: int = 0
    lines: int = 0
    comments: int = 0
    blank: int = 0
    directives: int = 0  # headers, `$ORIGIN`, `payload:`: they steer the reading of other lines
    accepted: int = 0
    duplicate: int = 0
    names: int = 0  # distinct canonical names and addresses
    urls: int = 0  # distinct URL entries
    exceptions: int = 0  # distinct names the list exempts
    rules: int = 0  # distinct patterns and regular expressions with their conditions
    networks: int = 0  # distinct address ranges
    cancels: int = 0  # lines that took others of the list back
    shared_hosts: int = 0  # names among these that stand for themselves alone: public suffixes
    skipped: Counter[Skip] = field(default_factory=Counter)
    examples: dict[Skip, list[Example]] = field(default_factory=dict)

    def pass_over(self, passed: Passed) -> None:
        """Count a line that says nothing about a name."""
        self.lines += 1
        match passed:
            case Passed.BLANK:
                self.blank += 1
            case Passed.COMMENT:
                self.comments += 1
            case Passed.DIRECTIVE:
                self.directives += 1

    def skip(self, reason: Skip, line: int, text: str) -> None:
        """Count a line, or a part of one, that was not taken."""
        self.lines += 1
        self.drop(reason, line, text)

    def drop(self, reason: Skip, line: int, text: str) -> None:
        """Note why something that `lines` counts already was not taken in the end."""
        self.skipped[reason] += 1
        shown = self.examples.setdefault(reason, [])
        if len(shown) < EXAMPLES:
            shown.append(Example(line, _printable(text.strip()[:SHOWN])))

    @property
    def rubbish(self) -> int:
        """Lines that are nothing a list would hold."""
        return sum(n for reason, n in self.skipped.items() if reason not in UNDERSTOOD)

    def as_json(self) -> dict[str, object]:
        """The shape of `kidgate feed import --json`.

        Comments, blank lines and directives stand among `skipped`, so that
        lines = accepted + duplicate + sum(skipped).
        """
        passed_over = {
            str(Passed.COMMENT): self.comments,
            str(Passed.BLANK): self.blank,
            str(Passed.DIRECTIVE): self.directives,
        }
        skipped = passed_over | {str(reason): n for reason, n in sorted(self.skipped.items())}
        return {
            "format": self.format,
            "usage": list(self.usage),
            "rows": self.rows,
            "lines": self.lines,
            "accepted": self.accepted,
            "duplicate": self.duplicate,
            "skipped": {reason: n for reason, n in skipped.items() if n},
            "names": self.names,
            "urls": self.urls,
            "exceptions": self.exceptions,
            "rules": self.rules,
            "networks": self.networks,
            "cancels": self.cancels,
            "shared_hosts": self.shared_hosts,
            "examples": {
                str(reason): [{"line": e.line, "text": e.text} for e in found]
                for reason, found in sorted(self.examples.items())
            },
        }


def _printable(text: str) -> str:
    """Without what could steer a terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
