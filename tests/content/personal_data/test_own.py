"""A child's own data is known in every way to write it, and from nothing that is kept."""

from __future__ import annotations

import hashlib
from itertools import product

import pytest

from kidgate.content.personal_data.fields import LIMITS, Limits
from kidgate.content.personal_data.folding import BETWEEN, fold
from kidgate.content.personal_data.known import own_kinds
from kidgate.content.personal_data.own import KINDS, NotOwnData, own_data, sealed

KEY = bytes(range(32))
MAI = {
    "name": "Nguyễn Thị Mai",
    "birthday": "1/5/2016",
    "phone": "0912 345 678",
    "email": "Mai2016@gmail.com",
    "address": "12 ngõ 5 Đường Láng, Đống Đa, Hà Nội",
    "school": "Trường Tiểu học Nguyễn Du",
    "parent": "Trần Văn Hùng",
}
KEPT = tuple(sealed(kind, value, KEY) for kind, value in MAI.items())


def found(*texts: str, limits: Limits = LIMITS) -> set[str]:
    own = own_data(KEPT, KEY)
    assert own is not None
    return {kind.value for kind in own_kinds(fold(BETWEEN.join(texts)), own, limits)[0]}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("em tên là Nguyễn Thị Mai ạ", "name"),
        ("NGUYỄN THỊ MAI", "name"),
        ("nguyen thi mai", "name"),
        ("Nguye\u0302\u0303n Thi\u0323 Mai", "name"),
        ("Nguy\u200bễn Thị Mai", "name"),
        ("Mai Nguyen", "name"),
        ("Mai Thị Nguyễn", "name"),
        ("nguyenthimai2016", "name"),
        ("mai_nguyen_thi", "name"),
        ("0912345678", "phone"),
        ("+84 912.345.678", "phone"),
        ("0 9 1 2 3 4 5 6 7 8", "phone"),
        ("912345678", "phone"),
        ("sinh ngày 01/05/2016", "birthday"),
        ("5/1/2016", "birthday"),
        ("2016-05-01T00:00", "birthday"),
        ("1 tháng 5 năm 2016", "birthday"),
        ("May 1, 2016", "birthday"),
        ("1.5.16", "birthday"),
        ("01052016", "birthday"),
        ("MAI2016@GMAIL.COM", "email"),
        ("số nhà 12, ngõ 5, Láng", "address"),
        ("12 ngo 5 duong lang dong da ha noi", "address"),
        ("em học tiểu học Nguyễn Du", "school"),
        ("TH Nguyen Du", "school"),
        ("bố em là trần văn hùng", "parent"),
        ("Hung Tran Van", "parent"),
    ],
)
def test_own_data_is_known_in_every_spelling(text: str, kind: str) -> None:
    assert kind in found(text)


def test_own_name_is_known_over_two_fields() -> None:
    assert found("Nguyễn Thị", "Mai") == {"name"}
    assert found("1", "5", "2016") == {"birthday"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Mai đi học",
        "Thị Mai",
        "Nguyễn Thị Lan",
        "nguyện thị mại",
        "0912345679",
        "1/6/2016",
        "12 Láng Hạ",
        "nhà thơ Nguyễn Du",
        "Trần Văn",
        "mai2017@gmail.com",
    ],
)
def test_what_is_only_close_is_not_own_data(text: str) -> None:
    assert found(text) == set()


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("name", "Mai"),
        ("name", ""),
        ("parent", "Hùng!"),
        ("name", "a b c d e f g h i"),
        ("phone", "111"),
        ("phone", "không có"),
        ("birthday", "7/9"),
        ("birthday", "2016-02-30"),
        ("birthday", "1850-02-03"),
        ("email", "zed"),
        ("address", "Hà"),
        ("school", "Quế"),
    ],
)
def test_value_that_says_too_little_is_refused_and_not_repeated(kind: str, value: str) -> None:
    with pytest.raises(NotOwnData) as fault:
        sealed(kind, value, KEY)
    assert not value or value not in str(fault.value)


def test_nothing_kept_can_be_read_or_tried_without_the_key() -> None:
    kept = " ".join(KEPT).lower()
    for value in MAI.values():
        for word in [*value.split(), value]:
            assert len(word) < 4 or word.lower() not in kept
    for plain, hashed in product(("0912345678", "2016-05-01"), ("md5", "sha1", "sha256")):
        assert hashlib.new(hashed, plain.encode()).hexdigest()[:12] not in kept
    other = own_data([sealed("phone", MAI["phone"], b"x" * 32)], KEY)
    assert other is not None
    assert own_kinds(fold("0912345678"), other, LIMITS)[0] == set()


def test_same_value_is_sealed_alike_in_every_spelling() -> None:
    assert sealed("phone", "+84912345678", KEY) == sealed("phone", "0912.345.678", KEY)
    assert sealed("birthday", "2016-05-01", KEY) == sealed("birthday", "1/5/2016", KEY)
    assert sealed("name", "nguyễn  thị MAI", KEY) == sealed("name", "Nguyễn Thị Mai", KEY)


def test_name_that_ends_in_a_title_is_not_read_backwards() -> None:
    own = own_data([sealed("name", "Trần Anh", KEY), sealed("name", "Vũ Đức Anh", KEY)], KEY)
    assert own is not None
    for text, told in (("Anh Trần Nhất Thiện", False), ("anh Vũ", False), ("Trần Anh", True)):
        assert bool(own_kinds(fold(text), own, LIMITS)[0]) is told


def test_entries_of_another_version_are_passed_over() -> None:
    assert own_data([], KEY) is None
    assert own_data(["name:zz", "pet:" + "0" * 28, "nonsense", ""], KEY) is None
    own = own_data(["name:zz", KEPT[2]], KEY)
    assert own is not None and own.kinds == {"phone"}


def test_text_beyond_the_limit_is_told() -> None:
    own = own_data(KEPT, KEY)
    assert own is not None
    kinds, complete = own_kinds(fold("chào " * 20 + MAI["name"]), own, Limits(words=10))
    assert (kinds, complete) == (set(), False)
    assert own_kinds(fold("chào " * 20), own, LIMITS) == (set(), True)


def test_every_kind_can_be_kept() -> None:
    assert {kind.value for kind in KINDS} == set(MAI)
