"""The journal never gets what a child told about itself."""

from __future__ import annotations

import pytest

from kidgate.content.personal_data.fields import Limits
from kidgate.content.personal_data.mask import UNREAD, mask, mask_path, mask_query
from kidgate.content.personal_data.own import own_data, sealed

KEY = bytes(range(32))
OWN = own_data([sealed("name", "Nguyễn Thị Mai", KEY)], KEY)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("gọi 0912 345 678 hay a.b@gmail.com nhé", "gọi *phone* hay *email* nhé"),
        ("hai số 0912345678 0987654321", "hai số *phone* *phone*"),
        ("hôm nay trời đẹp 😀", "hôm nay trời đẹp 😀"),
        ("", ""),
    ],
)
def test_text_keeps_all_but_the_data(text: str, masked: str) -> None:
    assert mask(text) == masked
    assert mask(masked) == masked


@pytest.mark.parametrize(
    ("query", "masked"),
    [
        ("q=cat&phone=0912345678", "q=cat&phone=*phone*"),
        ("mail=a.b%40gmail.com&x=1", "mail=*email*&x=1"),
        ("password=abc&x=1", "password=*password*&x=1"),
        ("lat=21.0285&lng=105.8542&z=3", "*location*"),
        ("0912345678", "*phone*"),
        ("j=%7B%22sdt%22%3A%220912345678%22%7D", "j=*phone*"),
        ("q=m%C3%A8o&page=2", "q=m%C3%A8o&page=2"),
        ("", ""),
    ],
)
def test_query_keeps_its_names(query: str, masked: str) -> None:
    assert mask_query(query) == masked
    assert mask_query(masked) == masked


def test_own_data_is_masked_too() -> None:
    assert mask_query("ten=Nguy%E1%BB%85n+Th%E1%BB%8B+Mai&x=1", OWN) == "ten=*name*&x=1"
    assert mask_query("ho=Nguy%E1%BB%85n+Th%E1%BB%8B&ten=Mai", OWN) == "*name*"
    assert mask("em là nguyen thi mai", OWN) == "*name*"
    assert mask_path("/u/nguyen_thi_mai/anh", OWN) == "/u/*name*/anh"


def test_path_keeps_its_other_segments() -> None:
    assert mask_path("/u/0912345678/a.b%40gmail.com/x%20y") == "/u/*phone*/*email*/x%20y"
    assert mask_path("/") == "/"


def test_nothing_is_kept_of_what_is_too_long_to_read() -> None:
    assert mask("dài " * 10, limits=Limits(text=10)) == UNREAD
    assert "0912345678" not in mask_query("a=1&" * 30 + "b=0912345678", limits=Limits(fields=10))
