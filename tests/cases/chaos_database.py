"""Faults of the database."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import socket
import sqlite3
import time
from datetime import timedelta
from pathlib import Path

from kidgate.documents.home import Home
from kidgate.keeper import client
from kidgate.policies.journal import Entry
from tests.cases import postgresql
from tests.cases.gateway import Gateway, until
from tests.cases.trial import ALLOWED, BLOCKED, HELPLINE, MIXED, Trial
from tests.cases.trial_checks import FOLD_SECONDS, db_integrity, file_under
from tests.cases.world import at

PAGE = 4096
AT_ONCE = 400  # journal entries that are under way to the keeper


def writer_lock_held(trial: Trial) -> None:
    trial.start()
    trial.measure_baseline()
    lock = sqlite3.connect(trial.gateway.home.database, isolation_level=None, timeout=10)
    with contextlib.closing(lock):
        lock.execute("BEGIN IMMEDIATE")
        with trial.load(MIXED, 20):
            time.sleep(trial.scaled(30, 8))
        lock.execute("ROLLBACK")


def corrupt_at_start(trial: Trial) -> None:
    trial.start()
    trial.gateway.stop()
    path = trial.gateway.home.database
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2 // PAGE * PAGE)
        file.write(random.Random(5).randbytes(PAGE))
    trial.start()
    for host, wanted in ((BLOCKED, "block"), (ALLOWED, "allow"), (HELPLINE, "allow")):
        answer = trial.probe(host)
        if wanted not in answer.verdicts:
            trial.faults.append(f"{host}: {answer}, wanted {wanted}")
    trial.listen_for("malformed", "damaged", "corrupt", "not a database", "disk image")


def newer_schema(trial: Trial) -> None:
    """Ours is counted by Alembic's revision; the fault's own word is set as well."""
    trial.start()
    trial.gateway.stop()
    with contextlib.closing(sqlite3.connect(trial.gateway.home.database)) as database:
        database.execute("PRAGMA user_version = 9999")
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    trial.start()
    answer = trial.probe(ALLOWED)
    if "allow" not in answer.verdicts:
        trial.faults.append(f"{ALLOWED}: {answer}: the snapshot is not in force")
    trial.listen_for("newer than this program")


def power_cut(trial: Trial) -> None:
    """A confirmed policy change, then journal writes; a cut loses what was not synced after it."""
    chance = random.Random(7)
    repeats = int(trial.scaled(100, 8))
    copy = trial.gateway.home.root.with_name("cut")
    trial.start()
    with trial.load((BLOCKED, "adult.example", "games.example"), 40):
        for _ in range(repeats):
            version = _change(trial.gateway)
            kept = _wal_size(trial.gateway.home)
            time.sleep(chance.uniform(0.05, 0.4))
            _cut(trial.gateway.home, copy, kept, chance)
            trial.faults += _faults_of_cut(copy, version)
    trial.gateway.stop()
    shutil.rmtree(trial.gateway.home.root)
    shutil.move(copy, trial.gateway.home.root)
    began = time.monotonic()
    trial.start()
    trial.measure_recovery(10)
    if trial.recovered is not None:
        trial.recovered = time.monotonic() - began
    if fault := db_integrity(trial, ""):
        trial.faults.append(fault)


def _change(gateway: Gateway) -> int:
    """One change of the policy, confirmed; its version."""
    url = f"sqlite:///{gateway.home.database}"
    now = at(gateway.now)
    with contextlib.closing(sqlite3.connect(f"file:{gateway.home.database}?mode=ro", uri=True)):
        rows = json.loads(gateway.home.snapshot.read_bytes().partition(b"\n")[2])["rows"]
    rows["settings"]["retention_days"] = 60 + (rows["settings"]["retention_days"] + 1) % 30
    fields = {"rows": rows, "base": None, "author": "rig", "comment": "a change"}
    answer = client.do(gateway.home, url, lambda: now, "policy.write", **fields)
    return int(answer["version"])


def _wal_size(home: Home) -> int:
    return Path(f"{home.database}-wal").stat().st_size


def _cut(home: Home, copy: Path, kept: int, chance: random.Random) -> None:
    """The files as they are now, less some end of the WAL that came after the confirmed change."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home.root, copy, ignore=shutil.ignore_patterns("*.sock", "*-shm", "*.log"))
    wal = Path(f"{Home(copy).database}-wal")
    size = wal.stat().st_size
    os.truncate(wal, chance.randint(min(kept, size), size))


def _faults_of_cut(copy: Path, version: int) -> list[str]:
    scratch = copy.with_name("cut-opened")
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(copy, scratch)
    path = Home(scratch).database
    with contextlib.closing(sqlite3.connect(path)) as database:
        (found,) = database.execute("PRAGMA integrity_check").fetchone()
        (newest,) = database.execute("SELECT max(number) FROM versions").fetchone()
    faults = [] if found == "ok" else [f"after the cut: {found}"]
    if newest < version:
        faults.append(f"version {version} was confirmed, {newest} is there after the cut")
    return faults


def long_reader(trial: Trial) -> None:
    """An hour of 200 events a second, as fast as the keeper takes them."""
    trial.start()
    reader = sqlite3.connect(trial.gateway.home.database, isolation_level=None)
    with contextlib.closing(reader):
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM journal").fetchone()
        count = int(trial.scaled(200 * 3600, 36_000))
        refused = _write_entries(trial, range(count))
        trial.note = f"{trial.note} events, {refused} of them left to the spool".strip()
        if fault := file_under(trial, "policy.db-wal:67108864"):
            trial.faults.append(f"while the reader is there: {fault}")
    if refused := _write_entries(trial, range(count, count + AT_ONCE)):
        trial.faults.append(f"{refused} entries are refused although the reader is gone")


def _write_entries(trial: Trial, numbers: range) -> int:
    """Journal entries that do not fold, over the keeper's socket; how many it refused."""
    refused = 0
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(60)
        sock.connect(str(trial.gateway.home.socket))
        with sock.makefile("rb") as answers:
            for start in range(0, len(numbers), AT_ONCE):
                lines = [_question(trial, n) for n in numbers[start : start + AT_ONCE]]
                sock.sendall(b"".join(lines))
                refused += sum(b'"error"' in answers.readline() for _ in lines)
    return refused


def _question(trial: Trial, number: int) -> bytes:
    entry = Entry(
        id=f"rig-{number}",
        at=at(trial.gateway.now) + timedelta(seconds=number / 200),
        child="kid-tablet-user",
        device="kid-tablet",
        tier="child",
        verdict="block",
        reason="category",
        category="adult",
        host=f"h{number}.blocked.example",
        url=f"http://h{number}.blocked.example/",
        source="feed adult: blocked.example",
        rule_id=None,
        version="1",
    )
    return json.dumps({"call": number, "op": "journal", "entry": entry.to_line()}).encode() + b"\n"


def postgresql_away(trial: Trial) -> None:
    with postgresql.server(trial.gateway.home.root.with_name("postgresql")) as server:
        server.adopt(trial.gateway)
        trial.start()
        trial.measure_baseline()
        with trial.load(MIXED, 20):
            time.sleep(1)
            with server.silent():
                time.sleep(trial.scaled(60, 12))
            time.sleep(3)
        shown = {hit.entry for hit in trial.hits if hit.entry}
        until(lambda: shown <= server.entries(), FOLD_SECONDS, every=0.5)
        trial.counted = server.entries()
