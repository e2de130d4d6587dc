"""The whole way from bytes to kinds, over every shape in every body."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.personal_forms import BODIES, HARMLESS, SHAPES, Sent, harmless, personal
from kidgate.content.personal_data.bodies import FORM
from kidgate.content.personal_data.fields import Limits
from kidgate.content.personal_data.find import NOTHING, Found, find, find_message
from kidgate.content.personal_data.own import own_data, sealed

KEY = bytes(range(32))
TEXTS = "data/text"
HERE = Path(__file__).parent


def look(sent: Sent) -> Found:
    if sent.socket:
        return find_message(sent.body.decode())
    return find(sent.body, sent.content_type, sent.query)


def test_nearly_all_is_found_in_every_shape_and_body() -> None:
    asked, missed = Counter[str](), Counter[str]()
    for way, sent in personal(3):
        for group in (sent.kind, way):
            asked[group] += 1
            missed[group] += sent.kind not in look(sent).kinds
    assert asked.keys() == SHAPES.keys() | BODIES.keys()
    assert missed.total() <= 0.01 * asked.total(), missed


def test_nothing_is_found_in_harmless_requests() -> None:
    found = {(name, look(sent), sent.value) for name, sent in harmless(1)}
    assert len({name for name, _, _ in found}) == len(HARMLESS)
    assert [told for told in found if told[1].kinds] == []


def test_next_to_nothing_is_found_in_texts_that_tell_nothing(shared: Path) -> None:
    path = shared / TEXTS / "vi-health-questions-a.jsonl.gz"
    with gzip.open(path, "rt") as file:
        texts = [json.loads(line)["text"] for line in islice(file, 400)]
    hits = [t for t in texts if find(json.dumps({"message": t}).encode(), "application/json").kinds]
    assert hits == []


def test_what_children_say_of_themselves_is_found() -> None:
    """`told.txt`: kind, content type and body, a line each."""
    lines = (HERE / "told.txt").read_text(encoding="utf-8").splitlines()
    for kind, content_type, body in (line.split("\t") for line in lines):
        assert kind in find(body.encode(), content_type).kinds, body
        if content_type == "text/plain":
            assert kind in find_message(body).kinds, body


def test_nothing_is_found_in_what_children_say_otherwise() -> None:
    for line in (HERE / "harmless.txt").read_text(encoding="utf-8").splitlines():
        assert find_message(line).kinds == (), line
        body = {"message": line, "client_ts": 1763870000123, "w": 1920}
        assert find(json.dumps(body).encode(), "application/json").kinds == (), line


def test_log_in_is_told_from_a_new_account() -> None:
    def logging_in(body: bytes) -> bool:
        return find(body, FORM).logging_in

    assert logging_in(b"phone=0912345678&password=x")
    assert logging_in(b"email=mai@gmail.com&pwd=x")
    assert logging_in(b"otp=123456")
    assert not logging_in(b"phone=0912345678")
    assert not logging_in(b"phone=0912345678&password=x&birthday=2016-05-01")
    assert not logging_in(b"phone=0912345678&password=x&password_confirm=x")
    assert not find("sđt 0912345678\nmật khẩu: abc".encode(), "text/plain").logging_in
    assert not find_message("sđt 0912345678, otp: 123456").logging_in


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ('{"lat": 21.0285, "lng": 105.8542}', ("location",)),
        ('{"latitude": "21.028", "longitude": "105.854"}', ("location",)),
        ('{"coordinates": [105.8542, 21.0285]}', ("location",)),
        ('{"lat": 21.02, "lng": 105.85}', ()),
        ('[{"lat": 21.0285}, {"lng": 105.8542}]', ()),
        ('{"birth_day": 1, "birth_month": 5, "birth_year": 2016}', ("birthday",)),
        ('{"birth_year": 2016}', ()),
        ('{"day": 1, "month": 5, "year": 2016}', ()),
    ],
)
def test_what_takes_several_fields_is_found_when_they_stand_together(
    body: str, kinds: tuple[str, ...]
) -> None:
    assert find(body.encode(), "application/json").kinds == kinds


def test_own_data_is_found_beside_shapes() -> None:
    own = own_data([sealed("name", "Nguyễn Thị Mai", KEY), sealed("phone", "65123456", KEY)], KEY)
    body = "ten=Nguyễn+Thị+Mai&n=6512+3456&mail=a.b@gmail.com".encode()
    assert find(body, FORM, "", own).kinds == ("email", "name", "phone")
    assert find(body, FORM).kinds == ("email",)
    assert find(b"", "", "q=nguyen+thi+mai", own).kinds == ("name",)
    assert find_message("Mai Nguyễn đây", own).kinds == ("name",)


def test_nothing_sent_tells_nothing() -> None:
    assert find(b"") is NOTHING
    assert find_message("") is NOTHING


def test_data_itself_is_nowhere_in_what_was_found() -> None:
    found = find(b"phone=0912345678&email=mai.nguyen@gmail.com", FORM)
    assert set(found.kinds) == {"phone", "email"}
    assert "0912" not in repr(found) and "mai" not in repr(found).replace("email", "")


def test_what_was_not_read_is_told_with_what_was() -> None:
    found = find(b"phone=0912345678&" + b"a=b&" * 100, FORM, limits=Limits(fields=10))
    assert found == Found(("phone",), False, "too many fields")
    own = own_data([sealed("name", "Nguyễn Thị Mai", KEY)], KEY)
    assert find(b"a=" + b"b+" * 50, FORM, "", own, Limits(words=10)).unread == "too many words"
