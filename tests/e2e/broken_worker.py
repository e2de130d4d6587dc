"""A worker of which one part can be made to fail: `python -m kidgate.addons.worker` otherwise.

BROKEN names a file; what stands in it fails from then on: `hook:NAME`, `decide`, `journal`, `page`,
`resolver`, or a function with its module, if BREAKABLE names it. An empty file: nothing.
"""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from kidgate.addons import chain, worker
from kidgate.addons.guard import guarded
from kidgate.proxy import gateway, pages, recorder, resolver


def fails(part: str) -> bool:
    return Path(os.environ["BROKEN"]).read_text() == part


def breakable(part: str, original: Callable[..., Any]) -> Callable[..., Any]:
    """`original`, unless its part is to fail."""

    def call(*args: Any, **more: Any) -> Any:
        if fails(part):
            raise RuntimeError("made to fail")
        return original(*args, **more)

    return call


def break_hooks() -> None:
    """A named hook of every addon raises, guarded as always."""
    original = chain.Chain.of.__func__  # type: ignore[attr-defined]

    def of(cls: Any, gateway: Any, ours: Any, theirs: Any) -> Any:
        whole = original(cls, gateway, ours, theirs)
        table = {}
        for name in chain.HOOKS:
            hook: Callable[[Any], Awaitable[None] | None] = partial(whole.call, name)
            table[name] = (guarded(gateway, name, breakable(f"hook:{name}", hook)),)
        return cls(table)

    chain.Chain.of = classmethod(of)  # type: ignore[assignment]


def main() -> None:
    break_hooks()
    places: dict[str, tuple[Any, str]] = {
        "decide": (gateway, "decide"),
        "journal": (recorder.Recorder, "record"),
        "page": (pages.Pages, "block"),
        "resolver": (resolver.Resolver, "known"),
    }
    for part in json.loads(os.environ.get("BREAKABLE", "[]")):
        module, _, name = part.rpartition(".")
        places[part] = (importlib.import_module(module), name)
    for part, (owner, name) in places.items():
        setattr(owner, name, breakable(part, getattr(owner, name)))
    worker.main()


if __name__ == "__main__":
    main()
