"""The files that make systemd run the gateway at every boot: said, written, taken away again.

What they do is theirs (deploy/); what else changes on the box is `proxy.netfilter`'s.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.resources import files as package_files
from pathlib import Path

MARK = "# Made by `kidgate gateway install`; `kidgate gateway remove` takes it away.\n"
ETC = Path("/etc")
RULES, USERS = "kidgate/gateway.nft", "sysusers.d/kidgate.conf"
SERVICE = "systemd/system/kidgate.service"
FILTER = "systemd/system/kidgate-filter.service"
UNSEEN = ("/home", "/root", "/run/user")  # ProtectHome of the service (systemd.exec(5))
SECONDS = 60.0

Texts = Mapping[str, str]  # path below /etc -> text


class CannotServe(OSError):
    """systemd cannot run the gateway as it is; the message says what to do."""


def booted() -> bool:
    """Whether systemd runs this box (sd_booted(3))."""
    return Path("/run/systemd/system").is_dir()


def texts(rules: str | None) -> dict[str, str]:
    """Every file; with rules those that load them before the network is up. Raises CannotServe."""
    found = {USERS: _ours("kidgate.sysusers"), SERVICE: _ours("kidgate.service")}
    found[SERVICE] = found[SERVICE].replace("/usr/bin/kidgate", str(program()))
    if rules is not None:
        nft = shutil.which("nft") or "/usr/sbin/nft"
        found[FILTER] = _ours("kidgate-filter.service").replace("/usr/sbin/nft", nft)
        found[RULES] = MARK + rules
    return found


def _ours(name: str) -> str:
    return MARK + (package_files("kidgate") / "deploy" / name).read_text(encoding="utf-8")


def program() -> Path:
    """This program as the service is to start it."""
    ours = Path(sys.argv[0])
    if ours.name == "kidgate" and ours.is_absolute():
        return ours
    return Path(shutil.which("kidgate") or "/usr/bin/kidgate")


def is_enabled(unit: str) -> bool:
    """Whether a unit is started at every boot."""
    try:
        _run("systemctl", "is-enabled", "--quiet", unit)
    except CannotServe:
        return False
    return True


def is_service(home: Path) -> bool:
    """Whether a home is the service's own: of another no unit knows."""
    from kidgate.documents.config import SERVICE_HOME

    return home == SERVICE_HOME


def check(home: Path) -> None:
    """Raises CannotServe where the service would not find what it needs."""
    from kidgate.documents.config import SERVICE_HOME

    if home != SERVICE_HOME:
        raise CannotServe(f"the service keeps its state in {SERVICE_HOME}, and this is `{home}`")
    if not os.access(program(), os.X_OK):
        raise CannotServe("there is no program kidgate on the PATH; install the package first")
    for path in (program().resolve(), Path(sys.prefix), Path(sys.base_prefix).resolve()):
        if any(path.is_relative_to(place) for place in UNSEEN):
            raise CannotServe(
                f"`{path}` lies in somebody's home, which the service does not see; install "
                "Kidgate and its Python below /opt or /usr"
            )


def make_user() -> None:
    """The user that the service runs as. Raises CannotServe."""
    with written({USERS: _ours("kidgate.sysusers")}):
        _run("systemd-sysusers", str(ETC / USERS))


@contextlib.contextmanager
def installed(wanted: Texts) -> Iterator[list[str]]:
    """The files in place and started at every boot; what was changed, in words.

    On an exception inside, what was there before is back. Raises CannotServe.
    """
    with written(wanted) as changed:
        _run("systemctl", "daemon-reload")
        units = sorted(Path(name).name for name in wanted if name.endswith(".service"))
        _run("systemctl", "enable", "--quiet", *units)
        yield changed


def removed() -> list[str]:
    """Stop the gateway and delete our files, those alone that bear our mark. Raises CannotServe."""
    ours = [path for name in (SERVICE, FILTER, RULES, USERS) if _is_ours(path := ETC / name)]
    units = [path.name for path in ours if path.suffix == ".service"]
    if units:
        _run("systemctl", "disable", "--quiet", "--now", *units)
    for path in ours:
        path.unlink()
    with contextlib.suppress(OSError):
        (ETC / RULES).parent.rmdir()
    if units:
        _run("systemctl", "daemon-reload")
    return [f"{path} is gone" for path in ours]


def refresh_rules(rules: str) -> None:
    """The rules of the next boot as they are now, where `install` put some. Raises CannotServe."""
    if _is_ours(ETC / RULES):
        with written({RULES: MARK + rules}):
            pass


@contextlib.contextmanager
def written(wanted: Texts) -> Iterator[list[str]]:
    """Write files; on an exception inside, those from before are back. Raises CannotServe."""
    before = {name: _text(ETC / name) for name in wanted}
    try:
        for name, text in wanted.items():
            if before[name] != text:
                _write(ETC / name, text)
        yield [f"{ETC / name} is written" for name in wanted if before[name] != wanted[name]]
    except BaseException as fault:
        for name, old in before.items():
            if old is not None:
                _write(ETC / name, old)
            else:
                (ETC / name).unlink(missing_ok=True)
        if isinstance(fault, OSError) and not isinstance(fault, CannotServe) and fault.filename:
            raise CannotServe(f"`{fault.filename}`: {fault.strerror}: run this as root") from fault
        raise


def _is_ours(path: Path) -> bool:
    return (_text(path) or "").startswith(MARK)


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.chmod(0o644)
    part.replace(path)


def _run(*words: str) -> None:
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise CannotServe(f"`{' '.join(words)}` does not work: {fault}") from fault
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise CannotServe(f"`{' '.join(words)}` says: {why}")
