"""mitmproxy addons, thin: one per stage of a connection, each a few lines around kidgate.proxy."""

import kidgate.proxy.lean  # noqa: F401 - before any module here imports mitmproxy's own addons
