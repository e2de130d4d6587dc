"""mitmproxy addons, thin: one per stage of a connection, each a few lines around kidgate.proxy."""
