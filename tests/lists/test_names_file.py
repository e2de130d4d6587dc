"""Sorted names files: look-up, verification, damage."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kidgate.lists.entries import Mode
from kidgate.lists.faults import NamesFault
from kidgate.lists.names_file import HEADER_SIZE, Listed, NamesFile, record, write_names

KEYS = st.from_regex(r"[a-z0-9./?-]{1,12}", fullmatch=True) | st.from_regex(
    r"[a-z]{100,4000}", fullmatch=True
)
LISTED = st.lists(
    st.builds(Listed, KEYS, st.sampled_from(Mode), st.integers(1, 10**9)),
    unique_by=lambda listed: (listed.key, listed.mode),
    max_size=40,
)


def write(path: Path, listed: list[Listed]) -> Path:
    rows = sorted(map(record, listed), key=lambda row: row.rpartition(b"\t")[0])
    with path.open("wb") as file:
        write_names(file, rows)
    return path


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(listed=LISTED, missing=KEYS)
def test_every_key_is_found_and_no_other(tmp_path: Path, listed: list[Listed], missing: str):
    with NamesFile(write(tmp_path / "x.names", listed)) as names:
        names.verify()
        assert sorted(names) == sorted(listed)
        assert len(names) == len(listed)
        for wanted in [missing, *(one.key for one in listed)]:
            assert sorted(names.find(wanted)) == sorted(o for o in listed if o.key == wanted)


def test_lookup_in_a_file_of_many_blocks(tmp_path: Path):
    listed = [Listed(f"{n:05}.example", Mode.TREE, n + 1) for n in range(0, 40_000, 2)]
    with NamesFile(write(tmp_path / "x.names", listed)) as names:
        for number in range(0, 40_000, 7):
            expected = number + 1 if number % 2 == 0 else None
            assert names.line_of(f"{number:05}.example") == expected
        assert names.line_of("!") is None
        assert names.line_of("~") is None


def test_line_is_that_of_the_listing_not_of_the_exception(tmp_path: Path):
    listed = [Listed("a.example", Mode.EXCEPT, 1), Listed("a.example", Mode.TREE, 9)]
    with NamesFile(write(tmp_path / "x.names", listed)) as names:
        assert names.line_of("a.example") == 9


def test_missing_file_is_a_fault(tmp_path: Path):
    with pytest.raises(NamesFault, match="import the feed again"):
        NamesFile(tmp_path / "x.names")


def test_other_version_is_a_fault(tmp_path: Path):
    path = write(tmp_path / "x.names", [])
    path.write_bytes(path.read_bytes().replace(b"names 1 ", b"names 2 "))
    with pytest.raises(NamesFault, match="another version"):
        NamesFile(path)


def test_unsorted_records_are_a_fault(tmp_path: Path):
    with (tmp_path / "x.names").open("wb") as file:
        write_names(file, [b"b.example\tt\t1\n", b"a.example\tt\t2\n"])
    with NamesFile(tmp_path / "x.names") as names, pytest.raises(NamesFault):
        names.verify()


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_damage_is_a_fault_and_nothing_else(tmp_path: Path, data: st.DataObject):
    listed = [Listed(f"{n}.example", Mode.TREE, n) for n in range(30)]
    good = write(tmp_path / "x.names", listed).read_bytes()
    bad = bytearray(good)
    bad[data.draw(st.integers(0, len(bad) - 1))] = data.draw(st.integers(0, 255))
    del bad[data.draw(st.integers(0, len(bad))) :]
    (tmp_path / "x.names").write_bytes(bad)
    try:
        with NamesFile(tmp_path / "x.names") as names:
            names.find("17.example")
            names.verify()
    except NamesFault as fault:
        assert str(fault)
    else:  # the spelling of a header number may change without its value
        assert bad[HEADER_SIZE:] == good[HEADER_SIZE:]


@given(content=st.binary(max_size=300))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_bytes_are_a_fault(tmp_path: Path, content: bytes):
    (tmp_path / "x.names").write_bytes(content)
    with pytest.raises(NamesFault), NamesFile(tmp_path / "x.names"):
        pass
