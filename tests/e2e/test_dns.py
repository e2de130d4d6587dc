"""`kidgate up` as the name server of a house, over real sockets, with a name server of the test."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rrset
import pytest

from kidgate.policies.model import Action
from kidgate.policies.rows import DeviceRow, PolicyRows, ProfileRow, RuleRow, Settings
from tests.e2e.house import House, free_port
from tests.e2e.origin import wait_until

HOST, CHILD, ADULT = "127.0.0.1", "127.0.0.5", "127.0.0.6"
ROWS = PolicyRows(
    settings=Settings(zone="Asia/Ho_Chi_Minh"),
    profiles=(ProfileRow("mai", tier="9-12"), ProfileRow("ba", tier="adult")),
    devices=(
        DeviceRow("tablet", of="mai", addresses=(CHILD,)),
        DeviceRow("laptop", of="ba", addresses=(ADULT,)),
    ),
    rules=(
        RuleRow(1, "child:mai", "bad.example", Action.BLOCK),
        RuleRow(2, "tier:9-12", "wikipedia.org", Action.ALLOW),
    ),
)
RECORDS = {
    "good.example.": ("A", "203.0.113.7"),
    "bad.example.": ("A", "203.0.113.8"),
    "rebind.example.": ("A", "192.168.1.1"),
    "alias.example.": ("CNAME", "bad.example."),
    "forcesafesearch.google.com.": ("A", "203.0.113.20"),
    "www.google.com.": ("A", "203.0.113.21"),
}


class Zone:
    """A name server on loopback; `asked` is what it was asked for."""

    def __init__(self) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((HOST, 0))
        self.port = self.sock.getsockname()[1]
        self.asked: list[str] = []
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                wire, place = self.sock.recvfrom(4096)
            except OSError:
                return
            question = dns.message.from_wire(wire)
            answer = dns.message.make_response(question)
            name = str(question.question[0].name)
            self.asked.append(name)
            while found := RECORDS.get(name):
                answer.answer.append(dns.rrset.from_text(name, 600, "IN", *found))
                if found[0] != "CNAME":
                    break
                name = found[1]
            if not answer.answer:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            self.sock.sendto(answer.to_wire(), place)


class Served:
    def __init__(self, house: House, port: int, zone: Zone) -> None:
        self.house, self.port, self.zone = house, port, zone

    def ask(self, name: str, kind: str = "A", source: str = CHILD) -> dns.message.Message:
        question = dns.message.make_query(name, kind, use_edns=0)
        return dns.query.udp(question, HOST, port=self.port, source=source, timeout=5)

    def addresses(self, name: str, source: str = CHILD) -> list[str]:
        answer = self.ask(name, source=source)
        return [item.address for record in answer.answer for item in record if record.rdtype == 1]

    def journaled(self, attempt: tuple[str, str, str]) -> bool:
        """What names were stopped is committed a moment after they were answered."""
        return wait_until(
            lambda: attempt in [(x.child, x.host, x.reason) for x in self.house.journal()], 30
        )


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    zone, port = Zone(), free_port()
    more = {
        "listen": [f"dns://{HOST}:{port}", f"{HOST}:{free_port()}"],
        "resolver": {"servers": [f"{HOST}:{zone.port}"]},
        "dns": {"page_addresses": ["127.0.0.1"], "blocked_seconds": 1},
        "workers": 2,
    }
    root: Path = tmp_path_factory.mktemp("dns")
    morning = {"KIDGATE_CLOCK": "2026-11-23T10:00+07:00"}  # no bedtime, whenever this runs
    with House(root, ROWS, {}, more=more, env=morning) as house:
        found = Served(house, port, zone)
        # On a busy machine it opens its doors, and blocks, before the first index is built.
        assert wait_until(lambda: found.addresses("good.example") == ["203.0.113.7"], 60)
        yield found
    zone.sock.close()


def test_each_child_is_answered_by_its_own_policy(served: Served) -> None:
    assert served.addresses("good.example") == ["203.0.113.7"]
    assert served.addresses("bad.example") == ["127.0.0.1"]
    assert served.addresses("bad.example", source=ADULT) == ["203.0.113.8"]
    assert served.journaled(("mai", "bad.example", "rule"))
    assert not [line for line in served.house.journal() if line.child == "ba"]


def test_stream_answers_too(served: Served) -> None:
    question = dns.message.make_query("good.example", "A")
    answer = dns.query.tcp(question, HOST, port=served.port, source=CHILD, timeout=5)
    assert answer.answer[0][0].address == "203.0.113.7"


def test_rebinding_and_aliases_are_stopped(served: Served) -> None:
    assert served.addresses("rebind.example") == ["127.0.0.1"]
    assert served.addresses("alias.example") == ["127.0.0.1"]
    assert served.addresses("alias.example", source=ADULT) == ["203.0.113.8"]
    assert served.addresses("rebind.example", source=ADULT) == ["127.0.0.1"]


def test_safe_search_is_in_the_address(served: Served) -> None:
    assert served.addresses("www.google.com") == ["203.0.113.20"]
    assert served.addresses("www.google.com", source=ADULT) == ["203.0.113.21"]


def test_canaries_and_service_records_tell_of_no_way_around(served: Served) -> None:
    assert served.ask("use-application-dns.net").rcode() == dns.rcode.NXDOMAIN
    assert served.ask("mask.icloud.com").rcode() == dns.rcode.NXDOMAIN
    assert served.ask("good.example", "HTTPS").answer == []
    assert not {"use-application-dns.net.", "mask.icloud.com."} & {*served.zone.asked}


def test_new_rule_works_as_soon_as_the_answer_has_ended(served: Served) -> None:
    assert served.addresses("bad.example") == ["127.0.0.1"]
    served.house.write(replace(ROWS, rules=ROWS.rules[1:]))
    deadline = time.monotonic() + 10
    while served.addresses("bad.example") != ["203.0.113.8"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    version = served.house.write(ROWS)
    wait_until(lambda: served.house.in_force(version))


def test_without_its_keeper_it_still_answers_and_blocks(served: Served) -> None:
    house = served.house
    os.kill(house.health()["keeper"]["pid"], signal.SIGKILL)
    assert served.addresses("x.bad.example") == ["127.0.0.1"]
    assert served.addresses("good.example") == ["203.0.113.7"]


def test_no_answered_block_is_missing_when_keeper_and_worker_are_killed(served: Served) -> None:
    house, answered = served.house, []
    assert wait_until(lambda: house.health()["keeper"]["pid"] is not None)
    for number in range(60):
        health = house.health()
        if number in (20, 40):
            victim = health["keeper"] if number == 20 else health["workers"][0]
            with contextlib.suppress(ProcessLookupError, TypeError):
                os.kill(victim["pid"], signal.SIGKILL)
        name = f"k{number}.bad.example"
        # Half of the questions go to a worker that is dead until another has taken its place.
        with contextlib.suppress(dns.exception.Timeout):
            question = dns.message.make_query(name, "A")
            dns.query.udp(question, HOST, port=served.port, source=CHILD, timeout=0.2)
            answered.append(name)
    assert len(answered) > 20
    assert wait_until(lambda: {*answered} <= {line.host for line in house.whole_journal()}, 60)
