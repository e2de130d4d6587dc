"""One-time codes: the standard's own numbers, a clock that is off, a code used twice."""

from __future__ import annotations

from base64 import b32encode
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from kidgate.dashboard.signing_in.totp import new_secret, step_of, uri

SECRET = b32encode(b"12345678901234567890").decode()
NOW = datetime(2026, 11, 22, 12, 0, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30


def code(step: int) -> str:
    return str(pyotp.TOTP(SECRET).generate_otp(step))


# RFC 6238, appendix B: the last six of eight digits.
@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_code_of_the_standard_is_right(seconds: int, wanted: str) -> None:
    at = datetime.fromtimestamp(seconds, UTC)
    assert step_of(SECRET, wanted, at, 0) == seconds // 30


@pytest.mark.parametrize(
    ("off", "right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_clock_may_be_one_step_off(off: int, right: bool) -> None:
    assert step_of(SECRET, code(STEP + off), NOW, 0) == (STEP + off if right else None)


def test_code_is_not_good_twice_nor_an_older_one_after_it() -> None:
    assert step_of(SECRET, code(STEP), NOW, STEP - 1) == STEP
    assert step_of(SECRET, code(STEP), NOW, STEP) is None
    assert step_of(SECRET, code(STEP - 1), NOW, STEP) is None
    assert step_of(SECRET, code(STEP + 1), NOW, STEP) == STEP + 1
    assert step_of(SECRET, code(STEP), NOW + timedelta(seconds=30), STEP) is None


def test_code_may_be_typed_as_apps_show_it() -> None:
    found = code(STEP)
    assert step_of(SECRET, f" {found[:3]} {found[3:]}\n", NOW, 0) == STEP


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "\x00" * 6])
def test_what_is_no_code_is_wrong(typed: str) -> None:
    assert step_of(SECRET, typed, NOW, 0) is None


def test_nobody_s_code_is_wrong() -> None:
    assert step_of("", code(STEP), NOW, 0) is None


def test_secret_is_random_and_the_app_is_told_it() -> None:
    secrets = {new_secret() for _ in range(20)}
    assert len(secrets) == 20 and all(len(secret) == 32 for secret in secrets)
    told = uri(SECRET, "cô hòa")
    assert told.startswith("otpauth://totp/Kidgate:c%C3%B4%20h%C3%B2a?")
    assert f"secret={SECRET}" in told and "issuer=Kidgate" in told
