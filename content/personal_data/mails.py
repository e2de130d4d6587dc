"""Addresses of e-mail, plain and as people write them around a filter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kidgate.content.personal_data.kinds import Kind, Span

# RFC 5321 lengths; letters of every script, as RFC 6531 lets them be.
_ADDRESS = re.compile(
    r"(?<![\w.%+@-])(?P<local>[\w](?:[\w.%+'-]{0,62}[\w+-])?)@(?P<host>(?:[\w-]{1,63}\.){1,5})"
    r"(?P<end>[a-z]{2,18}|xn--[a-z0-9-]{2,40})(?![\w@-])"
)
_SPELLED = re.compile(
    r"(?<![\w.])(?P<local>[a-z0-9][a-z0-9._-]{2,40}) ?(?:\(at\)|\[at\]|@| at | a cong | a moc ) ?"
    r"(?:gmail|yahoo|outlook|hotmail|icloud|zoho|proton) ?(?:\(dot\)|\[dot\]|\.| dot | cham )"
    r" ?(?:com|vn|me)(?![\w])"
)
# Nobody's own: robots, roles, and pictures called logo@2x.png.
_ROLES = re.compile(
    r"(?:no.?reply|do.?not.?reply|mailer.daemon|postmaster|webmaster|abuse|bounces?|git|root"
    r"|support|info|hello|contact|sales|press|privacy|security|admin|help|service|hotro|cskh|lienhe)"
)
_FILES = frozenset((
    "png", "jpg", "jpeg", "gif", "webp", "svg", "avif", "ico",
    "css", "js", "mjs", "ts", "html", "php", "map", "json", "woff",
))  # fmt: skip


def mails(plain: str) -> Iterator[Span]:
    """Addresses in a plain text."""
    if "@" in plain:
        for match in _ADDRESS.finditer(plain):
            if match["end"] in _FILES or _ROLES.fullmatch(match["local"]):
                continue
            if plain[max(0, match.start() - 3) : match.start()] == "://":
                continue  # who logs in, in a URL
            yield Span(Kind.EMAIL, match.start(), match.end())
    if any(name in plain for name in ("gmail", "yahoo", "outlook", "hotmail", "icloud", "proton")):
        for match in _SPELLED.finditer(plain):
            yield Span(Kind.EMAIL, match.start(), match.end())
