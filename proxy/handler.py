"""One client connection: mitmproxy's layers, our hooks called inline, our time limits.

mitmproxy starts a task for every hook and swallows its exceptions. Here a hook is a plain call
whose completion goes back to the layers at once; one that must wait (for the journal, for a name)
gets its task. Any exception becomes a block: the guard around each hook sees to it
(`kidgate.addons.guard`).
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Coroutine
from functools import partial
from typing import Any, Protocol

from mitmproxy.connection import Connection
from mitmproxy.options import Options
from mitmproxy.proxy import commands, events, mode_specs
from mitmproxy.proxy.layers.tls import TlsClienthelloHook
from mitmproxy.proxy.server import ConnectionIO, LiveConnectionHandler

logger = logging.getLogger(__name__)


class Hooks(Protocol):
    """The stages of a connection's life, by mitmproxy's hook names."""

    def call(self, name: str, data: Any) -> Awaitable[None] | None:
        """Run a hook; an awaitable is returned only when it must wait."""
        ...


def data_of(hook: commands.StartHook) -> Any:
    """A hook's data: its first field. `StartHook.args` looks for the fields anew each time."""
    return next(iter(vars(hook).values()))


class GatewayHandler(LiveConnectionHandler):
    """A connection handler that owns its deadlines and calls hooks inline."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        options: Options,
        mode: mode_specs.ProxyMode,
        hooks: Hooks,
        *,
        head_seconds: float,
        idle_seconds: float,
    ) -> None:
        super().__init__(reader, writer, options, mode)
        self.hooks = hooks
        self.timeout_watchdog.timeout = int(idle_seconds)
        self._head_seconds = head_seconds
        self._head_timer: asyncio.TimerHandle | None = None
        self._events: deque[events.Event] = deque()
        self._unsent: dict[Connection, list[bytes]] = {}
        self._running = False
        self._between_requests = False
        self._head_begun = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._expect_head()

    def cut(self) -> None:
        """End the connection now, answered or not."""
        io = self.transports.get(self.client)
        if io and io.writer is not None:
            transport = getattr(io.writer, "transport", None)
            if transport is not None:
                transport.abort()
            else:
                io.writer.close()

    # Deadlines: the first head, and each further one once its first byte has come.

    def _expect_head(self) -> None:
        if self._head_timer is None:
            loop = asyncio.get_running_loop()
            self._head_timer = loop.call_later(self._head_seconds, self._too_slow)

    def _head_complete(self) -> None:
        self._head_begun = False
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _too_slow(self) -> None:
        logger.info("a request head took longer than %g s", self._head_seconds)
        self.cut()

    # The event loop of one connection.

    async def handle_hook(self, hook: commands.StartHook) -> None:
        """Only for the hooks that mitmproxy awaits itself (connect, disconnect)."""
        with self.timeout_watchdog.disarm():
            waiting = self.hooks.call(hook.name, hook.args()[0])
            if waiting is not None:
                await waiting

    async def handle_client(self) -> None:
        try:
            await super().handle_client()
        finally:
            self._head_complete()

    async def server_event(self, event: events.Event) -> None:
        """For mitmproxy's own part of the handler."""
        self._take(event)

    def _take(self, event: events.Event) -> None:
        """Feed the layers one event, and whatever hooks complete on the way.

        A re-entrant call queues its event for the call that is already running.
        """
        self._events.append(event)
        if self._running:
            return
        self._running = True
        try:
            while self._events:
                self._feed(self._events.popleft())
        finally:
            self._running = False

    def _feed(self, event: events.Event) -> None:
        self.timeout_watchdog.register_activity()
        if self._between_requests and self._is_from_client(event):
            self._between_requests, self._head_begun = False, True
        try:
            for command in self.layer.handle_event(event):
                self._obey(command)
            if not self._events:
                self._send()
        except Exception:
            logger.exception("a protocol layer failed; the connection is cut")
            self.cut()
        if self._head_begun:  # and not complete; most come whole and need no timer
            self._head_begun = False
            self._expect_head()

    def _obey(self, command: commands.Command) -> None:
        match command:
            case commands.StartHook():
                self._start_hook(command)
            case commands.OpenConnection():
                self._open(command)
            case commands.RequestWakeup():
                self.wakeup_timer.add(self._task(self.wakeup(command)))
            case commands.Log():
                logger.debug("%.500s", command.message)
            case commands.ConnectionCommand() if command.connection not in self.transports:
                pass  # it has been closed meanwhile
            case commands.SendData():
                self._unsent.setdefault(command.connection, []).append(command.data)
            case commands.CloseTcpConnection():
                self._send()
                self.close_connection(command.connection, command.half_close)
            case commands.CloseConnection():
                self._send()
                self.close_connection(command.connection, False)
            case _:
                raise RuntimeError(f"unexpected command: {command}")

    def _send(self) -> None:
        """What the layers said in one go leaves in one go: a head and its body in one segment."""
        for connection, parts in self._unsent.items():
            io = self.transports.get(connection)
            if io is not None and io.writer is not None and not io.writer.is_closing():
                io.writer.write(parts[0] if len(parts) == 1 else b"".join(parts))
        self._unsent.clear()

    def _start_hook(self, hook: commands.StartHook) -> None:
        if self.called(hook) and hook.blocking:
            self._events.append(events.HookCompleted(hook))

    def called(self, hook: commands.StartHook) -> bool:
        """Call a hook; whether it is through. One that must wait says so by an event, later."""
        data = data_of(hook)
        self._note_progress(hook.name, data)
        waiting = self.hooks.call(hook.name, data)
        if waiting is not None and not self._at_once(hook, waiting):
            return False
        self._note_pass_through(hook)
        return True

    def _at_once(self, hook: commands.StartHook, waiting: Awaitable[None]) -> bool:
        """Whether what may wait came to its end without. One that fails comes to none: its flow
        stays where it is."""
        task = asyncio.Task(
            self._finish(waiting), loop=asyncio.get_running_loop(), eager_start=True
        )
        if task.done():
            return not task.cancelled() and task.exception() is None
        self._tasks.add(task)
        task.add_done_callback(partial(self._waited, hook))
        return False

    async def _finish(self, waiting: Awaitable[None]) -> None:
        with self.timeout_watchdog.disarm():
            await waiting

    def _waited(self, hook: commands.StartHook, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or task.exception() is not None:
            return
        self._note_pass_through(hook)
        if hook.blocking:
            self._take(events.HookCompleted(hook))

    def _note_progress(self, hook: str, data: Any) -> None:
        if hook in ("requestheaders", "tcp_start"):
            self._between_requests = False
            self._head_complete()
        elif hook == "response":
            # After a WebSocket's 101 no further head follows.
            self._between_requests = self.client.alpn != b"h2" and data.websocket is None

    def _note_pass_through(self, hook: commands.StartHook) -> None:
        """TLS that nobody opens has no further head: without this it would be cut as a slow one."""
        if isinstance(hook, TlsClienthelloHook) and hook.data.ignore_connection:
            self._head_complete()

    def _is_from_client(self, event: events.Event) -> bool:
        return isinstance(event, events.DataReceived) and event.connection is self.client

    def _open(self, command: commands.OpenConnection) -> None:
        task = self._task(self.open_connection(command))
        self.transports[command.connection] = ConnectionIO(handler=task)

    def _task(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
