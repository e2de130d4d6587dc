"""Faults of the disk: each on a small file system of its own, mounted inside the rig's
namespace."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.cases.trial import ALLOWED, BLOCKED, MIXED, CannotPlay, Trial

DISK_MB = 64
BALLAST = "ballast"
FLUSHES = "fsync,fdatasync,sync_file_range"
EXT4 = Path("/sys/fs/ext4")


def full(trial: Trial) -> None:
    with _mounted(trial, "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs"):
        trial.start()
        _fill(trial.gateway.home.root / BALLAST)
        with trial.watching(), trial.load(MIXED, 20):
            time.sleep(trial.scaled(30, 8))
        trial.listen_for("disk", "lost", "full", "space")
        for host, wanted in ((BLOCKED, "block"), (ALLOWED, "allow")):
            answer = trial.probe(host)
            if wanted not in answer.verdicts:
                trial.faults.append(f"{host} while the disk is full: {answer}")
        trial.gateway.stop()


def read_only(trial: Trial) -> None:
    """An ext4 whose error handling makes it read-only, as a dying SD card does."""
    image = trial.gateway.home.root.with_name("card.img")
    with image.open("wb") as file:
        file.truncate(DISK_MB << 20)
    _run("mkfs.ext4", "-q", "-F", str(image))
    with _mounted(trial, "-o", "loop,errors=remount-ro", str(image)):
        trial.start()
        _trigger_error(trial.gateway.home.root)
        with trial.watching(), trial.load(MIXED, 20):
            time.sleep(trial.scaled(30, 8))
        trial.listen_for("read-only", "readonly", "not writable", "cannot be written", "lost")
        trial.gateway.stop()
    image.unlink()


def slow_flush(trial: Trial) -> None:
    """Every flush of the keeper takes ten seconds: strace delays its system calls."""
    strace = shutil.which("strace")
    if strace is None:
        raise CannotPlay("needs strace, to delay a process's flushes")
    trial.start()
    trial.measure_baseline()
    keeper = trial.gateway.keeper_pid()
    command = [strace, "-q", "-f", "-p", str(keeper), "-e", f"trace={FLUSHES}"]
    command += ["-e", f"inject={FLUSHES}:delay_enter=10000000", "-o", os.devnull]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(1)
        if tracer.poll() is not None:
            assert tracer.stderr is not None
            raise CannotPlay(f"strace may not attach here: {tracer.stderr.read().strip()}")
        with trial.load(MIXED, 20):
            time.sleep(trial.scaled(30, 12))
    finally:
        tracer.terminate()
        tracer.wait()


@contextlib.contextmanager
def _mounted(trial: Trial, *how: str) -> Iterator[None]:
    """The gateway's home, moved onto a file system of its own."""
    root = trial.gateway.home.root
    aside = root.with_name("aside")
    shutil.move(root, aside)
    root.mkdir()
    done = subprocess.run(["mount", *how, str(root)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotPlay(f"cannot mount {' '.join(how)}: {done.stderr.strip()}")
    try:
        shutil.copytree(aside, root, dirs_exist_ok=True)
        shutil.rmtree(aside)
        yield
    finally:
        trial.gateway.stop()
        _run("umount", "--lazy", str(root))


def _fill(path: Path) -> None:
    """Until not one byte is left."""
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            with contextlib.suppress(OSError):
                while True:
                    if file.write(bytes(size)) == 0:
                        break


def _trigger_error(root: Path) -> None:
    device = root.stat().st_dev
    name = Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}").resolve().name
    trigger = EXT4 / name / "trigger_fs_error"
    try:
        trigger.write_text("the card is dying")
        (root / "probe").write_bytes(b"x")
    except OSError as fault:
        if fault.errno == errno.EROFS:
            return
        raise CannotPlay(f"cannot make a file system fail here: {fault}") from fault
    raise CannotPlay("the file system did not become read-only")


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotPlay(f"`{command[0]}` failed: {done.stderr.strip()}")
