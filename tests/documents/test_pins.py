"""What a PIN may be."""

from __future__ import annotations

import pytest

from kidgate.documents.pins import checked_pin, hash_pin
from kidgate.policies.edits import EditFault


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", "1111", "1234", "8765", "١٢٣٧"])
def test_weak_pin_is_refused_and_not_repeated(pin: str) -> None:
    with pytest.raises(EditFault) as caught:
        checked_pin(pin)
    assert pin not in str(caught.value)


def test_pin_is_hashed_with_argon2() -> None:
    assert hash_pin(checked_pin("4071")).startswith("$argon2id$")
