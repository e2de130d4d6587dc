"""A worker with one part made to fail: `python -m kidgate.addons.worker` otherwise.

The part is named by BROKEN: `hook:NAME`, `decide`, `journal`, `page`, `resolver`, or a function
with its module.
"""

from __future__ import annotations

import importlib
import os
from typing import Any, NoReturn

from kidgate.addons import chain, worker
from kidgate.addons.guard import guarded
from kidgate.proxy import gateway, pages, recorder, resolver

ONLY_ON = "bad.example"


def fail(*_: Any, **__: Any) -> NoReturn:
    raise RuntimeError("made to fail")


def break_hook(name: str) -> None:
    """The named hook of every addon raises, guarded as always."""
    original = chain.Chain.of.__func__  # type: ignore[attr-defined]

    def of(cls: Any, gateway: Any, ours: Any, theirs: Any) -> Any:
        made = original(cls, gateway, ours, theirs)
        made._table[name] = (guarded(gateway, name, fail),)
        return made

    chain.Chain.of = classmethod(of)  # type: ignore[assignment]


def main() -> None:
    part, _, name = os.environ["BROKEN"].partition(":")
    match part:
        case "hook":
            break_hook(name)
        case "decide":
            gateway.decide = fail
        case "journal":
            recorder.Recorder.record = fail  # type: ignore[method-assign]
        case "page":
            pages.Pages.block = fail  # type: ignore[method-assign]
        case "resolver":
            resolver.Resolver.known = fail  # type: ignore[method-assign]
        case dotted:
            module, _, function = dotted.rpartition(".")
            assert hasattr(importlib.import_module(module), function)
            setattr(importlib.import_module(module), function, fail)
    worker.main()


if __name__ == "__main__":
    main()
