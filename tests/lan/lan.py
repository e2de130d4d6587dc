"""Three namespaces in a row: `home` -- `gate` -- `world`, IPv4 and IPv6, made and removed here.

    home   192.168.77.10, fd77::10        default route through the gate
    gate   192.168.77.1,  fd77::1  (house side, interface `house0`)
           203.0.113.1,   2001:db8:77::1  (world side, `world0`)
    world  203.0.113.10,  2001:db8:77::10 and whatever a test adds

Documentation addresses stand for the Internet: nothing leaves the namespaces.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import namespaces
from tests.namespaces import NoNamespaces, run

ROOT = Path(__file__).resolve().parents[2]
HOME4, GATE4, WORLD4 = "192.168.77.10", "192.168.77.1", "203.0.113.10"
HOME6, GATE6, WORLD6 = "fd77::10", "fd77::1", "2001:db8:77::10"
HOME_MAC = "02:00:00:00:77:10"


@dataclass
class Lan:
    prefix: str = field(default_factory=lambda: f"kg{os.getpid()}")
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def name(self, place: str) -> str:
        return f"{self.prefix}-{place}"

    def __enter__(self) -> Lan:
        for place in ("home", "gate", "world"):
            run("ip", "netns", "add", self.name(place))
            self.ip(place, "link", "set", "lo", "up")
        self._cable("gate", "house0", "home", "eth0")
        self._cable("gate", "world0", "world", "eth0")
        self.ip("home", "link", "set", "eth0", "address", HOME_MAC)
        for place, device, four, six in (
            ("home", "eth0", HOME4, HOME6),
            ("gate", "house0", GATE4, GATE6),
            ("gate", "world0", "203.0.113.1", "2001:db8:77::1"),
            ("world", "eth0", WORLD4, WORLD6),
        ):
            self.ip(place, "addr", "add", f"{four}/24", "dev", device)
            self.ip(place, "addr", "add", f"{six}/64", "dev", device, "nodad")
            self.ip(place, "link", "set", device, "up")
        for family, hop in (("-4", GATE4), ("-6", GATE6)):
            self.ip("home", family, "route", "add", "default", "via", hop)
        # The world knows the way back: the gate does not translate addresses here.
        self.ip("world", "-4", "route", "add", "default", "via", "203.0.113.1")
        self.ip("world", "-6", "route", "add", "default", "via", "2001:db8:77::1")
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.started:
            if process.poll() is None:
                process.terminate()
        for process in self.started:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for place in ("home", "gate", "world"):
            with contextlib.suppress(NoNamespaces):
                run("ip", "netns", "del", self.name(place))

    def _cable(self, one: str, one_end: str, other: str, other_end: str) -> None:
        run(
            "ip",
            *("link", "add", one_end, "netns", self.name(one), "type", "veth"),
            *("peer", "name", other_end, "netns", self.name(other)),
        )

    def ip(self, place: str, *words: str) -> None:
        run("ip", "-n", self.name(place), *words)

    def inside(self, place: str) -> contextlib.AbstractContextManager[None]:
        """This thread, and what it starts, in a place."""
        return namespaces.inside(self.name(place))

    def run(self, place: str, *words: str, text: str = "") -> subprocess.CompletedProcess[str]:
        with self.inside(place):
            return subprocess.run(
                words,
                input=text,
                capture_output=True,
                text=True,
                timeout=namespaces.SECONDS,
                check=False,
            )

    def python(self, place: str, code: str, *words: str) -> Any:
        """Run a piece of Python there; what it printed, as JSON."""
        done = self.run(place, sys.executable, "-c", textwrap.dedent(code), *words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start(self, place: str, words: Sequence[str], until: str) -> subprocess.Popen[str]:
        """Start a program there and wait for its first line, which begins with `until`."""
        process = self.begin(place, words)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith(until), line
        return process

    def begin(self, place: str, words: Sequence[str]) -> subprocess.Popen[str]:
        """Start a program there, which is ended with the namespaces; its output is the caller's."""
        with self.inside(place):
            process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        self.started.append(process)
        return process

    def serve(self, place: str, code: str, *words: str) -> subprocess.Popen[str]:
        """Start a piece of Python that prints `ready` once it serves."""
        return self.start(place, [sys.executable, "-c", textwrap.dedent(code), *words], "ready")
