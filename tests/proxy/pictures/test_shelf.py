"""The folder `images`: replaced whole, refused when damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from kidgate.content.images.entries import Read
from kidgate.content.images.exact import Exact
from kidgate.content.images.layout import HashesFault
from kidgate.content.images.model_spec import ModelSpec
from kidgate.proxy.pictures.shelf import Kept, Shelf
from tests.content.images.hash_lists import digests, perceptual

AT = "2026-11-22T12:00:00+07:00"
SPEC = ModelSpec((32,), ("adult", "harmless"), mean=(0.5, 0.5, 0.5))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "images")


def keep(shelf: Shelf, name: str, exact: list[bytes], near: list[bytes]) -> Kept:
    return shelf.keep(name, Read(set(exact), set(near)), at=AT, source="a.txt")


def test_lists_are_kept_and_replaced_by_name(shelf: Shelf) -> None:
    assert shelf.kept() == () and not shelf.has_lists
    keep(shelf, "b", digests(3, 1), [])
    keep(shelf, "a", digests(2, 2), perceptual(4, 3))
    keep(shelf, "b", digests(5, 4), [])
    assert [(k.name, k.exact, k.near, k.at) for k in shelf.kept()] == [
        ("a", 2, 4, AT),
        ("b", 5, 0, AT),
    ]


def test_all_lists_are_compiled(shelf: Shelf) -> None:
    first, second = digests(30, 1), digests(20, 2)
    keep(shelf, "first", first, [])
    keep(shelf, "second", second, [])
    assert shelf.build().exact == 50
    data = shelf.hashes.read_bytes()
    exact = Exact(lambda offset, size: data[offset : offset + size])
    assert {exact.find(one) for one in first} == {"first"}
    assert {exact.find(one) for one in second} == {"second"}


@pytest.mark.parametrize("name", ["", "../a", "A", "canary", "a" * 65, ".hidden"])
def test_name_that_is_none_is_refused(shelf: Shelf, name: str) -> None:
    with pytest.raises(ValueError, match="cannot be a list's name"):
        keep(shelf, name, digests(1, 1), [])
    assert not shelf.folder.exists()


def test_damaged_list_keeps_the_compiled_hashes(shelf: Shelf) -> None:
    keep(shelf, "a", digests(30, 1), [])
    shelf.build()
    before = shelf.hashes.read_bytes()
    path = shelf.lists / "a.list"
    whole = path.read_bytes()
    for damaged in (whole[:-1], whole[:-5] + b"xxxxx", b"x" + whole[1:], b"", whole[:20]):
        path.write_bytes(damaged)
        with pytest.raises(HashesFault, match="kidgate images add"):
            shelf.build()
    assert shelf.hashes.read_bytes() == before


def test_nobody_else_can_read_the_folder(shelf: Shelf) -> None:
    keep(shelf, "a", digests(1, 1), [])
    assert shelf.folder.stat().st_mode & 0o077 == 0
    assert shelf.lists.stat().st_mode & 0o077 == 0


def test_model_is_copied_with_its_description(shelf: Shelf, tmp_path: Path) -> None:
    network = tmp_path / "some.onnx"
    network.write_bytes(b"a network")
    assert shelf.model() is None
    put = shelf.put_model(network, SPEC, at=AT)
    assert shelf.model() == put
    assert (put.spec, put.source) == (SPEC, "some.onnx")
    assert (shelf.folder / put.file).read_bytes() == b"a network"


def test_replaced_model_leaves_nothing_behind(shelf: Shelf, tmp_path: Path) -> None:
    network = tmp_path / "some.onnx"
    for content in (b"one", b"two"):
        network.write_bytes(content)
        put = shelf.put_model(network, SPEC, at=AT)
    assert [path.name for path in shelf.folder.glob("*.onnx")] == [put.file]
    assert shelf.drop_model() and not shelf.drop_model()
    assert [path.name for path in shelf.folder.iterdir()] == ["lists"]


def test_damaged_description_is_told(shelf: Shelf) -> None:
    shelf.folder.mkdir()
    for text in ("{", "{}", "[]", '{"spec": {"size": 5}}'):
        shelf.model_file.write_text(text)
        with pytest.raises(ValueError, match="kidgate images model set"):
            shelf.model()
