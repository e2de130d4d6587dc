"""Whether a picture says of itself that AI made it: C2PA actions, or IPTC's source type in XMP.

No label proves nothing: it goes lost wherever a picture is saved anew. Values: IPTC's controlled
vocabulary, http://cv.iptc.org/newscodes/digitalsourcetype/.
"""

from __future__ import annotations

import re

from kidgate.content.images.containers import said_in
from kidgate.content.images.jumbf import sources
from kidgate.content.images.sniff import Format, look
from kidgate.content.images.verdict import Label

MADE = "trainedAlgorithmicMedia"
PARTLY = "compositeWithTrainedAlgorithmicMedia"
# An attribute, the text of an element, or its rdf:resource.
_XMP = re.compile(
    rb"DigitalSourceType\s{0,9}(?:=\s{0,9}[\"']|(?:\s{1,9}rdf:resource\s{0,9}=\s{0,9}[\"']|>))"
    rb"\s{0,99}([^\"'<>\s]{1,200})",
    re.IGNORECASE,
)


def label_of(body: bytes, format_: Format | None = None) -> Label:
    """The label; `format_` is the body's, where it is known already. Never raises."""
    said = said_in(body, format_ or look(body).format)
    found = {
        _of_c2pa(source.action, source.type, active=source.active) for source in sources(said.c2pa)
    }
    for packet in said.xmp:
        # Some write UTF-16: of what is looked for only the zero bytes are different.
        for value in _XMP.findall(packet.replace(b"\0", b"")):
            found.add(_of_type(value.decode("utf-8", "replace")))
    return next((label for label in (Label.AI_MADE, Label.AI_EDITED) if label in found), Label.NONE)


def _of_type(value: str) -> Label:
    """By a source type, as a URI or its last part."""
    name = re.split("[/:]", value)[-1]
    return {MADE: Label.AI_MADE, PARTLY: Label.AI_EDITED}.get(name, Label.NONE)


def _of_c2pa(action: str, type_: str, *, active: bool) -> Label:
    label = _of_type(type_)
    if label is Label.AI_MADE and not (active and action == "c2pa.created"):
        return Label.AI_EDITED  # a part of it, or a picture it was made from
    return label
