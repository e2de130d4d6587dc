"""A backup of the whole house: taken in whole, or nothing moves."""

from __future__ import annotations

import gzip
import io
import sqlite3
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kidgate.content.images.entries import Read
from kidgate.content.images.model_spec import ModelSpec
from kidgate.documents.home import Home
from kidgate.documents.personal_key import make_personal_key
from kidgate.keeper import bundle
from kidgate.keeper.bundle import BadBundle
from kidgate.keeper.client import do
from kidgate.policies.rows import GroupRow, PolicyRows
from kidgate.policies.rows_json import to_json
from kidgate.proxy.ca import ensure_ca
from kidgate.proxy.pictures.shelf import Shelf
from kidgate.proxy.wireguard.keys import server_key
from kidgate.store.database import open_database
from kidgate.store.faults import DatabaseFault
from tests.content.images.hash_lists import digests, perceptual

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


def now() -> datetime:
    return AT


def url(home: Home) -> str:
    return f"sqlite:///{home.database}"


def write(home: Home, group: str) -> None:
    rows = to_json(PolicyRows(groups=(GroupRow(group),)))
    fields = {"rows": rows, "base": None, "author": "test", "comment": "test"}
    do(home, url(home), now, "policy.write", create=True, **fields)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home(tmp_path / "home").make()
    write(found, "8A")
    ensure_ca(found.ca, now=AT)
    return found


@pytest.fixture
def made(home: Home, tmp_path: Path) -> Path:
    """A backup of the home."""
    path = tmp_path / "backup"
    database = open_database(url(home), create=False)
    bundle.backup(home, database, path)
    database.close()
    return path


def files(home: Home) -> dict[str, bytes]:
    return {
        str(p.relative_to(home.root)): p.read_bytes()
        for p in sorted(home.root.rglob("*"))
        if p.is_file() and not p.name.endswith(("-wal", "-shm"))
    }


def repacked(
    path: Path, edit: Callable[[dict[str, tarfile.TarInfo], dict[str, bytes]], None]
) -> None:
    """The same backup with other members."""
    with tarfile.open(path, "r:gz") as tar:
        members = {member.name: member for member in tar}
        contents = {name: tar.extractfile(m).read() for name, m in members.items()}  # type: ignore[union-attr]
    edit(members, contents)
    with tarfile.open(path, "w:gz") as tar:
        for name, member in members.items():
            member.size = len(contents.get(name, b""))
            tar.addfile(member, io.BytesIO(contents.get(name, b"")))


def test_restore_brings_policy_and_certificate_back_when_made_of_them(
    home: Home, made: Path, tmp_path: Path
) -> None:
    before = (home.ca / "kidgate-ca.pem").read_bytes()
    write(home, "9B")
    other = Home(tmp_path / "other").make()
    assert bundle.restore(other, url(other), made, now) == 1
    assert bundle.restore(home, url(home), made, now) == 1
    for restored in (home, other):
        assert (restored.ca / "kidgate-ca.pem").read_bytes() == before
        assert b"8A" in restored.snapshot.read_bytes()
        assert restored.index.exists()
        assert not list(restored.root.glob(".restore-*"))


def evil_path(members: dict[str, tarfile.TarInfo], contents: dict[str, bytes]) -> None:
    members["../x.names"] = tarfile.TarInfo("../x.names")


def evil_link(members: dict[str, tarfile.TarInfo], contents: dict[str, bytes]) -> None:
    link = tarfile.TarInfo("feeds/x.names")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    members[link.name] = link


def torn_list(members: dict[str, tarfile.TarInfo], contents: dict[str, bytes]) -> None:
    members["feeds/x.names"], contents["feeds/x.names"] = tarfile.TarInfo("feeds/x.names"), b"torn"


def torn_ca(members: dict[str, tarfile.TarInfo], contents: dict[str, bytes]) -> None:
    contents["ca/kidgate-ca.pem"] = b"torn"


def no_database(members: dict[str, tarfile.TarInfo], contents: dict[str, bytes]) -> None:
    del members["kidgate.db"]


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (evil_path, "holds `../x.names`"),
        (evil_link, "holds `feeds/x.names`"),
        (torn_list, "a list in"),
        (torn_ca, "the certificate in"),
        (no_database, "it lacks kidgate.db"),
    ],
)
def test_restore_changes_nothing_when_a_member_is_bad(
    home: Home, made: Path, edit: Callable[..., None], said: str
) -> None:
    repacked(made, edit)
    before = files(home)
    with pytest.raises(BadBundle) as caught:
        bundle.restore(home, url(home), made, now)
    assert said in str(caught.value)
    assert files(home) == before


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", gzip.compress(b"hello"), gzip.compress(b"x" * 9999)],
    ids=["empty", "text", "gzip", "long gzip"],
)
def test_restore_changes_nothing_when_the_file_is_none(
    home: Home, tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    before = files(home)
    with pytest.raises(BadBundle):
        bundle.restore(home, url(home), path, now)
    assert files(home) == before


def test_restore_puts_all_back_when_the_database_is_newer(home: Home, made: Path) -> None:
    def newer(members: dict[str, tarfile.TarInfo], contents: dict[str, bytes]) -> None:
        draft = made.with_name("draft.db")
        draft.write_bytes(contents["kidgate.db"])
        connection = sqlite3.connect(draft)
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
        connection.close()
        contents["kidgate.db"] = draft.read_bytes()

    repacked(made, newer)
    before = files(home)
    with pytest.raises(DatabaseFault, match="newer than this program"):
        bundle.restore(home, url(home), made, now)
    assert files(home) == before


def test_backup_leaves_nothing_behind_when_it_fails(home: Home, tmp_path: Path) -> None:
    database = open_database(url(home), create=False)
    home.database.unlink()
    with pytest.raises((DatabaseFault, sqlite3.Error)):
        bundle.backup(home, database, tmp_path / "backup")
    database.close()
    assert [p.name for p in tmp_path.iterdir()] == ["home"]


def test_key_of_the_tunnels_is_kept_and_comes_back(home: Home, tmp_path: Path) -> None:
    key = server_key(home.wireguard)
    path = tmp_path / "with-key"
    database = open_database(url(home), create=False)
    bundle.backup(home, database, path)
    database.close()
    (home.wireguard / "server.key").unlink()
    assert server_key(home.wireguard) != key
    bundle.restore(home, url(home), path, now)
    assert server_key(home.wireguard) == key


def test_key_of_the_tunnels_stays_when_a_backup_has_none(home: Home, made: Path) -> None:
    key = server_key(home.wireguard)
    bundle.restore(home, url(home), made, now)
    assert server_key(home.wireguard) == key


def test_imported_phrases_are_kept_and_come_back(home: Home, made: Path, tmp_path: Path) -> None:
    home.phrases.mkdir()
    words = home.phrases / "words.json"
    words.write_text("{}")
    path = tmp_path / "with-phrases"
    database = open_database(url(home), create=False)
    bundle.backup(home, database, path)
    database.close()
    words.write_text("changed")
    bundle.restore(home, url(home), made, now)
    assert words.read_text() == "changed"  # a backup that has none takes none away
    bundle.restore(home, url(home), path, now)
    assert words.read_text() == "{}"


def test_key_of_personal_data_comes_back(home: Home, made: Path, tmp_path: Path) -> None:
    key = make_personal_key(home)
    path = tmp_path / "with-key"
    database = open_database(url(home), create=False)
    bundle.backup(home, database, path)
    database.close()
    bundle.restore(home, url(home), made, now)
    assert make_personal_key(home) == key  # a backup that has none takes none away
    home.personal_key.unlink()
    bundle.restore(home, url(home), path, now)
    assert make_personal_key(home) == key


@pytest.fixture
def shelf(home: Home, tmp_path: Path) -> Shelf:
    """Hash lists and a model, as `kidgate images` keeps them."""
    found = Shelf(home.images)
    found.keep(
        "scheme", Read(set(digests(9, 1)), set(perceptual(9, 2))), at="2026-11-23", source="a"
    )
    found.build()
    network = tmp_path / "network.onnx"
    network.write_bytes(b"a network")
    found.put_model(network, ModelSpec((64,), ("adult", "harmless")), at="2026-11-23")
    return found


def backed_up(home: Home, path: Path) -> Path:
    database = open_database(url(home), create=False)
    bundle.backup(home, database, path)
    database.close()
    return path


def test_hash_lists_and_model_come_back(home: Home, made: Path, shelf: Shelf) -> None:
    path = backed_up(home, made.with_name("with-pictures"))
    before = {name: data for name, data in files(home).items() if name.startswith("images/")}
    assert len(before) == 4
    shelf.keep("scheme", Read(set(digests(5, 3))), at="2026-11-24", source="b")
    shelf.drop_model()
    bundle.restore(home, url(home), made, now)
    assert shelf.kept()[0].exact == 5  # a backup that has none takes none away
    bundle.restore(home, url(home), path, now)
    after = {name: data for name, data in files(home).items() if name.startswith("images/")}
    assert after == before
    assert {p.stat().st_mode & 0o077 for p in home.images.rglob("*")} == {0}


@pytest.mark.parametrize(
    ("member", "torn"),
    [
        ("lists/scheme.list", True),
        ("hashes.kgh", True),
        ("hashes.kgh", False),
        ("model.json", True),
        ("model-*.onnx", True),
        ("model-*.onnx", False),
    ],
)
def test_restore_changes_nothing_when_pictures_are_not_whole(
    home: Home, made: Path, shelf: Shelf, member: str, torn: bool
) -> None:
    (name,) = (str(p.relative_to(home.root)) for p in home.images.glob(member))
    path = backed_up(home, made.with_name("with-pictures"))

    def spoil(members: dict[str, tarfile.TarInfo], contents: dict[str, bytes]) -> None:
        if torn:
            contents[name] = contents[name][:-3]
        else:
            del members[name]

    repacked(path, spoil)
    before = files(home)
    with pytest.raises(BadBundle, match="a list in"):
        bundle.restore(home, url(home), path, now)
    assert files(home) == before
