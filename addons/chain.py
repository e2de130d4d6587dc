"""The stages of a connection, as one visible table: hook name -> what runs, in order.

Ours run first and guarded; mitmproxy's own (layer choice, TLS contexts) follow. A hook that is not
in the table does nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Mapping
from typing import Any

from kidgate.addons.guard import Hook, guarded
from kidgate.proxy.gateway import Gateway

# In the order of a connection's life (DESIGN 3).
HOOKS = (
    "http_connect",
    "next_layer",
    "tls_clienthello",
    "tls_start_client",
    "tls_start_server",
    "tls_failed_client",
    "requestheaders",
    "request",
    "server_connect",
    "server_disconnected",
    "responseheaders",
    "body_too_large",
    "response",
    "error",
    "websocket_message",
    "websocket_end",
)
# All has been judged there, and mitmproxy would serve its revocation list.
OURS_ALONE = frozenset(("request",))


class Chain:
    """All hooks of all addons, resolved once."""

    def __init__(self, table: Mapping[str, tuple[Hook, ...]]) -> None:
        self._table = table

    @classmethod
    def of(cls, gateway: Gateway, ours: Iterable[object], theirs: Iterable[object]) -> Chain:
        table: dict[str, tuple[Hook, ...]] = {}
        for name in HOOKS:
            addons = ours if name in OURS_ALONE else (*ours, *theirs)
            found = [getattr(addon, name) for addon in addons if hasattr(addon, name)]
            table[name] = tuple(guarded(gateway, name, hook) for hook in found)
        return cls(table)

    def call(self, name: str, data: Any) -> Awaitable[None] | None:
        """Run a hook's functions in order; from the first that waits, the rest waits with it."""
        hooks = self._table.get(name)
        if not hooks:
            return None
        for position, hook in enumerate(hooks):
            waiting = hook(data)
            if waiting is not None:
                return _rest(waiting, hooks[position + 1 :], data)
        return None


async def _rest(waiting: Awaitable[None], hooks: tuple[Hook, ...], data: Any) -> None:
    await waiting
    for hook in hooks:
        again = hook(data)
        if again is not None:
            await again
