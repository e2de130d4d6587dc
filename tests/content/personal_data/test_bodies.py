"""Requests are taken apart whole, within limits, and never with an exception."""

from __future__ import annotations

import json

import pytest

from kidgate.content.personal_data.bodies import FORM, fields_of, message_fields, parameter
from kidgate.content.personal_data.fields import Limits

MULTIPART = "multipart/form-data; boundary=XyZ"


def pairs(body: bytes | str, content_type: str = "", query: str = "") -> list[tuple[str, str]]:
    data = body.encode() if isinstance(body, str) else body
    return [(field.name, field.value) for field in fields_of(data, content_type, query).found]


def test_form_is_decoded_as_servers_do() -> None:
    assert pairs("a=1&b=x+y%20z&ten=Nguy%E1%BB%85n&c", FORM) == [
        ("a", "1"),
        ("b", "x y z"),
        ("ten", "Nguyễn"),
        ("", "c"),
    ]
    assert pairs("a=1;b=2", FORM) == [("a", "1"), ("b", "2")]


def test_query_is_read_beside_the_body() -> None:
    assert pairs("b=2", FORM, "a=1") == [("a", "1"), ("b", "2")]


def test_value_encoded_twice_is_decoded_twice() -> None:
    assert pairs("mail=a.b%2540gmail.com", FORM) == [("mail", "a.b@gmail.com")]


def test_json_keeps_the_spelling_of_numbers_and_every_double() -> None:
    body = '{"phone": 0, "lat": 21.0285000, "phone": "0912", "deep": [{"x": true, "y": null}]}'
    assert pairs(body, "application/json") == [
        ("phone", "0"),
        ("lat", "21.0285000"),
        ("phone", "0912"),
    ]


def test_json_object_that_names_its_value_is_a_field() -> None:
    body = [{"name": "sdt", "value": "0912"}, {"label": "Ngày sinh", "answer": "1/5/2016"}]
    found = pairs(json.dumps(body), "application/json")
    assert ("sdt", "0912") in found
    assert ("Ngày sinh", "1/5/2016") in found


def test_json_inside_strings_is_taken_apart() -> None:
    inner = json.dumps({"variables": json.dumps({"phone": "0912"})})
    assert [v for _, v in pairs(f"f.req={inner}", FORM)] == ["0912"]


def test_json_lines_and_broken_json_are_read() -> None:
    assert pairs('{"a": "1"}\n{"b": "2"}\n', "application/x-ndjson") == [("a", "1"), ("b", "2")]
    (field,) = fields_of(b'{"phone": "\\u0030912", ', "application/json").found
    assert '"0912"' in field.value


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "", "x/y", FORM])
def test_json_is_read_whatever_it_is_called(content_type: str) -> None:
    assert ("phone", "0912") in [(n.strip(), v) for n, v in pairs('{"phone":"0912"}', content_type)]


def test_graphql_is_read_in_variables_and_in_the_query() -> None:
    query = 'mutation { send(phone: "09\\u00312", at: 21.5, note: """long\nnote""") { id } }'
    body = json.dumps({"query": query, "variables": {"input": {"cccd": "0792"}}})
    found = pairs(body, "application/json")
    assert {("phone", "0912"), ("at", "21.5"), ("", "long\nnote")} <= set(found)
    assert "0792" in [value for _, value in found]
    assert ("phone", "0912") in pairs(query, "application/graphql")


def test_multipart_reads_fields_and_small_texts_and_counts_files() -> None:
    body = (
        '--XyZ\r\nContent-Disposition: form-data; name="phone"\r\n\r\n0912\r\n'
        "--XyZ\r\ncontent-disposition: form-data; name=bio\r\n\r\nhai\r\ndòng\r\n"
        '--XyZ\r\nContent-Disposition: form-data; name="j"\r\n'
        'Content-Type: application/json\r\n\r\n{"lat": "21.5"}\r\n'
        '--XyZ\r\nContent-Disposition: form-data; name="t"; filename="a.txt"\r\n'
        "Content-Type: text/plain\r\n\r\nviết tay\r\n"
        '--XyZ\r\nContent-Disposition: form-data; name="p"; filename="a.png"\r\n'
        "Content-Type: image/png\r\n\r\n\x89PNG0912345678\r\n--XyZ--\r\nphone=0999"
    ).encode()
    fields = fields_of(body, MULTIPART)
    found = [(field.name.strip(), field.value) for field in fields.found]
    assert found == [
        ("phone", "0912"),
        ("bio", "hai\r\ndòng"),
        ("j lat", "21.5"),
        ("", "viết tay"),
    ]
    assert fields.files == 2
    assert fields.unread == ""


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=no"]
)
def test_multipart_with_a_lying_boundary_is_read_as_text(content_type: str) -> None:
    body = b'--XyZ\r\nContent-Disposition: form-data; name="a"\r\n\r\n0912345678\r\n--XyZ--'
    assert any("0912345678" in value for _, value in pairs(body, content_type))


def test_label_in_a_text_names_its_line_but_logs_nobody_in() -> None:
    fields = fields_of("Ngày sinh: 1/5/2016\nmật khẩu: abc".encode(), "text/plain")
    assert ("Ngày sinh", "1/5/2016") in [(f.name, f.value) for f in fields.found]
    assert fields.passwords == 0


def test_password_is_counted_and_not_kept() -> None:
    fields = fields_of(b"user=mai&password=geheim", FORM)
    assert fields.passwords == 1
    assert "geheim" not in repr(fields.found)


def test_socket_messages_are_read_with_and_without_a_frame() -> None:
    for message in ('42["send",{"phone":"0912"}]', '42/chat,["send",{"phone":"0912"}]'):
        assert "0912" in [field.value for field in message_fields(message).found]
    assert [f.value for f in message_fields("chào bạn").found] == ["chào bạn"]
    assert any("0912345678" in f.value for f in message_fields(b"\x08\x96\xff0912345678\x00").found)


@pytest.mark.parametrize(
    ("charset", "codec"), [("utf-16", "utf-16"), ("", "utf-16"), ("windows-1258", "cp1258")]
)
def test_charset_of_the_body_is_followed(charset: str, codec: str) -> None:
    body = "note: Hà tây".encode(codec)
    said = f"text/plain; charset={charset}" if charset else "text/plain"
    assert any(value.startswith("note: H") for _, value in pairs(body, said))


def test_pictures_and_packed_values_are_not_read() -> None:
    assert pairs(b"\xff\xd8 0912345678", "image/jpeg") == []
    packed = "data:image/png;base64," + "QUJD" * 200
    assert pairs(json.dumps({"image": packed, "a": "1"}), "application/json") == [("a", "1")]


@pytest.mark.parametrize(
    ("body", "content_type", "limits", "why"),
    [
        (b"a=" + b"x " * 600, FORM, Limits(body=1000), "body too large"),
        (b"a=1&" * 50, FORM, Limits(fields=20), "too many fields"),
        (b"[" * 300 + b"]" * 300, "application/json", Limits(), "nested too deep"),
        (b"[" * 200_000, "application/json", Limits(), "nested too deep"),
        (b"a=" + b"x+" * 600, FORM, Limits(value=1000), "too much text"),
        (b"a=" + b"x+" * 600, FORM, Limits(text=1000), "too much text"),
        (b"--XyZ\r\n\r\n1\r\n" * 60, MULTIPART, Limits(fields=20), "too many fields"),
    ],
)
def test_what_is_over_a_limit_is_told(
    body: bytes, content_type: str, limits: Limits, why: str
) -> None:
    assert fields_of(body, content_type, limits=limits).unread == why


def test_parameter_of_a_content_type_is_read_quoted_and_not() -> None:
    assert parameter('multipart/form-data; boundary="a b"; x=1', "boundary") == "a b"
    assert parameter("multipart/form-data;BOUNDARY=ab", "boundary") == "ab"
    assert parameter("text/plain", "charset") == ""
