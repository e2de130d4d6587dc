"""One JSON record that names a site: a text, or an object with a field for it.

Which records a document has is found in `json_lists.py` and its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kidgate.lists.entries import Entries, Outcome, exempted
from kidgate.lists.items import Item, Passed
from kidgate.lists.report import Skip
from kidgate.lists.structured.reading import text_of

# In this order: who gives a URL and its host means the URL, and the host may be shared by many.
FIELDS = (
    "url",
    "uri",
    "domain",
    "hostname",
    "host",
    "fqdn",
    "domain_name",
    "site",
    "ioc_value",  # ThreatFox
    "ioc",
    "indicator",
    "value",
    "ip",
    "ip_address",
    "address",
    "cidr",
)
_OFF = (False, 0, "0", "false")


def item(row: int, record: Any, entries: Entries, *, exempt: bool = False) -> Item:
    """What a record says: a site to list, or (`exempt`) one that the list exempts."""
    said: Sequence[Outcome] | Passed
    if isinstance(record, dict):
        text, said = _of_object(record, entries)
    elif isinstance(record, str):
        text, said = record, of_text(record, entries)
    else:
        text, said = text_of(record), (Skip.NOT_A_NAME,)
    if exempt and not isinstance(said, Passed):
        said = [exempted(outcome) for outcome in said]
    return Item(row, text, said)


def of_text(text: str, entries: Entries) -> Sequence[Outcome] | Passed:
    """The entry for a name, address, range or URL that stands alone."""
    text = text.strip()
    return (entries.name_or_url(text),) if text else Passed.BLANK


def _of_object(record: dict[str, Any], entries: Entries) -> tuple[str, Sequence[Outcome] | Passed]:
    folded = {key.lower(): value for key, value in record.items()}
    value = next((folded[field] for field in FIELDS if folded.get(field)), None)
    values = value if isinstance(value, list) else [value]
    texts = [text for text in values if isinstance(text, str)]
    shown = value if isinstance(value, str) else text_of(record)
    if not texts or len(texts) < len(values):
        return shown, (Skip.NOT_A_NAME,)
    if folded.get("enabled", True) in _OFF:
        return shown, (Skip.DISABLED,)
    return shown, [entries.name_or_url(text.strip()) for text in texts]
