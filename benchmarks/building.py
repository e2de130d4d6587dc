"""A process that imports a list or builds an index: `python -m benchmarks.building`.

It is told `{"list": PATH, "names": PATH}` or `{"index": PATH, "feeds": [...]}` and answers with the
seconds it took, by the clock and of the processor, and its peak memory in bytes.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.processes import peak
from kidgate.lists.build import FeedSource, build_index
from kidgate.lists.importing import import_feed


def done(told: dict[str, Any]) -> dict[str, Any]:
    if "list" in told:
        return {"accepted": import_feed(Path(told["list"]), Path(told["names"])).accepted}
    feeds = [FeedSource(f["name"], f["category"], Path(f["path"])) for f in told["feeds"]]
    return asdict(build_index(Path(told["index"]), feeds))


def main() -> None:
    told = json.loads(sys.stdin.readline())
    started = time.perf_counter()
    answer = done(told)
    seconds = time.perf_counter() - started
    cost = {"seconds": seconds, "processor": time.process_time(), "peak": peak()}
    print(json.dumps(answer | cost), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
