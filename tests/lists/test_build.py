"""Building: the golden bytes, refusals, its own process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kidgate.lists import buckets, layout
from kidgate.lists.build import Built, FeedSource, build_index, read_spec
from kidgate.lists.entries import Mode
from kidgate.lists.faults import BuildFault
from kidgate.lists.index import open_index
from kidgate.lists.names_file import write_names
from kidgate.lists.sections import read_header
from kidgate.policies.model import Asked

REWRITE = bool(os.environ.get("KIDGATE_GOLDEN"))


@pytest.fixture
def sources(every_mode: list[FeedSource]) -> list[FeedSource]:
    return every_mode


def test_index_equals_its_golden(sources: list[FeedSource], golden: Path, tmp_path: Path):
    built = build_index(tmp_path / "index.kgx", sources)
    if REWRITE:
        (golden / "index.kgx").write_bytes((tmp_path / "index.kgx").read_bytes())
    assert (tmp_path / "index.kgx").read_bytes() == (golden / "index.kgx").read_bytes()
    assert built == Built(
        keys=35,
        networks=3,
        rules=0,
        sets=11,
        resident=read_header((golden / "index.kgx").read_bytes()).resident,
        size=(golden / "index.kgx").stat().st_size,
    )


def test_golden_index_is_read(golden: Path):
    index = open_index(golden / "index.kgx")
    assert [hit.feed for hit in index.find("www.plain.example")] == ["hosts.txt", "domains.txt"]
    assert [hit.entry for hit in index.find("host.example", "/dll")] == ["host.example/dll"]


def test_golden_index_has_every_section(golden: Path):
    index = open_index(golden / "index.kgx")
    asked = Asked(addresses=("192.0.2.70",))
    assert [hit.entry for hit in index.find("other.example", "", asked)] == [
        "192.0.2.0/24",
        "192.0.2.64/26",
    ]
    assert [hit.entry for hit in index.find("bad.good.ads.example")] == ["bad.good.ads.example"]
    assert index.find("good.ads.example") == ()


def test_keys_cost_thirteen_bytes_at_most(names_file: Callable[..., Path], tmp_path: Path):
    names = [(f"{n}.example.com", Mode.TREE) for n in range(20_000)]
    source = FeedSource("a", "b", names_file(tmp_path / "x.names", *names))
    built = build_index(tmp_path / "i", [source])
    assert built.keys == 20_000
    assert built.resident <= 13 * built.keys


def test_many_records_spill_and_give_the_same_bytes(
    sources: list[FeedSource], golden: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(buckets, "_HELD", 3)
    build_index(tmp_path / "index.kgx", sources)
    assert (tmp_path / "index.kgx").read_bytes() == (golden / "index.kgx").read_bytes()


def test_no_feeds_give_an_empty_index(tmp_path: Path):
    assert build_index(tmp_path / "i", []).keys == 0
    assert len(open_index(tmp_path / "i")) == 0


def test_too_many_overlaps_are_refused(
    sources: list[FeedSource], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert layout.MOST_SETS == layout.NO_SET
    monkeypatch.setattr(layout, "MOST_SETS", 5)
    with pytest.raises(BuildFault, match="more than 5 ways"):
        build_index(tmp_path / "i", sources)


@pytest.mark.parametrize("fault", ["cut", "changed", "missing", "unsorted_mode"])
def test_damaged_names_file_changes_nothing(fault: str, sources: list[FeedSource], tmp_path: Path):
    path = sources[1].path
    content = path.read_bytes()
    (tmp_path / "i").write_bytes(b"old")
    if fault == "cut":
        path.write_bytes(content[:-30])
    elif fault == "changed":
        path.write_bytes(content.replace(b"plain.example", b"pleen.example"))
    elif fault == "unsorted_mode":
        path.write_bytes(content.replace(b"\tn\t7", b"\tq\t7"))
    else:
        path.unlink()
    with pytest.raises(BuildFault, match="import the feed again"):
        build_index(tmp_path / "i", sources)
    assert (tmp_path / "i").read_bytes() == b"old"


@pytest.mark.parametrize(
    "rows",
    [
        [b"a.example\n"],
        [b"a.example\tq\t1\n"],
        [b"b\tt\t1\n", b"a\tt\t1\n"],
        [b"a\tt\t1\n", b"a\tt\t2\n"],
        [b"192.0.2.1/24\tn\t1\n"],
        [b"a.example/24\tn\t1\n"],
    ],
)
def test_names_file_of_other_rows_is_refused(rows: list[bytes], tmp_path: Path):
    with (tmp_path / "x.names").open("wb") as file:
        write_names(file, rows)
    with pytest.raises(BuildFault, match="import the feed again"):
        build_index(tmp_path / "i", [FeedSource("a", "b", tmp_path / "x.names")])


@pytest.mark.parametrize("category", ["", "x" * 1025])
def test_category_without_a_name_is_refused(
    category: str, sources: list[FeedSource], tmp_path: Path
):
    with pytest.raises(BuildFault, match="no name for a feed or category"):
        build_index(tmp_path / "i", [FeedSource("a", category, sources[0].path)])


def test_feed_given_twice_is_refused(sources: list[FeedSource], tmp_path: Path):
    with pytest.raises(BuildFault, match=r"`hosts\.txt` is given twice"):
        build_index(tmp_path / "i", [sources[0], sources[0]])


def test_unwritable_index_is_refused(sources: list[FeedSource], tmp_path: Path):
    with pytest.raises(BuildFault, match="check the disk"):
        build_index(tmp_path / "missing" / "i", sources)


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kidgate.lists.build", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_program_builds_the_same_bytes(sources: list[FeedSource], golden: Path, tmp_path: Path):
    feeds = [{"name": s.name, "category": s.category, "path": s.path.name} for s in sources]
    (tmp_path / "spec.json").write_text(json.dumps({"feeds": feeds}))
    done = run(tmp_path / "out.kgx", tmp_path / "spec.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["keys"] == 35
    assert (tmp_path / "out.kgx").read_bytes() == (golden / "index.kgx").read_bytes()


def test_program_says_what_is_wrong(tmp_path: Path):
    done = run(tmp_path / "out.kgx", tmp_path / "missing.json")
    assert done.returncode == 1
    assert "is no list of feeds" in done.stderr
    assert "Traceback" not in done.stderr
    assert run().returncode == 2


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"feeds": [1]}', '{"feeds": [{"name": "a"}]}'])
def test_bad_spec_is_refused(text: str, tmp_path: Path):
    (tmp_path / "spec.json").write_text(text)
    with pytest.raises(BuildFault):
        read_spec(tmp_path / "spec.json")
