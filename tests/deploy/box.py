"""A whole box, booted by systemd, whose disk is this machine's own: nothing written to it stays.

    home   192.168.77.10, fd77::10     a device of the house, in a network namespace
    box    192.168.77.1,  fd77::1      systemd as its first process (systemd-nspawn)

The root folder is an overlay in memory over this machine's, so that nothing is downloaded. Kidgate
is this checkout, in a place that a service may see.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

from tests import namespaces

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 120
BOX4, BOX6, HOME4, HOME6 = "192.168.77.1", "fd77::1", "192.168.77.10", "fd77::10"
PROGRAM = "/opt/kidgate-test/bin/kidgate"
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
BOOT = """
set -e
mount -t tmpfs tmpfs "$1"
mkdir "$1/up" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/up,workdir=$1/work" "$1/root"
root=$1; shift
exec systemd-nspawn --directory="$root/root" "$@"
"""
PREPARE = f"""
set -e
rm -rf /var/lib/kidgate /etc/systemd/system/kidgate* /etc/kidgate
echo /opt/kidgate-python/lib > /etc/ld.so.conf.d/kidgate-test.conf; ldconfig
at=/opt/kidgate-test; mkdir -p $at/bin $at/lib/python{VERSION}/site-packages
printf 'home = /opt/kidgate-python/bin\\ninclude-system-site-packages = false\\n' > $at/pyvenv.cfg
ln -s /opt/kidgate-python/bin/python{VERSION} $at/bin/python
printf '/opt/kidgate-main/src\\n/opt/kidgate-deps\\n' > $at/lib/python{VERSION}/site-packages/a.pth
printf '#!%s/bin/python\\nimport sys\\nfrom kidgate.cli import main\\nsys.exit(main())\\n' $at \\
    > {PROGRAM}
chmod 755 {PROGRAM}; ln -sf {PROGRAM} /usr/local/bin/kidgate
"""


def missing() -> str:
    """Why no box can be booted here; empty: one can."""
    if why := namespaces.missing():
        return why
    programs = ("systemd-nspawn", "nsenter", "unshare", "systemctl", "systemd-analyze")
    if absent := [name for name in programs if shutil.which(name) is None]:
        return f"not installed: {', '.join(absent)} (packages systemd, systemd-container)"
    if "overlay" not in Path("/proc/filesystems").read_text():
        return "this kernel has no overlay file system"
    return ""


class Box:
    """Booted while it is entered."""

    def __init__(self, folder: Path) -> None:
        self.name = f"kgbox{os.getpid()}"
        self._folder = folder
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._first = 0  # its first process, as we number it

    def __enter__(self) -> Box:
        (self._folder / "disk").mkdir()
        binds = {
            sys.base_prefix: "/opt/kidgate-python",
            str(ROOT): "/opt/kidgate-main",
            sysconfig.get_path("purelib"): "/opt/kidgate-deps",
        }
        words = ["unshare", "--mount", "--propagation", "private", "sh", "-c", BOOT, "sh"]
        words += [str(self._folder / "disk"), f"--machine={self.name}", "--quiet"]
        words += ["--register=no", "--keep-unit", "--private-network", "--link-journal=no"]
        words += [f"--bind-ro={source}:{target}" for source, target in binds.items()]
        words += ["--console=pipe", "--boot", "--", "--unit=basic.target"]
        log = (self._folder / "boot.log").open("wb")
        self._nspawn = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        log.close()
        try:
            self._wait_for_systemd()
            self.run("sh", "-c", PREPARE)
            self._cable()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            _ip("netns", "del", self.name)
        assert self._nspawn is not None
        if self._first:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._first, 9)  # what it had goes with it
        self._nspawn.terminate()
        self._nspawn.wait(20)

    def _wait_for_systemd(self) -> None:
        assert self._nspawn is not None
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children")
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline and self._nspawn.poll() is None:
            with contextlib.suppress(OSError, ValueError, IndexError):
                self._first = int(children.read_text().split()[0])
                state = self.run("systemctl", "is-system-running", check=False)
                if state.strip() in ("running", "degraded"):
                    return
            time.sleep(0.2)
        raise namespaces.NoNamespaces(
            f"systemd did not boot: {(self._folder / 'boot.log').read_text()}"
        )

    def _cable(self) -> None:
        _ip("netns", "add", self.name)
        _ip(
            *("link", "add", "house0", "netns", str(self._first), "type", "veth"),
            *("peer", "name", "eth0", "netns", self.name),
        )
        script = (
            f"ip addr add {BOX4}/24 dev house0; ip addr add {BOX6}/64 dev house0 nodad; "
            "ip link add world0 type veth peer name world1; ip addr add 203.0.113.1/24 dev world0; "
            "ip link set house0 up; ip link set world0 up"
        )
        self.run("sh", "-c", script)
        for words in (
            ("link", "set", "lo", "up"),
            ("addr", "add", f"{HOME4}/24", "dev", "eth0"),
            ("addr", "add", f"{HOME6}/64", "dev", "eth0", "nodad"),
            ("link", "set", "eth0", "up"),
            ("route", "add", "default", "via", BOX4),
        ):
            _ip("-n", self.name, *words)

    def run(self, *words: str, check: bool = True) -> str:
        """A program in the box; what it said. Raises AssertionError when it fails."""
        inside = ["nsenter", "-t", str(self._first), "-m", "-u", "-i", "-n", "-p", "-C"]
        bare = ["env", "-i", "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"]
        done = subprocess.run(
            [*inside, *bare, *words], capture_output=True, text=True, timeout=SECONDS, check=False
        )
        assert not check or done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout + ("" if check else done.stderr)

    def shown(self, *names: str, unit: str = "kidgate") -> dict[str, str]:
        """Properties of a unit."""
        words = [word for name in names for word in ("-p", name)]
        lines = self.run("systemctl", "show", unit, *words).splitlines()
        return dict(line.split("=", 1) for line in lines)

    def log(self) -> str:
        """What the journal of this box holds of the gateway."""
        return self.run("journalctl", "-u", "kidgate", "--no-pager", "-o", "cat")

    def until(self, words: str, wanted: str) -> str:
        """Ask again and again until an answer holds what is wanted; the last answer."""
        deadline = time.monotonic() + SECONDS
        while wanted not in (said := self.run("sh", "-c", words, check=False)):
            assert time.monotonic() < deadline, said
            time.sleep(0.3)
        return said

    def processes(self) -> Iterator[tuple[str, dict[str, str]]]:
        """Each process of the service: its module (`up`: the supervisor), /proc/PID/status."""
        first = self.shown("MainPID")["MainPID"]
        for pid in [first, *self.run("pgrep", "-P", first).split()]:
            words = self.run("cat", f"/proc/{pid}/cmdline").rstrip("\0").split("\0")
            status = self.run("cat", f"/proc/{pid}/status")
            lines = (line.split(":", 1) for line in status.splitlines() if ":" in line)
            yield words[-1], {name: value.strip() for name, value in lines}

    def from_home(self, *words: str) -> str:
        """A program on the device of the house; what it said, faults too."""
        done = subprocess.run(
            ["ip", "netns", "exec", self.name, *words],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return done.stdout + done.stderr


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=SECONDS)
