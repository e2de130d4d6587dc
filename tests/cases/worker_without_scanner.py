"""A worker that cannot read a page, run by `tests.cases.up`: what nobody has read must not pass."""

from __future__ import annotations

from kidgate.addons import worker
from kidgate.proxy.content import analysers
from tests.cases.worker_without_decision import raise_always

if __name__ == "__main__":
    analysers.page_text = raise_always  # type: ignore[attr-defined]
    worker.main()
