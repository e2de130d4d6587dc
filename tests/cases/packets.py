"""What a device sends that is no TCP connection: datagrams, pings, other protocols, fragments."""

from __future__ import annotations

import random
import socket
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

SECONDS = 1.5  # for an answer
PROTOCOLS = {"gre": 47, "esp": 50, "ah": 51, "ipip": 4, "sctp": 132}
ECHO = 8
FLOOD_SECONDS = 3.0  # of a longer one


@dataclass(frozen=True, slots=True)
class Sent:
    count: int = 0
    answers: int = 0
    icmp: str = ""  # what a refusal said


def send(client: Mapping[str, Any], source: str, bodygen: ModuleType) -> Sent:
    """Must be called where the device is. Raises KeyError for a protocol without a name."""
    payload = _payload(client, bodygen)
    match client["proto"]:
        case "udp":
            return _udp(client["dst_ip"], client["dst_port"], source, payload)
        case "icmp":
            return _pings(client, payload)
        case "tcp":
            return _fragments(client["dst_ip"], client["dst_port"], source, client["ip_fragment"])
        case other:
            return _raw(client["dst_ip"], PROTOCOLS[other], payload or bytes(32))


def _payload(client: Mapping[str, Any], bodygen: ModuleType) -> bytes:
    if "payload_gen" in client:
        made: bytes | list[bytes] = bodygen.payload(client["payload_gen"])
        return made if isinstance(made, bytes) else made[0]  # the first datagram of several
    return bytes.fromhex(client.get("payload_hex", "")) or client.get("payload_text", "").encode()


def _udp(address: str, port: int, source: str, payload: bytes) -> Sent:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.settimeout(SECONDS)
        if (":" in source) == (":" in address):
            sock.bind((source, 0))
        sock.connect((address, port))
        try:
            sock.send(payload)
            return Sent(1, int(bool(sock.recv(65535))))
        except ConnectionRefusedError:
            return Sent(1, icmp="port-unreachable")
        except OSError:
            return Sent(1)


def _pings(client: Mapping[str, Any], payload: bytes) -> Sent:
    seconds = min(float(client.get("seconds", 1)), FLOOD_SECONDS)
    rate = client.get("rate", 1)
    count, answers = max(1, int(rate * seconds)), 0
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as sock:
        sock.connect((client["dst_ip"], 0))
        for number in range(count):
            sock.send(_echo(number, payload))
            answers += _heard(sock, 1 / rate)
        answers += _heard(sock, 0.5)
    return Sent(count, answers)


def _heard(sock: socket.socket, seconds: float) -> int:
    """How many answers come in so many seconds."""
    deadline, heard = time.monotonic() + seconds, 0
    while (left := deadline - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            heard += sock.recv(65535)[20] == 0
        except OSError:
            break
    return heard


def _echo(number: int, payload: bytes) -> bytes:
    head = struct.pack("!BBHHH", ECHO, 0, 0, 0x4B47, number & 0xFFFF)
    return head[:2] + struct.pack("!H", _checksum(head + payload)) + head[4:] + payload


def _raw(address: str, protocol: int, payload: bytes) -> Sent:
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol) as sock:
        sock.sendto(payload, (address, 0))
    return Sent(1)


def _fragments(address: str, port: int, source: str, size: int) -> Sent:
    """A SYN whose TCP header is cut after `size` bytes."""
    to, here = socket.inet_aton(address), socket.inet_aton(source)
    begin = random.randrange(1 << 32)
    head = struct.pack("!HHIIBBHHH", 40123, port, begin, 0, 5 << 4, 2, 8192, 0, 0)
    pseudo = here + to + struct.pack("!BBH", 0, socket.IPPROTO_TCP, len(head))
    head = head[:16] + struct.pack("!H", _checksum(pseudo + head)) + head[18:]
    with (
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW) as sock,
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP) as ear,
    ):
        ear.settimeout(SECONDS)
        for at, more in ((0, 0x2000), (size, 0)):
            part = head[at : size if more else len(head)]
            place = more | at // 8
            ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(part), 7, place, 64, 6, 0) + here + to
            sock.sendto(ip + part, (address, 0))
        try:
            return Sent(1, int(ear.recv(65535)[20:22] == struct.pack("!H", port)))
        except OSError:
            return Sent(1)


def _checksum(data: bytes) -> int:
    total = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF
