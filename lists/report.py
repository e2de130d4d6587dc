"""What an import did with every line.

    lines = comments + blank + accepted + duplicate + sum(skipped)

One line counts once, except a hosts line that gives several names: it counts once for each of them,
since each is accepted, a duplicate or refused for itself. `rows` is the number of physical lines.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

EXAMPLES = 3  # lines shown for each skip reason
SHOWN = 120  # characters of such a line


class Skip(StrEnum):
    """Why a line, or a name on it, was not taken. Stable strings."""

    NOT_A_NAME = "not_a_name"  # neither a host name, an address nor a URL
    SINGLE_LABEL = "single_label"  # `router`
    TOP_LEVEL = "top_level"  # `zip`: would stop a whole top-level domain
    LOOPBACK = "loopback"  # `localhost`, `0.0.0.0` and what every hosts file starts with
    ADDRESS_RANGE = "address_range"  # `192.0.2.0/24`: belongs to the packet filter
    REDIRECT = "redirect"  # a hosts line that points a name at a real address
    PORT = "port"  # `host:8080`: would stop the host on every port
    SCHEME = "scheme"  # `ftp://`, `magnet:`: not browsed through this gateway
    COSMETIC = "cosmetic"  # hides a part of a page
    REGEX = "regex"
    MODIFIER = "modifier"  # `$third-party`: holds only in some contexts
    PATTERN = "pattern"  # wildcards and anchors that are not a plain name or URL
    URL_EXCEPTION = "url_exception"  # `@@||host/path`
    EXPRESSION = "expression"  # a line of a squidGuard `expressions` file
    NOT_UTF8 = "not_utf8"
    TOO_LONG = "too_long"


UNDERSTOOD = frozenset(
    {
        Skip.COSMETIC,
        Skip.REGEX,
        Skip.MODIFIER,
        Skip.PATTERN,
        Skip.URL_EXCEPTION,
        Skip.EXPRESSION,
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

    format: str = ""  # hosts | domains | urls | adblock, joined by `+` where files differ
    usage: tuple[str, ...] = ()  # what the list says it is for: allow, block
    rows: int = 0
    lines: int = 0
    comments: int = 0
    blank: int = 0
    accepted: int = 0
    duplicate: int = 0
    names: int = 0  # distinct canonical names and addresses
    urls: int = 0  # distinct URL entries
    exceptions: int = 0  # distinct names the list exempts; accepted = names + urls + exceptions
    shared_hosts: int = 0  # names among these that stand for themselves alone: public suffixes
    skipped: Counter[Skip] = field(default_factory=Counter)
    examples: dict[Skip, list[Example]] = field(default_factory=dict)

    def pass_over(self, *, comment: bool) -> None:
        """Count a comment or a blank line."""
        self.lines += 1
        if comment:
            self.comments += 1
        else:
            self.blank += 1

    def skip(self, reason: Skip, line: int, text: str) -> None:
        self.lines += 1
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

        Comments and blank lines stand among `skipped`, so that
        lines = accepted + duplicate + sum(skipped).
        """
        passed_over = {"comment": self.comments, "blank": self.blank}
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
            "shared_hosts": self.shared_hosts,
            "examples": {
                str(reason): [{"line": e.line, "text": e.text} for e in found]
                for reason, found in sorted(self.examples.items())
            },
        }


def _printable(text: str) -> str:
    """Without what could steer a terminal."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
