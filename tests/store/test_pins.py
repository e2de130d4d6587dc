from __future__ import annotations

from datetime import UTC, datetime

from kidgate.store.database import Database
from kidgate.store.pins import pin_hash, put_pin, with_pins

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_pin_is_set_replaced_and_taken_away(database: Database) -> None:
    with database.writing() as session:
        put_pin(session, "mai", "$argon2id$1", NOON)
        put_pin(session, "an", "$argon2id$2", NOON)
        put_pin(session, "mai", "$argon2id$3", NOON)
        assert with_pins(session) == ("an", "mai")
        assert (pin_hash(session, "mai"), pin_hash(session, "nobody")) == ("$argon2id$3", "")
        put_pin(session, "mai", "", NOON)
        assert with_pins(session) == ("an",)
