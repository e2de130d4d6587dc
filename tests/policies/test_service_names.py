"""Services by any of their names."""

from __future__ import annotations

import pytest

from kidgate.policies.rows import ServiceRow
from kidgate.policies.service_names import ServiceNames, plain_name

BUILTIN = (
    ServiceRow("lien_quan", "Liên Quân Mobile", aliases=("aov",)),
    ServiceRow("facebook", "Facebook", aliases=("fb", "face_book_app")),
    ServiceRow("nhat", "日本"),
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Liên Quân", "lienquan"), ("Đọc-Sách 2", "docsach2"), ("日本", ""), ("X!", "x"), ("", "")],
)
def test_plain_name_is_letters_and_digits_alone(text: str, plain: str) -> None:
    assert plain_name(text) == plain


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("lien_quan", "lien_quan"),
        ("Liên quân", "lien_quan"),
        ("LIÊN QUÂN MOBILE", "lien_quan"),
        ("AOV", "lien_quan"),
        ("F.B.", "facebook"),
        ("日本", None),
        ("", None),
        ("face", None),
    ],
)
def test_key_is_found_by_key_alias_and_title(name: str, key: str | None) -> None:
    assert ServiceNames.of(BUILTIN).key_of(name) == key


def test_own_names_come_before_built_in_ones_and_keys_before_all() -> None:
    own = (
        ServiceRow("mine", aliases=("fb", "facebook")),
        ServiceRow("lien_quan", "Của nhà", aliases=("lq",)),
    )
    names = ServiceNames.of(BUILTIN, own)
    assert names.key_of("fb") == "mine"
    assert names.key_of("facebook") == "facebook"
    assert names.key_of("lq") == "lien_quan"
    assert names.key_of("aov") is None  # the changed service has names of its own
    assert names.keys == {"mine", "lien_quan", "facebook", "nhat"}
