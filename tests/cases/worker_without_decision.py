"""A worker whose `decide` raises, run by `tests.cases.up`: a fault must be a block."""

from __future__ import annotations

from typing import Any, NoReturn

from kidgate.addons import worker
from kidgate.proxy import gateway


def raise_always(*_: Any, **__: Any) -> NoReturn:
    raise RuntimeError("made to fail by the rig")


if __name__ == "__main__":
    gateway.decide = raise_always  # type: ignore[attr-defined]
    worker.main()
