"""Compiling lists of hashes."""

from __future__ import annotations

import io

import pytest

from kidgate.content.images.compile import Compiled, compile_hashes
from kidgate.content.images.layout import MOST_LISTS
from tests.content.images.hash_lists import compiled, digests, hash_list, perceptual


def test_counts_are_those_of_the_lists_without_the_canary() -> None:
    pytest.importorskip("numpy", reason="needs the extra `images`")
    shared = digests(10, 1)
    near = perceptual(5, 2)
    lists = [hash_list("a", shared, near), hash_list("b", shared[:4], near[:2])]
    file = io.BytesIO()
    built = compile_hashes(file, lists)
    assert built == Compiled(10, 5, len(file.getvalue()))


def test_same_lists_compile_to_the_same_bytes() -> None:
    lists = [hash_list("a", digests(10, 1), [])]
    assert compiled(*lists) == compiled(*lists)


def test_exact_hashes_need_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "numpy", None)
    assert compiled(hash_list("a", digests(10, 1), []))
    with pytest.raises(ImportError):
        compiled(hash_list("a", [], perceptual(3, 2)))


def test_too_many_lists_are_refused() -> None:
    lists = [hash_list(f"list-{n}", [], []) for n in range(MOST_LISTS)]
    with pytest.raises(ValueError, match="at most"):
        compile_hashes(io.BytesIO(), lists)


def test_digests_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="ascend"):
        compiled(hash_list("a", digests(3, 1)[::-1], []))
