"""config.yaml: how the box runs. What is allowed is never here: that is the policy.

Every key has a default, so an empty file, or none, is a whole configuration. `config.example.yaml`
shows all of them. Nothing here opens, listens or writes; it reads one file.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from kidgate.documents.faults import Fault, Faults
from kidgate.documents.name_servers import NameServer, parse_name_server
from kidgate.documents.typed import Parsed, decode
from kidgate.policies.names import canonical_address, canonical_host

Port = Annotated[int, Meta(ge=1, le=65535)]
Seconds = Annotated[float, Meta(ge=0.1, le=86_400)]
Host = Annotated[str, Parsed(lambda text: _host(text))]
Address = Annotated[str, Parsed(canonical_address)]
Count = Annotated[int, Meta(ge=1, le=1_000_000)]

_INTERFACE = re.compile(r"[A-Za-z0-9_.@:+-]{1,15}")
SERVICE_HOME = Path("/var/lib/kidgate")


EXPLICIT = "explicit"
WAYS = (EXPLICIT, "socks", "transparent", "dns", "wireguard")


@dataclass(frozen=True, slots=True)
class Listener:
    """Where the gateway listens, and for whom: an IP address (IPv6 without brackets), a port, and a
    way in, one of `WAYS`."""

    host: str
    port: int
    way: str = EXPLICIT

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return ("" if self.way == EXPLICIT else f"{self.way}://") + f"{host}:{self.port}"


def parse_listener(text: str) -> Listener:
    """`127.0.0.1:8080`, `[::1]:8080`, `socks://127.0.0.1:1080`. Raises ValueError: names are not
    looked up here."""
    way, slashes, place = text.rpartition("://")
    if slashes and way not in WAYS:
        raise ValueError(f"`{way}` is no way in; there are {', '.join(WAYS)}")
    host, colon, port = place.rpartition(":")
    try:
        if not colon or (":" in host) != (host[:1] == "[" and host[-1:] == "]"):
            raise ValueError
        address = canonical_address(host.strip("[]"))
        if not (port.isascii() and port.isdigit() and 1 <= int(port[:6]) <= 65535):
            raise ValueError
    except ValueError:
        hint = "write an address and a port like `127.0.0.1:8080` or `[::1]:8080`"
        raise ValueError(f"`{text}` is no place to listen; {hint}") from None
    return Listener(address, int(port), way or EXPLICIT)


def _whole_path(text: str) -> Path:
    path = Path(text).expanduser()
    if not path.is_absolute():
        raise ValueError(f"`{text}` must be a whole path that begins with `/`")
    return path


def _host(text: str) -> str:
    """A name, or `*.name` for all below it."""
    star = "*." if text.startswith("*.") else ""
    return star + canonical_host(text.removeprefix("*."))


def _database(text: str) -> str:
    scheme, slashes, _ = text.partition("://")
    if not text or (slashes and scheme != "postgresql"):
        shown = f"{scheme}://..." if slashes else text  # the rest may hold a password
        raise ValueError(f"`{shown}` is no database; write a file name or a postgresql:// URL")
    return text


@dataclass(frozen=True, slots=True)
class Resolver:
    """How the gateway finds addresses."""

    # name -> fixed addresses, asked before the network; for tests, demos and benchmarks
    hosts: Mapping[Host, tuple[Address, ...]] = field(default_factory=dict)
    servers: tuple[Annotated[NameServer, Parsed(parse_name_server)], ...] = ()  # (): the system's
    timeout_seconds: Seconds = 5.0


@dataclass(frozen=True, slots=True)
class Dns:
    """How the gateway answers as the house's name server, on its `dns://` listeners."""

    block: Literal["page", "nxdomain", "refused"] = "page"
    page_addresses: tuple[Address, ...] = ()  # of the gateway, where its proxy shows the block page
    blocked_seconds: Annotated[int, Meta(ge=1, le=3600)] = 10
    last_stage: bool = False  # devices come for names alone: warnings and requests stop here


def _interface(text: str) -> str:
    if not _INTERFACE.fullmatch(text):
        raise ValueError(f"`{text}` is no network interface; write one of those `ip link` shows")
    return text


@dataclass(frozen=True, slots=True)
class Gateway:
    """This box as the router of the house; `kidgate gateway` prints and applies what it needs."""

    interfaces: tuple[Annotated[str, Parsed(_interface)], ...] = ()  # where the devices are


@dataclass(frozen=True, slots=True)
class Who:
    """How the gateway tells devices and children apart, beside what the network shows it."""

    leases: tuple[Annotated[Path, Parsed(_whole_path)], ...] = ()  # of the DHCP server
    session_minutes: Annotated[int, Meta(ge=1, le=1440)] = 60  # after a PIN on a shared computer


@dataclass(frozen=True, slots=True)
class Upstream:
    """How the gateway meets the sites. Their certificates are always verified: not an option."""

    extra_ca: str = ""  # PEM file trusted beside the system's; relative to the home


@dataclass(frozen=True, slots=True)
class Limits:
    """Everything that waits or grows has one (DESIGN 8, promise 7)."""

    header_bytes: Annotated[int, Meta(ge=1024, le=1_048_576)] = 65_536
    header_seconds: Seconds = 20.0
    idle_seconds: Seconds = 300.0
    url_bytes: Annotated[int, Meta(ge=256, le=1_048_576)] = 16_384
    connections: Count = 4096  # of one worker
    connections_per_device: Count = 256
    journal_wait_ms: Annotated[int, Meta(ge=1, le=10_000)] = 50
    spool_bytes: Annotated[int, Meta(ge=65_536, le=2**40)] = 33_554_432
    held_bytes: Annotated[int, Meta(ge=65_536, le=67_108_864)] = 2_097_152  # of a body to be judged
    held_at_once: Count = 64  # bodies, in one worker


@dataclass(frozen=True, slots=True)
class WebPlace:
    """Where the dashboard is served: `http` or `https`, an IP address, a port."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def parse_web_place(text: str) -> WebPlace:
    """`http://127.0.0.1:8088`, `https://[::1]:8443`. Raises ValueError."""
    scheme, slashes, place = text.partition("://")
    if not slashes or scheme not in ("http", "https"):
        raise ValueError(f"`{text}` is no place for the dashboard; write http:// or https:// first")
    listener = parse_listener(place.rstrip("/"))
    return WebPlace(scheme, listener.host, listener.port)


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text))
    except ValueError:
        raise ValueError(f"`{text}` is no network; write one like 192.168.1.0/24") from None


# Loopback, the private ranges of RFC 1918 and RFC 4193, and link-local.
AT_HOME = (
    "127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
    "169.254.0.0/16", "fc00::/7", "fe80::/10",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The web pages for adults. Never reachable through the proxy, nor from a child's device."""

    listen: tuple[Annotated[WebPlace, Parsed(parse_web_place)], ...] = (
        WebPlace("http", "127.0.0.1", 8088),
    )
    allow: tuple[Annotated[str, Parsed(_network)], ...] = AT_HOME
    names: tuple[
        Annotated[str, Parsed(canonical_host)], ...
    ] = ()  # it answers to, beside addresses
    url: str = ""  # where adults reach it, for links in messages; empty: its first place


@dataclass(frozen=True, slots=True)
class Log:
    """What the program says about itself. Who visited what is the journal's."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    lines_per_second: Count = 50


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration. `load_config` fills in `home`."""

    home: Annotated[Path, Parsed(_whole_path)] = Path()
    database: Annotated[str, Parsed(_database)] = (
        "kidgate.db"  # a file, relative to the home; or a postgresql:// URL
    )
    listen: tuple[Annotated[Listener, Parsed(parse_listener)], ...] = (Listener("127.0.0.1", 8080),)
    workers: Annotated[int, Meta(ge=1, le=64)] = 1
    locale: Literal["vi", "en"] = "vi"
    require_login: bool = False
    resolver: Resolver = Resolver()
    dns: Dns = Dns()
    gateway: Gateway = Gateway()
    who: Who = Who()
    upstream: Upstream = Upstream()
    dashboard: Dashboard = Dashboard()
    limits: Limits = Limits()
    log: Log = Log()

    @property
    def database_url(self) -> str:
        """The database as SQLAlchemy names it."""
        if "://" in self.database:
            return self.database.replace("postgresql://", "postgresql+psycopg://", 1)
        return f"sqlite:///{self.home / self.database}"

    @property
    def extra_ca(self) -> Path | None:
        """The PEM file of `upstream.extra_ca`, if one is named."""
        return self.home / self.upstream.extra_ca if self.upstream.extra_ca else None


def load_config(
    path: Path | None = None,
    home: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Config:
    """The configuration in `path`, or in HOME/config.yaml where there is one, else the defaults.

    The home is `home` (from --home), else $KIDGATE_HOME, else the file's `home`, else as
    `default_home` says. Raises Faults, all at once; also when `path` cannot be read.
    """
    env = os.environ if env is None else env
    given = home or (Path(env["KIDGATE_HOME"]) if env.get("KIDGATE_HOME") else None)
    usual = given or default_home(env, root=os.geteuid() == 0)
    file = path or usual / "config.yaml"
    text = _text_of(file, must_exist=path is not None)
    config = parse_config(text, str(file), usual)
    return replace(config, home=given) if given else config


def default_home(env: Mapping[str, str], *, root: bool) -> Path:
    """$STATE_DIRECTORY (systemd), else $XDG_STATE_HOME/kidgate, else /var/lib/kidgate for root and
    ~/.local/state/kidgate for everyone else."""
    if env.get("STATE_DIRECTORY"):
        return Path(env["STATE_DIRECTORY"].split(":")[0])
    if env.get("XDG_STATE_HOME"):
        return Path(env["XDG_STATE_HOME"]) / "kidgate"
    if root or not env.get("HOME"):
        return SERVICE_HOME
    return Path(env["HOME"]) / ".local" / "state" / "kidgate"


def parse_config(text: str, name: str, home: Path) -> Config:
    """The configuration in a YAML text; `home` holds where the text names none. Raises Faults."""
    config: Config = decode(text, Config, name)
    return config if config.home != Path() else replace(config, home=home)


def _text_of(file: Path, *, must_exist: bool) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        if not must_exist:
            return ""
        message = "there is no such file; leave out --config to run with the defaults"
        raise Faults([Fault(str(file), 0, message)]) from None
    except UnicodeDecodeError as error:
        raise Faults([Fault(str(file), 0, f"is not UTF-8 text: {error.reason}")]) from None
    except OSError as error:
        raise Faults([Fault(str(file), 0, f"cannot be read: {error.strerror}")]) from None
