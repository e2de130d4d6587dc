"""Many clients that do little: `python -m benchmarks.crowd`, ends with its input.

It is told `{"proxy": PORT, "count": ..., "kind": "idle" | "slow", "host": ..., "sources": [...]}`
and answers `{"open": ...}` once they stand. Idle ones have had one answer and ask no more; slow
ones send a byte of a head each second, and come again when they are cut.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from typing import Any

AT_ONCE = 200
BYTE_SECONDS = 1.0


async def idle(told: dict[str, Any], source: str) -> bool:
    """Whether it stands, answered once."""
    try:
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", told["proxy"], local_addr=(source, 0)
        )
        head = f"GET http://{told['host']}/ HTTP/1.1\r\nHost: {told['host']}\r\n\r\n"
        writer.write(head.encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        await reader.readexactly(length)
    except (OSError, asyncio.IncompleteReadError):
        return False
    KEPT.append((reader, writer))
    return True


async def slow(told: dict[str, Any], source: str) -> None:
    """A head that never ends."""
    head = f"GET http://{told['host']}/ HTTP/1.1\r\nCookie: ".encode()
    while True:
        try:
            _, writer = await asyncio.open_connection(
                "127.0.0.1", told["proxy"], local_addr=(source, 0)
            )
            writer.write(head)
            while not writer.is_closing():
                await asyncio.sleep(BYTE_SECONDS)
                writer.write(b"x")
                await writer.drain()
        except OSError:
            await asyncio.sleep(BYTE_SECONDS)


KEPT: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []


async def main(told: dict[str, Any]) -> None:
    sources = [told["sources"][n % len(told["sources"])] for n in range(told["count"])]
    attack: list[asyncio.Task[None]] = []
    if told["kind"] == "slow":
        attack = [asyncio.create_task(slow(told, source)) for source in sources]
        await asyncio.sleep(2 * BYTE_SECONDS)
        standing = len(attack)
    else:
        standing = 0
        for first in range(0, len(sources), AT_ONCE):
            some = [idle(told, source) for source in sources[first : first + AT_ONCE]]
            standing += sum(await asyncio.gather(*some))
    print(json.dumps({"open": standing}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for task in attack:
        task.cancel()


if __name__ == "__main__":
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(main(json.loads(sys.stdin.readline())))
