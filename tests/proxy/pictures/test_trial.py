"""Trying the chain and a model, as `kidgate images test` and `kidgate images model set` do."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

pytest.importorskip("PIL", reason="needs the extra `images`")
pytest.importorskip("onnxruntime", reason="needs the extra `images`")
pytest.importorskip("onnx", reason="builds a tiny network")

from kidgate.content.images.entries import Read
from kidgate.proxy.pictures.shelf import Shelf
from kidgate.proxy.pictures.trial import ModelRefused, try_chain, try_model
from tests.content.images.hash_lists import digests, perceptual
from tests.proxy.pictures.networks import SPEC, reddish

AT = "2026-11-22T12:00:00+07:00"


def test_whole_chain_is_sound(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.keep("a", Read(set(digests(5, 1)), set(perceptual(6, 2))), at=AT, source="a.txt")
    shelf.build()
    shelf.put_model(reddish(tmp_path / "net.onnx"), SPEC, at=AT)
    chain = asyncio.run(try_chain(tmp_path))
    assert chain.sound
    assert (chain.exact, chain.near, chain.fault) == (True, True, "")
    assert chain.lists == {"lists": 1, "exact": 5, "near": 6}
    assert chain.model is not None and chain.model.scores["adult"] == 50


def test_damage_is_told(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    shelf.keep("a", Read(set(), set(perceptual(6, 2))), at=AT, source="a.txt")
    shelf.build()
    data = bytearray(shelf.hashes.read_bytes())
    data[-100] ^= 1
    shelf.hashes.write_bytes(data)
    chain = asyncio.run(try_chain(tmp_path))
    assert not chain.sound
    assert "checksum" in chain.fault


def test_model_that_does_not_fit_its_description_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match="the model failed: its output has 5 numbers, not 2"):
        asyncio.run(try_model(reddish(tmp_path / "net.onnx", outputs=5), SPEC))


def test_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(b"hello")
    with pytest.raises(ModelRefused, match="cannot be loaded"):
        asyncio.run(try_model(path, SPEC))
