"""The canary is the same picture everywhere, and has a good hash."""

from __future__ import annotations

import pytest

from kidgate.content.images.canary import PDQ, SIDE, canary
from kidgate.content.images.sniff import Format, Seen, Size, look
from kidgate.content.images.worth import is_decoration, why_not


def test_canary_is_a_picture_that_is_looked_at() -> None:
    seen = look(canary())
    assert seen == Seen(Format.PNG, Size(SIDE, SIDE))
    assert not is_decoration(seen, len(canary()))
    assert why_not(seen, len(canary())) == ""


def test_its_hash_is_the_one_that_is_compiled_in() -> None:
    pytest.importorskip("PIL", reason="needs the extra `images`")
    from kidgate.content.images.decode import frames, hashable
    from kidgate.content.images.pdq import pdq

    (frame,) = frames(canary())
    found = pdq(hashable(frame))
    assert found.quality == 100
    assert (int.from_bytes(found.bits) ^ int.from_bytes(PDQ)).bit_count() <= 2
