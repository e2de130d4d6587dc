"""The built-in services by any name that people and other programs have for them."""

from __future__ import annotations

from functools import cache

from kidgate.documents.builtin import load_builtin
from kidgate.policies.service_names import ServiceNames


def service_key(name: str) -> str | None:
    """The key of the built-in service that is called so; None: none is.

    `fb`, `Facebook` and AdGuard's and v2fly's names are known. For a house's own services too:
    `policies.service_names.ServiceNames`.
    """
    return _names().key_of(name)


@cache
def _names() -> ServiceNames:
    return ServiceNames.of(load_builtin()[1])
