"""Supervisor and worker: messages arrive whole, with the descriptors that belong to them."""

from __future__ import annotations

import os

import pytest

from kidgate.proxy import control


def test_message_arrives_with_its_descriptor() -> None:
    ours, theirs = control.channel()
    with ours, theirs:
        read, write = os.pipe()
        control.send(ours, {"index": True}, (read,))
        control.send(ours, {"drain": 3.0})
        message, fds = control.receive(theirs)
        assert message == {"index": True}
        os.write(write, b"x")
        assert os.read(fds[0], 1) == b"x"
        assert control.receive(theirs) == ({"drain": 3.0}, [])
        for fd in (read, write, *fds):
            os.close(fd)


def test_dead_end_is_noticed() -> None:
    ours, theirs = control.channel()
    theirs.close()
    with ours:
        assert control.receive(ours) == (None, [])
        with pytest.raises(OSError):
            control.send(ours, {"beat": {}})


def test_end_that_does_not_read_is_not_waited_for() -> None:
    ours, theirs = control.channel()
    with ours, theirs:
        ours.setblocking(False)
        with pytest.raises(BlockingIOError):
            for _ in range(100_000):
                control.send(ours, {"beat": {}})
