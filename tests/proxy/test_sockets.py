"""Listening sockets: one per slot, or a message that says what to do and nothing left open."""

from __future__ import annotations

import errno
import os
import socket

import pytest

from kidgate.proxy import sockets
from kidgate.proxy.sockets import CannotListen, listening_sockets


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def test_every_slot_has_its_own_socket_on_every_address() -> None:
    places = [("explicit", "127.0.0.1", free_port()), ("socks", "::1", free_port())]
    made = listening_sockets(places, 3)
    try:
        assert [[(w, *s.getsockname()[:2]) for w, s in slot] for slot in made] == [places] * 3
        assert len({s.fileno() for slot in made for _, s in slot}) == 6
        assert not any(s.getblocking() for slot in made for _, s in slot)
        for _, *place in places:
            socket.create_connection((str(place[0]), int(place[1])), timeout=2).close()
    finally:
        for _, sock in (s for slot in made for s in slot):
            sock.close()


def test_name_server_has_datagrams_and_streams_on_one_port() -> None:
    port = free_port()
    (made,) = listening_sockets([("dns", "127.0.0.1", port)], 1)
    try:
        assert [(s.type, s.getsockname()[1]) for _, s in made] == [
            (socket.SOCK_DGRAM, port),
            (socket.SOCK_STREAM, port),
        ]
        with pytest.raises(CannotListen, match="is in use"):
            listening_sockets([("dns", "127.0.0.1", port)], 1)
    finally:
        for _, sock in made:
            sock.close()


@pytest.mark.parametrize("reuse", [False, True])
def test_port_in_use_is_told_even_if_its_owner_would_share(reuse: bool) -> None:
    with socket.socket() as other:
        if reuse:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CannotListen, match=rf"127\.0\.0\.1:{port} is in use by another"):
            listening_sockets([("explicit", "127.0.0.1", port)], 1)


def test_address_of_another_machine_is_told() -> None:
    with pytest.raises(CannotListen, match=r"192\.0\.2\.1:8080 is no address of this machine"):
        listening_sockets([("explicit", "192.0.2.1", 8080)], 1)


def test_privileged_port_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(host: str, port: int, kind: int) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(sockets, "_claim", refuse)
    with pytest.raises(CannotListen, match=r"\[::1\]:80 needs privileges; take a port above 1023"):
        listening_sockets([("explicit", "::1", 80)], 1)


def test_other_fault_is_told_in_the_systems_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(host: str, port: int, kind: int) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(sockets, "_listen", refuse)
    with pytest.raises(CannotListen, match="Too many open files"):
        listening_sockets([("explicit", "127.0.0.1", free_port())], 1)


def test_nothing_is_left_open_when_one_address_cannot_be_had() -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - no Path of a magic folder
    with pytest.raises(CannotListen):
        listening_sockets([("dns", "127.0.0.1", free_port()), ("explicit", "192.0.2.1", 8080)], 2)
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
