"""Built-in services by what they are called."""

from __future__ import annotations

import pytest

from kidgate.documents.service_names import service_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("fb", "facebook"),
        ("Twitter", "x"),
        ("xboxlive", "xbox"),
        ("Liên Quân Mobile", "lien_quan"),
        ("Đấu Trường", None),
        ("9gag", "nine_gag"),
        ("Disney+", "disney_plus"),
        ("tik-tok", "tiktok"),
        ("zalo", "zalo"),
        ("fifa", None),  # AdGuard's is the federation's own television
        ("nobody", None),
        ("", None),
        ("---", None),
    ],
)
def test_service_key_finds_a_service_by_what_it_is_called(name: str, key: str | None) -> None:
    assert service_key(name) == key
