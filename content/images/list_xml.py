"""Lists of hashes as XML: the answer of the hash-sharing interface of NCMEC, version 2.

`<queryResult><images><image><fingerprints><md5/><sha1/><pdna/><pdq/><sha256/>...`, in any
namespace. Of each `<image>` every fingerprint is an entry; `<deletedImage>` and videos are told as
skipped. Source: https://report.cybertip.org/hashsharing/v2/documentation.pdf, and the client in
facebook/ThreatExchange.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from kidgate.content.images.entries import Entry, ListRefused, Skipped, kind_named

_CHUNK = 1 << 16


def read_xml(text: str) -> Iterator[Entry]:
    """The entries of a document. Raises ListRefused, also in the middle."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ListRefused("this XML declares entities of its own, which no list of hashes needs")
    parser: XMLPullParser[Element] = XMLPullParser(("end",))
    try:
        for at in range(0, len(text), _CHUNK):
            parser.feed(text[at : at + _CHUNK])
            yield from _entries(parser)
        parser.close()
        yield from _entries(parser)
    except ParseError as fault:
        raise ListRefused(f"this is not XML: {fault}") from fault


def _entries(parser: XMLPullParser[Element]) -> Iterator[Entry]:
    for event in parser.read_events():
        element = event[-1]
        if not isinstance(element, Element):
            continue
        match _name(element):
            case "image":
                yield from _fingerprints(element)
            case "video":
                yield Entry(None)
            case "deletedimage" | "deletedvideo":
                yield Entry(None, skipped=Skipped.WITHDRAWN)
            case _:
                continue
        element.clear()  # a million of them would stay in memory


def _fingerprints(image: Element) -> Iterator[Entry]:
    for part in image:
        if _name(part) == "fingerprints":
            for one in part:
                yield Entry(kind_named(_name(one)), (one.text or "").strip())


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2].lower()
