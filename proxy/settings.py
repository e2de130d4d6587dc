"""The settings of mitmproxy that our promises rest on: set at start, then read back and compared.

Source of each: measured against mitmproxy 12.2.3. A test fails when a new version brings an option
that is not known here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mitmproxy.options import Options

# Forward secrecy and AEAD only; TLS 1.3 suites are always both.
UPSTREAM_CIPHERS = ":".join(
    f"ECDHE-{key}-{suite}"
    for suite in ("AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305")
    for key in ("ECDSA", "RSA")
)


class UnsafeSettings(RuntimeError):
    """mitmproxy did not take a setting that the gateway's safety rests on."""


def safe_settings(ca: Path, trusted: Path) -> dict[str, Any]:
    """What must hold. `ca` is mitmproxy's confdir, `trusted` the PEM file of upstream roots."""
    return {
        "mode": [],  # listeners are ours
        "server": False,
        "confdir": str(ca),
        "ssl_verify_upstream_trusted_ca": str(trusted),
        "ssl_insecure": False,
        "ciphers_server": UPSTREAM_CIPHERS,
        "tls_version_client_min": "TLS1_2",
        "tls_version_server_min": "TLS1_2",
        "connection_strategy": "lazy",  # nothing is dialled before it is judged
        "upstream_cert": False,  # minted leaves name the visited host alone
        "rawtcp": False,  # else any 101 becomes a tunnel
        "http2": True,
        "http3": False,
        "websocket": True,
        "validate_inbound_headers": True,
        "stream_large_bodies": None,  # a body streams only after its verdict
        "body_size_limit": None,
        "store_streamed_bodies": False,
        "ignore_hosts": [],
        "allow_hosts": [],
        "tcp_hosts": [],
        "udp_hosts": [],
        "show_ignored_hosts": False,
        "key_size": 2048,
        "tcp_timeout": 600,
    }


def apply_settings(options: Options, settings: dict[str, Any]) -> None:
    """Set all of them, and read each back: `UnsafeSettings` names every one that did not hold."""
    # Only what differs: setting a TLS version anew makes mitmproxy probe versions that OpenSSL
    # lacks.
    options.update(**{k: v for k, v in settings.items() if getattr(options, k) != v})
    wrong = [
        f"{name} is {getattr(options, name)!r}, not {value!r}"
        for name, value in settings.items()
        if getattr(options, name) != value
    ]
    if wrong:
        raise UnsafeSettings("mitmproxy refused settings: " + "; ".join(wrong))
