"""The kinds of personal data, and where in a text one was found."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What policy, journal and block page call it."""

    NAME = "name"  # own data only: a full name has no shape
    BIRTHDAY = "birthday"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    SCHOOL = "school"  # own data only
    PARENT = "parent"  # own data only: a parent's name
    CITIZEN_ID = "citizen_id"
    CARD = "card"
    BANK_ACCOUNT = "bank_account"
    OTP = "otp"
    LOCATION = "location"


class Span(NamedTuple):
    """A place in a text; `end` is behind it."""

    kind: Kind
    start: int
    end: int
