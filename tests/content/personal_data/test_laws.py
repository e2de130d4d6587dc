"""Whatever comes in: no exception, no data in the answer, masking twice is once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.content.personal_data.bodies import FORM, fields_of, message_fields
from kidgate.content.personal_data.fields import Limits
from kidgate.content.personal_data.find import find, find_message
from kidgate.content.personal_data.folding import fold
from kidgate.content.personal_data.mask import mask, mask_query
from kidgate.content.personal_data.own import own_data, sealed
from kidgate.content.personal_data.shapes import spans

KEY = bytes(range(32))
OF_MAI = {"name": "Nguyễn Thị Mai", "phone": "0912345678", "birthday": "1/5/2016"}
OWN = own_data([sealed(kind, value, KEY) for kind, value in OF_MAI.items()], KEY)
TYPES = [FORM, "application/json", "multipart/form-data; boundary=X", "application/graphql"]
TYPES += ["text/plain", "text/plain; charset=utf-16", "application/octet-stream", "", "x", "\x00;="]
# Pieces that parsers stumble over, and pieces of personal data.
PIECES = [b"{", b"[", b'"', b":", b",", b"\\u12", b"\\", b"--X", b"\r\n\r\n", b"name=", b"&", b"%"]
PIECES += [
    b"0912345678",
    b"21.02,",
    b"105.85",
    b"@gmail.com",
    b"stk ",
    b"otp ",
    b"\xff\xfe",
    b"\xe1",
]
PIECES += [
    "nhà em ở số 1 đường ".encode(),
    b"4111 ",
    b"1/5/2016",
    b"sinh ",
    b"query",
    b'"""',
    b"filename=",
]
BYTES = st.lists(st.sampled_from(PIECES) | st.binary(max_size=6), max_size=30).map(b"".join)
TEXT = st.lists(
    st.sampled_from(["0912", "345 678", "+84", "a@b.vn", "21.0285,", "105.8542", "*phone*", "sđt "])
    | st.sampled_from(["\u200b", "\u0301", "İ", "한", "ﬁ", "①", "ế", "phường ", "12 đường A, "])
    | st.text(max_size=5),
    max_size=14,
).map("".join)
SMALL = Limits(body=400, fields=6, text=300, value=200, depth=4, words=30)


@given(BYTES, st.sampled_from(TYPES), st.sampled_from([Limits(), SMALL]))
@settings(max_examples=150, deadline=None)
def test_no_bytes_raise(body: bytes, content_type: str, limits: Limits) -> None:
    query = body.decode("latin-1")
    found = find(body, content_type, query, OWN, limits)
    assert find(body, content_type, query, OWN, limits) == found
    find_message(body, OWN, limits)
    find_message(query, OWN, limits)
    for fields in (fields_of(body, content_type, query, limits=limits), message_fields(body)):
        assert len(fields.found) <= fields.limits.fields
        assert sum(len(field.value) for field in fields.found) <= fields.limits.text


@given(TEXT)
@settings(max_examples=200, deadline=None)
def test_plain_twin_has_the_same_length(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.plain)
    assert fold(folded.text) == folded
    assert all(0 <= s.start < s.end <= len(folded.text) for s in spans(folded))


@given(TEXT)
@settings(max_examples=150, deadline=None)
def test_masking_twice_is_once_and_leaves_nothing(text: str) -> None:
    masked = mask(text, OWN)
    assert mask(masked, OWN) == masked
    assert spans(fold(masked)) == []


@given(st.lists(st.tuples(st.sampled_from(["q", "phone", "a%20b", "password"]), TEXT), max_size=5))
@settings(max_examples=100, deadline=None)
def test_masked_query_tells_nothing(pairs: list[tuple[str, str]]) -> None:
    query = "&".join(f"{name}={value}" for name, value in pairs)
    masked = mask_query(query, OWN)
    assert mask_query(masked, OWN) == masked
    assert find(b"", "", masked, OWN).kinds == ()


@pytest.mark.deep
@given(BYTES, st.sampled_from(TYPES))
@settings(max_examples=5_000, deadline=None)
def test_no_bytes_raise_in_many_tries(body: bytes, content_type: str) -> None:
    find(body, content_type, body.decode("latin-1"), OWN)
    find_message(body, OWN)


@pytest.mark.parametrize(
    "piece", ["0912 ", "1.", "a@", "9" * 50 + " ", "12 duong ", "a.", "-", "+"]
)
def test_hostile_repetition_is_read_within_its_limits(piece: str) -> None:
    """A pattern with a bad memory would need hours for these, and fail by the test's own limit."""
    text = (piece * 30_000)[:30_000]
    spans(fold(text))
    find(text.encode(), "text/plain", "", OWN)
