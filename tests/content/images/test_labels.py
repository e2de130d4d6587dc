"""What pictures say of their making, in every container; and that no bytes upset the readers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.content.images.containers import MOST_BYTES, said_in
from kidgate.content.images.jumbf import Source, sources
from kidgate.content.images.labels import label_of
from kidgate.content.images.replace import grey
from kidgate.content.images.sniff import Format, Seen, Size
from kidgate.content.images.verdict import Label
from tests.content.images.claims import (
    CAMERA,
    MADE,
    PARTLY,
    attribute,
    box,
    in_avif,
    in_jpeg,
    in_png,
    in_webp,
    manifest,
    store,
    superbox,
    xmp,
)

JPEG = grey(Seen(Format.JPEG, Size(80, 80))).body
PNG = grey(Seen(Format.PNG, Size(80, 80))).body
WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0"
CREATED = store(manifest(("c2pa.created", MADE)))
PACKET = xmp(attribute(MADE))

EVERYWHERE = {
    "JPEG, C2PA": in_jpeg(JPEG, c2pa=CREATED),
    "JPEG, C2PA in many segments": in_jpeg(JPEG, c2pa=CREATED, part=50),
    "JPEG, XMP": in_jpeg(JPEG, packet=PACKET),
    "PNG, C2PA": in_png(PNG, c2pa=CREATED),
    "PNG, XMP": in_png(PNG, packet=PACKET),
    "PNG, XMP compressed": in_png(PNG, packet=PACKET, compressed=True),
    "WebP, C2PA": in_webp(WEBP, c2pa=CREATED),
    "WebP, XMP": in_webp(WEBP, packet=PACKET),
    "AVIF, C2PA": in_avif(c2pa=CREATED),
    "AVIF, XMP": in_avif(packet=PACKET),
    "GIF, XMP": b"GIF89a" + bytes(20) + PACKET,
}


@pytest.mark.parametrize("name", EVERYWHERE)
def test_label_is_found_in_every_container(name: str) -> None:
    assert label_of(EVERYWHERE[name]) is Label.AI_MADE


@pytest.mark.parametrize("body", [JPEG, PNG, WEBP, in_avif(), b"GIF89a", b"", b"<svg>"])
def test_picture_that_says_nothing_has_no_label(body: bytes) -> None:
    assert label_of(body) is Label.NONE


@pytest.mark.parametrize(
    ("c2pa", "label"),
    [
        (store(manifest(("c2pa.created", MADE))), Label.AI_MADE),
        (store(manifest(("c2pa.created", MADE), label="c2pa.actions")), Label.AI_MADE),
        (store(manifest(("c2pa.created", MADE), label="c2pa.actions.v2__1")), Label.AI_MADE),
        (store(manifest(("c2pa.created", PARTLY))), Label.AI_EDITED),
        (store(manifest(("c2pa.opened", ""), ("c2pa.edited", PARTLY))), Label.AI_EDITED),
        (store(manifest(("c2pa.created", CAMERA), ("c2pa.edited", MADE))), Label.AI_EDITED),
        # made from one that AI made, which the store keeps before the active manifest
        (store(manifest(("c2pa.created", MADE)), manifest(("c2pa.edited", ""))), Label.AI_EDITED),
        (store(manifest(("c2pa.created", CAMERA))), Label.NONE),
        (store(manifest(("c2pa.created", ""))), Label.NONE),
        # the same words in another assertion are no claim
        (store(manifest(("c2pa.created", MADE), label="org.example.notes")), Label.NONE),
    ],
)
def test_actions_tell_made_from_edited(c2pa: bytes, label: Label) -> None:
    assert label_of(in_png(PNG, c2pa=c2pa)) is label


@pytest.mark.parametrize(
    ("body", "label"),
    [
        (attribute(MADE), Label.AI_MADE),
        (attribute(PARTLY), Label.AI_EDITED),
        (attribute(CAMERA), Label.NONE),
        (attribute(f"{MADE}/not"), Label.NONE),
        (f"<a:DigitalSourceType>{MADE}</a:DigitalSourceType>", Label.AI_MADE),
        (f"<a:DigitalSourceType rdf:resource='{MADE}'/>", Label.AI_MADE),
        (f"<a:digitalsourcetype>\n {PARTLY} \n</a:digitalsourcetype>", Label.AI_EDITED),
        ("<a:DigitalSourceType>trainedAlgorithmicMedia</a:DigitalSourceType>", Label.AI_MADE),
        (f"<dc:description>{MADE}</dc:description>", Label.NONE),
    ],
)
def test_xmp_tells_it_in_each_of_its_spellings(body: str, label: Label) -> None:
    assert label_of(in_jpeg(JPEG, packet=xmp(body))) is label


def test_xmp_in_utf_16_is_read() -> None:
    packet = PACKET.decode().encode("utf-16-le")
    assert label_of(in_jpeg(JPEG, packet=packet)) is Label.AI_MADE


def test_json_assertion_is_read() -> None:
    body = f'{{"actions": [{{"action": "c2pa.created", "digitalSourceType": "{MADE}"}}]}}'
    assertion = superbox(b"json", "c2pa.actions", box(b"json", body.encode()))
    said = sources(store(superbox(b"c2ma", "m", superbox(b"c2as", "a", assertion))))
    assert said == (Source("c2pa.created", "trainedAlgorithmicMedia", active=True),)


@given(
    st.sampled_from(sorted(EVERYWHERE)),
    st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 255)), max_size=8),
    st.integers(0, 1200),
)
@settings(max_examples=150)
def test_no_change_of_bytes_upsets_the_readers(
    name: str, changes: list[tuple[int, int]], cut: int
) -> None:
    body = bytearray(EVERYWHERE[name][:cut])
    for place, value in changes:
        if body:
            body[place % len(body)] = value
    assert label_of(bytes(body)) in Label


@given(st.binary(max_size=400))
def test_no_bytes_upset_the_manifest_reader(data: bytes) -> None:
    assert isinstance(sources(data), tuple)


@pytest.mark.parametrize(
    "data",
    [
        box(b"jumb", b"") * 50_000,
        b"\0\0\0\0jumb" * 5000,  # each to the end of the one around it
        b"\0\0\0\1jumb" + b"\xff" * 8,
    ],
)
def test_hostile_boxes_end_soon(data: bytes) -> None:
    assert sources(data) == ()


def test_compressed_text_without_end_is_bounded() -> None:
    packet = bytes(20_000_000)
    (found,) = said_in(in_png(PNG, packet=packet, compressed=True), Format.PNG).xmp
    assert len(found) == MOST_BYTES


def test_many_compressed_texts_are_bounded_together() -> None:
    packet = bytes(2_000_000)
    body = in_png(PNG, packet=packet, compressed=True)
    for _ in range(50):
        body = in_png(body, packet=packet, compressed=True)
    assert sum(map(len, said_in(body, Format.PNG).xmp)) <= MOST_BYTES


def test_many_assertions_are_not_all_read() -> None:
    actions = [("c2pa.edited", CAMERA)] * 20
    assert len(sources(store(*(manifest(*actions) for _ in range(100))))) <= 16 * 20
