"""`python -m tests.cases.up CONFIG [--worker MODULE] [--keeper MODULE]`: what `kidgate up` does,
with the program of one kind of process replaced by a faulty one, to prove that faults fail closed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from kidgate.documents.config import load_config
from kidgate.proxy import supervisor
from kidgate.proxy.children import Child


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("config", type=Path)
    parser.add_argument("--worker", default="kidgate.addons.worker")
    parser.add_argument("--keeper", default="kidgate.keeper")
    options = parser.parse_args()
    modules = {"kidgate.addons.worker": options.worker, "kidgate.keeper": options.keeper}
    start = Child.start

    def start_other(child: Child) -> None:
        child.module = modules.get(child.module, child.module)
        start(child)

    Child.start = start_other  # type: ignore[method-assign,assignment]
    supervisor.run(load_config(options.config))


if __name__ == "__main__":
    main()
