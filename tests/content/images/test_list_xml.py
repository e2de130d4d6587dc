"""Lists as the XML of NCMEC's hash sharing."""

from __future__ import annotations

import pytest

from kidgate.content.images.entries import Entry, Kind, ListRefused, Skipped
from kidgate.content.images.list_xml import read_xml

A, B = "a1" * 32, "b2" * 32
ANSWER = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">
  <images count="2" maxTimestamp="2017-10-24T15:10:00Z">
    <image><member id="42">Example</member><id>image1</id>
      <fingerprints><md5>a1a1</md5><pdq>{A}</pdq><sha256> {B} </sha256></fingerprints>
      <feedback><affirmativeFeedback type="Md5"/></feedback></image>
    <deletedImage><member id="43"/><id>image4</id></deletedImage>
  </images>
  <videos><video><fingerprints><pdq>{B}</pdq></fingerprints></video></videos>
</queryResult>"""


def test_fingerprints_of_images_are_read() -> None:
    assert list(read_xml(ANSWER)) == [
        Entry(None, "a1a1"),
        Entry(Kind.PDQ, A),
        Entry(Kind.SHA256, B),
        Entry(None, skipped=Skipped.WITHDRAWN),
        Entry(None),
    ]


def test_long_document_is_read_in_pieces() -> None:
    image = f"<image><fingerprints><pdq>{A}</pdq></fingerprints></image>"
    found = list(read_xml("<q>" + image * 3000 + "</q>"))
    assert len(found) == 3000 and set(found) == {Entry(Kind.PDQ, A)}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<a><b></a>", "not XML"),
        ("<a>", "not XML"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "entities"),
    ],
)
def test_what_is_no_list_is_refused(text: str, why: str) -> None:
    with pytest.raises(ListRefused, match=why):
        list(read_xml(text))
