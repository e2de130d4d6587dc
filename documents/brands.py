"""The registry of brands and the words of look-alikes: `brands.yaml`, `lookalike.yaml`.

Read into rows; what a mistake here would cost is an innocent site under a warning, so a spelling
that could not be meant is a fault. What the rows mean is `kidgate.content.lookalike`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from kidgate.documents.strict_yaml import Document
from kidgate.documents.typed import Decoder, Parsed, decode
from kidgate.policies.names import canonical_host
from kidgate.policies.rows import BrandRow, LookalikeRow
from kidgate.policies.suffixes import Suffixes

Kind = Literal[
    "police",
    "government",
    "bank",
    "wallet",
    "crypto",
    "telco",
    "delivery",
    "travel",
    "utility",
    "shop",
    "social",
    "mail",
    "tech",
    "media",
    "game",
]
SHORTEST_TOKEN = 4  # a shorter one stands in words by chance; as `common` it counts alone
SHORTEST_COMMON = 2
_SPELLING = re.compile(r"[a-z0-9]+")


def _spelling(text: str) -> str:
    if not _SPELLING.fullmatch(text):
        raise ValueError(f"`{text}` is no plain spelling; write small letters and digits only")
    return text


Host = Annotated[str, Parsed(canonical_host)]
Spellings = tuple[Annotated[str, Parsed(_spelling)], ...]
Hosts = tuple[Host, ...]
TYPES: Mapping[type, Mapping[str, Any]] = {
    BrandRow: {
        "kind": Kind,
        "hosts": Hosts,
        "tokens": Spellings,
        "common": Spellings,
        "keywords": Spellings,
        "innocent": Spellings,
        "namesakes": Hosts,
    },
    LookalikeRow: {
        "bait": Spellings,
        "hints": Spellings,
        "fillers": Spellings,
        "risky": Hosts,
        "vouched": Hosts,
        "closed": Hosts,
        "carriers": Hosts,
        "accounts": Hosts,
    },
}


def brands_of(document: Document, suffixes: Suffixes) -> tuple[BrandRow, ...]:
    """Every brand; what is wrong gathers in `document.faults`."""
    decoder = Decoder(document, TYPES)
    top = decoder.top()
    rows = decoder.keyed(top, BrandRow, 1, "")
    brands = tuple(row for row in rows if isinstance(row, BrandRow))
    for row in brands:
        for fault in _faults(row, suffixes):
            decoder.fault(top.lines[row.key], f"`{row.key}`: {fault}")
    return brands


def lookalike_words(text: str, name: str) -> LookalikeRow:
    """Raises Faults."""
    row: LookalikeRow = decode(text, LookalikeRow, name, overrides=TYPES)
    return row


def _faults(row: BrandRow, suffixes: Suffixes) -> Iterator[str]:
    if not row.title or not row.kind:
        yield "needs `title` and `kind`"
    if not row.hosts:
        yield "needs `hosts`: a warning names the true site"
    if not row.tokens and not row.common:
        yield "needs `tokens` or `common`: nothing can look like it"
    if row.site and not any(row.site == h or row.site.endswith(f".{h}") for h in row.hosts):
        yield f"site `{row.site}` is not at or below one of its hosts"
    for host in (*row.hosts, *row.namesakes):
        if suffixes.is_suffix(host):
            yield f"strangers publish below `{host}`: it vouches for nobody"
    for token in row.tokens:
        if len(token) < SHORTEST_TOKEN:
            yield f"token `{token}` is too short to mean nobody else; write it in `common`"
        if token in row.common:
            yield f"`{token}` is in `tokens` and in `common`"
    for token in row.common:
        if len(token) < SHORTEST_COMMON:
            yield f"`{token}` is too short to say anything"
    if row.everywhere and row.key not in (*row.tokens, *row.common):
        yield "`everywhere` needs the key among its spellings"
