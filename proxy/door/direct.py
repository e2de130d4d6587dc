"""An event loop whose sockets may be watched without asyncio: the callback is called at once.

What asyncio does for each event (a selector key, a handle, a context, a turn through its queue)
costs more than moving a small message does. What is watched here lies in an epoll of our own, in
which the one of asyncio lies too: a wait for both is one system call.
"""

from __future__ import annotations

import asyncio
import logging
import select
import selectors
from collections.abc import Callable

logger = logging.getLogger(__name__)
IN, OUT = select.EPOLLIN, select.EPOLLOUT
Watcher = Callable[[int], None]  # is told the events; those it did not ask for may be among them


class DirectSelector(selectors.EpollSelector):
    """asyncio's selector, and beside it what is watched directly. A watcher must not raise."""

    def __init__(self) -> None:
        super().__init__()
        self._epoll = select.epoll()
        self._epoll.register(self.fileno(), IN)
        self._watchers: dict[int, Watcher] = {}
        self._events: dict[int, int] = {}  # that the kernel watches for
        self._new: set[int] = set()  # since the wait: what the kernel told is of who had the number

    def watch(self, fd: int, events: int, watcher: Watcher) -> None:
        """Watch a descriptor from now on, level-triggered, for these events and by nobody else. It
        is to be forgotten before it is closed. OSError when the kernel has no room."""
        if fd not in self._watchers:
            self._epoll.register(fd, events)
            self._new.add(fd)
        elif self._events[fd] != events:
            self._epoll.modify(fd, events)
        self._watchers[fd], self._events[fd] = watcher, events

    def forget(self, fd: int) -> None:
        """Watch it no longer; nothing happens when nobody did."""
        if self._watchers.pop(fd, None) is not None:
            del self._events[fd]
            self._epoll.unregister(fd)

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """asyncio's part of what has happened; the watchers are told theirs."""
        self._new.clear()
        others = False
        for fd, events in self._epoll.poll(timeout):
            watcher = self._watchers.get(fd)
            if watcher is None:
                others = True  # or it was forgotten a moment ago
            elif fd not in self._new:
                try:
                    watcher(events)
                except Exception:
                    logger.exception("a watcher failed; its socket is watched no longer")
                    self.forget(fd)
        return super().select(0) if others else []

    def close(self) -> None:
        self._epoll.close()
        super().close()


class DirectLoop(asyncio.SelectorEventLoop):
    """An event loop with a direct selector."""

    def __init__(self) -> None:
        self.direct = DirectSelector()
        super().__init__(self.direct)


def direct() -> DirectSelector:
    """Of the running loop. TypeError when it has none."""
    loop = asyncio.get_running_loop()
    if not isinstance(loop, DirectLoop):
        raise TypeError("the door works in a DirectLoop alone")
    return loop.direct
