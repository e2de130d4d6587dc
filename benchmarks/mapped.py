"""A process that maps the sealed index, as a worker does: `python -m benchmarks.mapped`.

It is told `{"fds": [...], "hosts": [...]}` and answers what that cost it in memory, in bytes.
"""

from __future__ import annotations

import gc
import json
import sys
from dataclasses import asdict

from benchmarks.processes import memory
from kidgate.lists.seal import Sealed, from_fds


def main() -> None:
    told = json.loads(sys.stdin.readline())
    gc.collect()
    before = memory()
    index = from_fds(Sealed(*told["fds"]))
    opened = memory()
    for host in told["hosts"]:
        index.find(host)
    used = memory()
    answer = {
        name: {"private": now.private - before.private, "shared": now.shared - before.shared}
        for name, now in (("opened", opened), ("used", used))
    }
    print(json.dumps(answer | {"before": asdict(before)}), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
