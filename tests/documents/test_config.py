"""config.yaml: the defaults, the example, where the home is, and every mistake named at once."""

from __future__ import annotations

import tempfile
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.documents.config import (
    SERVICE_HOME,
    Config,
    Listener,
    default_home,
    load_config,
    parse_config,
    parse_listener,
)
from kidgate.documents.faults import Faults
from kidgate.documents.strict_yaml import load

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
FAST = settings(max_examples=200, deadline=None, database=None)
HOME = Path("/srv/kidgate")


def test_parse_config_gives_the_defaults_when_the_text_is_empty() -> None:
    assert parse_config("", "config.yaml", HOME) == replace(Config(), home=HOME)


def test_example_holds_every_key_with_its_default() -> None:
    text = (ROOT / "config.example.yaml").read_text(encoding="utf-8")
    assert parse_config(text, "config.example.yaml", HOME) == replace(Config(), home=HOME)
    assert keys_of(load(text, "config.example.yaml")) == fields_of(Config()) - {"home"}
    assert "\n# home: " in text


def keys_of(data: object, place: str = "") -> set[str]:
    if not isinstance(data, dict) or not data:
        return {place}
    return {key for name, value in data.items() for key in keys_of(value, f"{place}.{name}"[1:])}


def fields_of(value: object, place: str = "") -> set[str]:
    if not is_dataclass(value):
        return {place}
    return {
        key
        for spec in fields(value)
        for key in fields_of(getattr(value, spec.name), f"{place}.{spec.name}"[1:])
    }


def test_parse_config_names_every_fault_when_the_file_is_broken() -> None:
    text = (GOLDEN / "broken_config.yaml").read_text(encoding="utf-8")
    with pytest.raises(Faults) as caught:
        parse_config(text, "broken_config.yaml", HOME)
    expected = (GOLDEN / "broken_config.faults").read_text(encoding="utf-8")
    assert str(caught.value) + "\n" == expected


def test_parse_config_reads_values_when_they_are_given() -> None:
    text = """
home: /data/kidgate
database: postgresql://db.school.example/kidgate
listen: ["192.168.1.2:3128", "[2001:db8:0::1]:3128"]
require_login: true
resolver: {hosts: {Origin.TEST.: 127.0.0.9, b.test: [127.0.0.1, "::ffff:127.0.0.2"]}}
upstream: {extra_ca: ca.pem}
limits: {idle_seconds: 1.5}
log: {level: debug}
"""
    config = parse_config(text, "config.yaml", HOME)
    assert config.home == Path("/data/kidgate")
    assert config.database_url == "postgresql+psycopg://db.school.example/kidgate"
    assert [str(place) for place in config.listen] == ["192.168.1.2:3128", "[2001:db8::1]:3128"]
    assert config.require_login is True
    assert config.resolver.hosts == {
        "origin.test": ("127.0.0.9",),
        "b.test": ("127.0.0.1", "127.0.0.2"),
    }
    assert config.extra_ca == Path("/data/kidgate/ca.pem")
    assert config.limits.idle_seconds == 1.5
    assert config.log.level == "debug"


@pytest.mark.parametrize(
    ("database", "url"),
    [
        ("kidgate.db", "sqlite:////srv/kidgate/kidgate.db"),
        ("/data/k.db", "sqlite:////data/k.db"),
        ("postgresql://u:p@h/k", "postgresql+psycopg://u:p@h/k"),
    ],
)
def test_database_url_is_one_for_sqlalchemy_when_asked(database: str, url: str) -> None:
    assert replace(Config(), home=HOME, database=database).database_url == url


def test_extra_ca_is_none_when_not_named() -> None:
    assert Config().extra_ca is None


@pytest.mark.parametrize(
    ("text", "listener"),
    [
        ("127.0.0.1:8080", Listener("127.0.0.1", 8080)),
        ("[::1]:80", Listener("::1", 80)),
        ("0.0.0.0:65535", Listener("0.0.0.0", 65535)),
        ("socks://127.0.0.1:1080", Listener("127.0.0.1", 1080, "socks")),
        ("transparent://[::1]:8081", Listener("::1", 8081, "transparent")),
        ("explicit://127.0.0.1:8080", Listener("127.0.0.1", 8080)),
    ],
)
def test_parse_listener_reads_a_place_when_it_is_one(text: str, listener: Listener) -> None:
    assert parse_listener(text) == listener
    assert parse_listener(str(listener)) == listener


@pytest.mark.parametrize("way", ["http", "socks5", "Socks", ""])
def test_parse_listener_refuses_when_the_way_in_is_none(way: str) -> None:
    with pytest.raises(ValueError, match="is no way in; there are explicit, socks, transparent"):
        parse_listener(f"{way}://127.0.0.1:80")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
@pytest.mark.parametrize("port", ["", ":", ":0", ":65536", ":8O", ":٨٠", ":99999999999", ":80:80"])
def test_parse_listener_refuses_when_the_port_is_none(host: str, port: str) -> None:
    with pytest.raises(ValueError, match="is no place to listen; write an address and a port"):
        parse_listener(host + port)


@pytest.mark.parametrize(
    "host", ["", "*", "localhost", "127.1", "::1", "[::1", "::1]", "[a]", "[127.0.0.1]", "[::1%lo]"]
)
def test_parse_listener_refuses_when_the_host_is_no_address(host: str) -> None:
    with pytest.raises(ValueError, match="is no place to listen; write an address and a port"):
        parse_listener(f"{host}:80")


@pytest.mark.parametrize(
    ("env", "root", "home"),
    [
        ({}, True, SERVICE_HOME),
        ({}, False, SERVICE_HOME),
        ({"HOME": "/home/lan"}, True, SERVICE_HOME),
        ({"HOME": "/home/lan"}, False, Path("/home/lan/.local/state/kidgate")),
        ({"HOME": "/h", "XDG_STATE_HOME": "/h/state"}, True, Path("/h/state/kidgate")),
        ({"STATE_DIRECTORY": "/var/lib/a:/var/lib/b", "HOME": "/h"}, False, Path("/var/lib/a")),
        ({"XDG_STATE_HOME": "", "HOME": "/h"}, False, Path("/h/.local/state/kidgate")),
    ],
)
def test_default_home_is_found_when_nothing_names_it(
    env: dict[str, str], root: bool, home: Path
) -> None:
    assert default_home(env, root=root) == home


def test_load_config_prefers_the_nearest_when_several_name_the_home(tmp_path: Path) -> None:
    file = tmp_path / "c.yaml"
    file.write_text("home: /from/file\nworkers: 2\n")
    env = {"XDG_STATE_HOME": str(tmp_path)}
    assert load_config(file, None, env).home == Path("/from/file")
    assert load_config(file, None, env | {"KIDGATE_HOME": "/from/env"}).home == Path("/from/env")
    found = load_config(file, Path("/from/option"), env | {"KIDGATE_HOME": "/from/env"})
    assert (found.home, found.workers) == (Path("/from/option"), 2)


def test_load_config_reads_the_homes_own_file_when_none_is_named(tmp_path: Path) -> None:
    assert load_config(None, tmp_path, {}).workers == 1
    (tmp_path / "config.yaml").write_text("workers: 3\n")
    found = load_config(None, tmp_path, {})
    assert (found.home, found.workers) == (tmp_path, 3)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no such file; leave out --config to run with the defaults"),
        (b"\xff\xfe", "is not UTF-8 text: invalid start byte"),
        ("folder", "cannot be read: Is a directory"),
    ],
)
def test_load_config_says_so_when_the_file_cannot_be_read(
    tmp_path: Path, content: bytes | str | None, message: str
) -> None:
    file = tmp_path / "c.yaml"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content == "folder":
        file.mkdir()
    with pytest.raises(Faults) as caught:
        load_config(file, tmp_path, {})
    assert str(caught.value) == f"{file}: {message}"


@FAST
@given(text=st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_parse_config_raises_only_faults_when_given_anything(text: str) -> None:
    try:
        parse_config(text, "config.yaml", HOME)
    except Faults as caught:
        assert caught.faults


@FAST
@given(data=st.binary(max_size=60))
def test_load_config_raises_only_faults_when_the_file_holds_anything(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "c.yaml"
        file.write_bytes(data)
        try:
            load_config(file, Path(folder), {})
        except Faults as caught:
            assert caught.faults
