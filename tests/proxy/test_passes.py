"""The signed cookie: bound to the child, the site and an hour."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kidgate.proxy.passes import SECONDS, Passes, set_cookie, split_cookie

PASSES = Passes(b"k" * 32)
NOW = 1_800_000_000.5


def test_pass_holds_for_its_hour() -> None:
    value = PASSES.issue("mai", "a.example", NOW)
    assert PASSES.valid(value, "mai", "a.example", NOW)
    assert PASSES.valid(value, "mai", "a.example", NOW + SECONDS - 1)
    assert not PASSES.valid(value, "mai", "a.example", NOW + SECONDS + 1)


@pytest.mark.parametrize(
    ("who", "site"), [("bi", "a.example"), ("mai", "b.example"), ("mai", "x.a.example"), ("", "")]
)
def test_pass_fails_when_child_or_site_is_another(who: str, site: str) -> None:
    assert not PASSES.valid(PASSES.issue("mai", "a.example", NOW), who, site, NOW)


def test_pass_fails_under_another_key() -> None:
    value = Passes(b"x" * 32).issue("mai", "a.example", NOW)
    assert not PASSES.valid(value, "mai", "a.example", NOW)


def test_pass_fails_when_its_time_is_put_off() -> None:
    until, _, mac = PASSES.issue("mai", "a.example", NOW).partition(".")
    assert not PASSES.valid(f"{int(until) + 1}.{mac}", "mai", "a.example", NOW)


@pytest.mark.parametrize(
    "value",
    ["", ".", "9999999999", "9999999999.", "9999999999.é", "9999999999.\udcff", "²5.x", "-1.x"],
)
def test_pass_fails_without_a_fault_when_it_is_nonsense(value: str) -> None:
    assert not PASSES.valid(value, "mai", "a.example", NOW)


@given(st.text())
def test_no_text_is_a_pass(value: str) -> None:
    assert not PASSES.valid(value, "mai", "a.example", NOW)


def test_names_that_run_together_are_kept_apart() -> None:
    assert not PASSES.valid(PASSES.issue("ma", "ia.example", NOW), "mai", "a.example", NOW)


@pytest.mark.parametrize(
    ("header", "value", "rest"),
    [
        ("", "", ""),
        ("a=1", "", "a=1"),
        ("kidgate-pass=v", "v", ""),
        ("a=1; kidgate-pass=v; b=2", "v", "a=1; b=2"),
        ("a=1;kidgate-pass=1.x=y;;b", "1.x=y", "a=1; b"),
        ("xkidgate-pass=v", "", "xkidgate-pass=v"),
        ("kidgate-pass=v; kidgate-pass=w", "w", ""),
    ],
)
def test_cookie_is_taken_out_of_the_header(header: str, value: str, rest: str) -> None:
    assert split_cookie(header) == (value, rest)


@given(st.text())
def test_nothing_of_ours_is_left_in_the_header(header: str) -> None:
    _, rest = split_cookie(header)
    assert split_cookie(rest) == ("", rest)


def test_cookie_is_hidden_from_scripts_and_secure_over_tls() -> None:
    assert "HttpOnly" in set_cookie("v", secure=False)
    assert "Secure" not in set_cookie("v", secure=False)
    assert set_cookie("v", secure=True).endswith("; Secure")
