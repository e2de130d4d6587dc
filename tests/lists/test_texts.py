"""Exactness: what has the hash of a listed key and is another is not listed."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kidgate.lists import buckets, table, texts
from kidgate.lists.entries import Mode
from kidgate.lists.index import CategoryIndex, open_index
from kidgate.lists.layout import EMPTY, HEADER
from kidgate.lists.sections import read_header

Named = Callable[..., CategoryIndex]
TOP = 0xABCDEF << 40


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> Callable[[Mapping[str, int]], None]:
    """Give keys a hash of our choice, wherever it is computed."""
    real = table.xxh3_64_intdigest

    def set_hashes(chosen: Mapping[str, int]) -> None:
        def digest(key: bytes) -> int:
            return chosen.get(key.decode("latin-1"), real(key))

        for module in (buckets, table, texts):
            monkeypatch.setattr(module, "xxh3_64_intdigest", digest)

    return set_hashes


def found(index: CategoryIndex, host: str, target: str = "") -> list[tuple[str, str]]:
    return [(hit.feed, hit.entry) for hit in index.find(host, target)]


@pytest.mark.parametrize("digest", [TOP, 0, EMPTY, EMPTY - 1])
def test_foreign_name_with_the_hash_of_a_listed_one_is_not_listed(
    digest: int, hashed: Callable[[Mapping[str, int]], None], named: Named
):
    hashed(dict.fromkeys(["listed.example", "foreign.example"], digest))
    index = named(adult=[("listed.example", Mode.TREE), ("other.example", Mode.TREE)])
    assert found(index, "listed.example") == [("adult", "listed.example")]
    assert found(index, "www.listed.example") == [("adult", "listed.example")]
    assert found(index, "foreign.example") == []
    assert found(index, "www.foreign.example") == []


def test_foreign_url_with_the_hash_of_a_listed_one_is_not_listed(
    hashed: Callable[[Mapping[str, int]], None], named: Named
):
    hashed(dict.fromkeys(["a.example/bad", "a.example/good"], TOP))
    index = named(phishing=[("a.example/bad", Mode.URL)])
    assert found(index, "a.example", "/bad/x") == [("phishing", "a.example/bad")]
    assert found(index, "a.example", "/good/x") == []


@pytest.mark.parametrize("digest", [TOP, 0, EMPTY])
@pytest.mark.parametrize("others", [0, 6, 40])
def test_listed_names_of_one_hash_keep_their_own_labels(
    digest: int, others: int, hashed: Callable[[Mapping[str, int]], None], named: Named
):
    """Whoever can put a name on a list can choose its hash: no list may fail for that."""
    twins = ["one.example", "two.example", "three.example"]
    hashed({**dict.fromkeys([*twins, "foreign.example"], digest)})
    crowd = [(f"n{number}.example", Mode.TREE) for number in range(others)]
    index = named(
        a=[*crowd, ("one.example", Mode.TREE)],
        b=[("two.example", Mode.TREE)],
        c=[("one.example", Mode.TREE), ("three.example", Mode.TREE)],
    )
    assert found(index, "one.example") == [("a", "one.example"), ("c", "one.example")]
    assert found(index, "two.example") == [("b", "two.example")]
    assert found(index, "www.three.example") == [("c", "three.example")]
    assert found(index, "foreign.example") == []
    assert all(found(index, name) == [("a", name)] for name, _ in crowd)


def test_long_texts_are_read_whole(named: Named):
    path = "/" + "x" * 4000
    entries = [(f"a.example{path[: 500 * n]}{n}", Mode.URL) for n in range(1, 9)]
    index = named(bad=entries)
    for key, _ in entries:
        assert found(index, "a.example", key.removeprefix("a.example")) == [("bad", key)]
    assert found(index, "a.example", path) == []


@pytest.fixture
def file(named: Named, tmp_path: Path) -> Path:
    named(bad=[(f"n{number}.example", Mode.TREE) for number in range(100)])
    return tmp_path / "index.kgx"


def hits(index: CategoryIndex) -> int:
    return sum(bool(index.find(f"www.n{number}.example")) for number in range(100))


@pytest.mark.parametrize("size", [0, 1, 200])
def test_texts_that_are_cut_off_leave_every_hit_and_say_so_once(
    size: int, file: Path, caplog: pytest.LogCaptureFixture
):
    index = open_index(file)
    os.truncate(file, read_header(file.read_bytes()).resident + size)
    assert hits(index) == 100
    assert not index.find("other.example")
    assert caplog.text.count("cannot be read or are damaged") == 1
    assert "kidgate feed rebuild" in caplog.text


def test_texts_on_a_broken_disk_leave_every_hit(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    def broken(*_: object) -> bytes:
        raise OSError(5, "Input/output error")

    index = open_index(file)
    monkeypatch.setattr(texts, "_pread", broken)
    assert hits(index) == 100
    assert caplog.text.count("cannot be read or are damaged") == 1


def test_text_that_was_changed_leaves_its_hit(file: Path, caplog: pytest.LogCaptureFixture):
    index, content = open_index(file), bytearray(file.read_bytes())
    for at in range(read_header(content).resident + 2, len(content), 3):
        content[at] ^= 1
    with file.open("r+b") as same:
        same.write(content)
    assert hits(index) == 100
    assert "damaged" in caplog.text


def test_one_damaged_block_costs_no_other_its_exactness(
    file: Path, hashed: Callable[[Mapping[str, int]], None]
):
    real = table.xxh3_64_intdigest
    hashed({f"foreign{n}.example": real(b"n%d.example" % n) for n in range(100)})
    content = bytearray(file.read_bytes())
    content[read_header(content).resident + 2] ^= 1
    file.write_bytes(content)
    index = open_index(file)
    assert hits(index) == 100
    stand = sum(bool(index.find(f"foreign{number}.example")) for number in range(100))
    assert 0 < stand <= 8


def test_texts_are_not_checked_before_they_are_needed(file: Path):
    content = file.read_bytes()
    resident = read_header(content[: HEADER.size]).resident
    file.write_bytes(content[:resident] + bytes(len(content) - resident))
    assert hits(open_index(file)) == 100
