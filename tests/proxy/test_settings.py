"""mitmproxy's settings: all known by name, the safe ones held."""

from __future__ import annotations

from pathlib import Path

import pytest
from mitmproxy.options import Options

from kidgate.proxy.settings import UnsafeSettings, apply_settings, safe_settings
from tests.proxy.stand import all_options

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "mitmproxy_options.txt"


def test_no_option_is_unknown_to_us() -> None:
    """A new name: read what it does, set it in `safe_settings` if need be, then add it here."""
    assert sorted(all_options().keys()) == GOLDEN.read_text().split()


def test_safe_settings_are_options_that_exist(tmp_path: Path) -> None:
    assert set(safe_settings(tmp_path, tmp_path)) <= set(all_options().keys())


def test_settings_are_held_when_they_are_applied(tmp_path: Path) -> None:
    options = all_options()
    wanted = safe_settings(tmp_path, tmp_path)
    apply_settings(options, wanted)
    assert {name: getattr(options, name) for name in wanted} == wanted


def test_start_fails_when_a_setting_does_not_hold(tmp_path: Path) -> None:
    class Deaf(Options):
        def update(self, **values: object) -> None:
            """Takes nothing."""

    options = Deaf()
    wanted = {
        "ssl_insecure": True,
        "http2_ping_keepalive": 7,
        "ssl_verify_upstream_trusted_ca": None,
    }
    with pytest.raises(UnsafeSettings) as found:
        apply_settings(options, wanted)
    assert "ssl_insecure is False, not True" in str(found.value)
    assert "http2_ping_keepalive is 58, not 7" in str(found.value)
    assert "trusted_ca" not in str(found.value)
