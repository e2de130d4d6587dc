"""The optional libraries for threat intelligence, imported only when a file needs them."""

from __future__ import annotations

import importlib
from typing import Any

from kidgate.lists.faults import ImportRefused, Refusal


def library(name: str, file: str, what: str) -> Any:
    """A module of the extra `threat-intel`. Raises ImportRefused with how to get it."""
    try:
        return importlib.import_module(name)
    except ImportError as fault:
        message = (
            f"`{file}` is {what}, which is read by a library that is not installed: "
            "pip install kidgate[threat-intel]"
        )
        raise ImportRefused(Refusal.MISSING_EXTRA, message) from fault
