"""Whole imports: goldens, accounting, refusals that change nothing."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kidgate.lists.faults import ImportRefused, Refusal
from kidgate.lists.importing import import_feed
from kidgate.lists.names_file import NamesFile
from kidgate.lists.report import Skip
from kidgate.lists.streams import MIB, Limits
from tests.lists.laws import adds_up

# To write them anew after a wanted change: KIDGATE_GOLDEN=1 pytest tests/lists
REWRITE = bool(os.environ.get("KIDGATE_GOLDEN"))


def keys(path: Path) -> list[str]:
    with NamesFile(path) as names:
        return [listed.key for listed in names]


GOLDEN = {
    "hosts.txt": "hosts",
    "windows_hosts": "hosts",
    "domains.txt": "domains",
    "urls.txt": "urls",
    "addresses.txt": "addresses",
    "adblock.txt": "adblock",
    "dnsmasq.conf": "dnsmasq",
    "unbound.conf": "unbound",
    "named.conf": "bind",
    "rpz.zone": "rpz",
    "clash.yaml": "clash",
    "table.csv": "csv",
    "ie.tpl": "tpl",
    "pihole_regex.list": "host_regexes",
    "sitelist": "e2guardian",
    "v2fly": "v2fly",
}


@pytest.mark.parametrize("name", GOLDEN)
def test_names_file_equals_its_golden(name: str, fixtures: Path, golden: Path, tmp_path: Path):
    member = "games" if name == "v2fly" else ""
    report = import_feed(fixtures / name, tmp_path / "x.names", member=member)
    assert adds_up(report)
    assert report.format == GOLDEN[name]
    if REWRITE:
        (golden / f"{name}.names").write_bytes((tmp_path / "x.names").read_bytes())
    assert (tmp_path / "x.names").read_bytes() == (golden / f"{name}.names").read_bytes()


def test_counts_of_a_hosts_file(fixtures: Path, tmp_path: Path):
    report = import_feed(fixtures / "hosts.txt", tmp_path / "x.names")
    assert report.as_json() == {
        "format": "hosts",
        "usage": [],
        "rows": 21,
        "lines": 25,
        "accepted": 14,
        "duplicate": 2,
        "skipped": {
            "comment": 1,
            "blank": 1,
            "loopback": 4,
            "not_a_name": 1,
            "redirect": 1,
            "single_label": 1,
        },
        "names": 14,
        "urls": 0,
        "exceptions": 0,
        "rules": 0,
        "networks": 0,
        "cancels": 0,
        "shared_hosts": 1,
        "examples": {
            "loopback": [
                {"line": 2, "text": "127.0.0.1 localhost"},
                {"line": 3, "text": "::1 ip6-localhost ip6-loopback"},
                {"line": 3, "text": "::1 ip6-localhost ip6-loopback"},
            ],
            "not_a_name": [{"line": 19, "text": "0.0.0.0 bad..name"}],
            "redirect": [{"line": 15, "text": "93.184.216.34 redirected.example"}],
            "single_label": [{"line": 18, "text": "0.0.0.0 router"}],
        },
    }


def test_category_folder_reads_all_its_files(fixtures: Path, tmp_path: Path):
    report = import_feed(fixtures / "ut1", tmp_path / "x.names", member="gambling")
    assert keys(tmp_path / "x.names") == [
        "192.0.2.50/8",
        "198.51.100.20",
        "^/(casino|poker)/",
        "bet.example",
        "casino.example",
        "portal.example/games?kind=bet",
        "shared.example/~bet",
        "whole.example",
    ]
    assert (report.names, report.urls, report.rules) == (4, 3, 1)
    assert report.format == "domains+urls+url_regexes"
    assert report.usage == ("block",)
    assert not report.skipped
    assert adds_up(report)


def test_lines_of_a_folder_count_on_from_file_to_file(fixtures: Path, tmp_path: Path):
    import_feed(fixtures / "ut1" / "gambling", tmp_path / "x.names")
    with NamesFile(tmp_path / "x.names") as names:
        assert names.line_of("bet.example") == 2
        assert names.line_of("shared.example/~bet") == 4


def test_usage_is_read_in_its_order(fixtures: Path, tmp_path: Path):
    report = import_feed(fixtures / "ut1", tmp_path / "x.names", member="kids")
    assert report.usage == ("allow", "block")


def test_same_names_from_every_packing(fixtures: Path, tmp_path: Path):
    plain = (fixtures / "domains.txt").read_bytes()
    (tmp_path / "a.gz").write_bytes(gzip.compress(plain))
    (tmp_path / "two_members").write_bytes(
        gzip.compress(plain[:40]) + gzip.compress(plain[40:]) + bytes(100)
    )
    with tarfile.open(tmp_path / "one.tar", "w") as tar:
        tar.add(fixtures / "domains.txt", "list")
    with tarfile.open(tmp_path / "one.tar.gz", "w:gz") as tar:
        tar.add(fixtures / "domains.txt", "folder/list")
    import_feed(fixtures / "domains.txt", tmp_path / "plain.names")
    for name in ("a.gz", "two_members", "one.tar", "one.tar.gz"):
        import_feed(tmp_path / name, tmp_path / "packed.names")
        assert (tmp_path / "packed.names").read_bytes() == (tmp_path / "plain.names").read_bytes()


def test_members_are_named_when_none_is_chosen(fixtures: Path, tmp_path: Path):
    with pytest.raises(ImportRefused, match="`gambling`, `kids`") as caught:
        import_feed(fixtures / "ut1", tmp_path / "x.names")
    assert caught.value.reason is Refusal.SEVERAL_LISTS


def test_progress_grows_to_the_whole(fixtures: Path, tmp_path: Path):
    seen: list[tuple[int, int]] = []
    import_feed(
        fixtures / "ut1" / "gambling",
        tmp_path / "x.names",
        progress=lambda done, total: seen.append((done, total)),
    )
    shares = [done / total for done, total in seen]
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_spilled_runs_give_the_same_file(
    fixtures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    import_feed(fixtures / "domains.txt", tmp_path / "whole.names")
    monkeypatch.setattr("kidgate.lists.sorting.Runs.__init__.__kwdefaults__", {"run": 3})
    report = import_feed(fixtures / "domains.txt", tmp_path / "spilled.names")
    assert adds_up(report)
    assert (tmp_path / "spilled.names").read_bytes() == (tmp_path / "whole.names").read_bytes()


# Refusals


def _gzip_bomb() -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=9) as file:
        for _ in range(40):
            file.write(b"a" * MIB)
    return packed.getvalue()


def _archive(name: str, data: bytes = b"a.example\n", **fields: object) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        for field, value in fields.items():
            setattr(entry, field, value)
        tar.addfile(entry, io.BytesIO(data))
    return packed.getvalue()


LIST = b"a.example\nb.example\n"
BAD = {
    "html": (b"  <!DOCTYPE html>\n<title>Log in</title>", Refusal.HTML),
    "html_marked": (b"\xef\xbb\xbf<html><body>a.example", Refusal.HTML),
    "xml": (b"<?xml version='1.0'?><rss>", Refusal.HTML),
    "empty": (b"", Refusal.EMPTY),
    "comments": (b"# nothing\n\n! here\n", Refusal.EMPTY),
    "not_found": (b"404: Not Found", Refusal.EMPTY),
    "cosmetic": (b"a.example##.ad\n" * 2000, Refusal.EMPTY),
    "cancelled": (b"||a.example^\n||a.example^$badfilter\n", Refusal.EMPTY),
    "garbage": (b"nothing of use here\n" * 2000 + LIST, Refusal.GARBAGE),
    "long_garbage": (b"lorem ipsum\n" * 100_000 + LIST * 100_000, Refusal.GARBAGE),
    "json": (b'{"a.example": 1,\n' * 2000, Refusal.GARBAGE),
    "binary": (bytes(range(256)) * 100, Refusal.BINARY),
    "utf16": ("a.example\n".encode("utf-16"), Refusal.BINARY),
    "zip": (b"PK\x03\x04" + bytes(100), Refusal.TRUNCATED),
    "gzip_in_gzip": (gzip.compress(gzip.compress(LIST)), Refusal.BINARY),
    "cut_gzip": (gzip.compress(LIST * 1000)[:-9], Refusal.TRUNCATED),
    "cut_gzip_header": (gzip.compress(LIST)[:5], Refusal.TRUNCATED),
    "damaged_gzip": (gzip.compress(LIST)[:-8] + bytes(8), Refusal.TRUNCATED),
    "gzip_and_more": (gzip.compress(LIST) + b"more", Refusal.TRUNCATED),
    "gzip_bomb": (_gzip_bomb(), Refusal.RATIO),
    "tiny_members": (gzip.compress(b"") * 10_001, Refusal.TRUNCATED),
    "cut_tar": (_archive("list", LIST * 100)[:1000], Refusal.TRUNCATED),
    "tar_without_end": (_archive("list", LIST)[:1024], Refusal.TRUNCATED),
    "tar_climbs": (_archive("../../etc/list"), Refusal.PATHS),
    "tar_absolute": (_archive("/etc/list"), Refusal.PATHS),
    "tar_link_out": (_archive("l", b"", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
                     Refusal.NO_SUCH_LIST),
    "tar_device": (_archive("null", b"", type=tarfile.CHRTYPE), Refusal.NO_SUCH_LIST),
    "tar_empty_list": (_archive("list", b""), Refusal.EMPTY),
    "tar_html": (_archive("list", b"<html>"), Refusal.HTML),
    "one_long_line": (b"a" * MIB, Refusal.EMPTY),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_and_changes_nothing(name: str, tmp_path: Path):
    content, reason = BAD[name]
    (tmp_path / "list").write_bytes(content)
    (tmp_path / "x.names").write_bytes(b"what was there")
    with pytest.raises(ImportRefused) as caught:
        import_feed(tmp_path / "list", tmp_path / "x.names")
    assert caught.value.reason is reason
    assert ": " in str(caught.value), "says what to do"
    assert (tmp_path / "x.names").read_bytes() == b"what was there"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list", "x.names"]


def test_report_comes_with_the_refusal(tmp_path: Path):
    (tmp_path / "list").write_text("a.example##.ad\n\n")
    with pytest.raises(ImportRefused) as caught:
        import_feed(tmp_path / "list", tmp_path / "x.names")
    assert caught.value.report is not None
    assert caught.value.report.skipped == {Skip.COSMETIC: 1}
    assert adds_up(caught.value.report)


def test_size_limit_holds_for_plain_files_too(tmp_path: Path):
    (tmp_path / "list").write_bytes(LIST * 1000)
    with pytest.raises(ImportRefused) as caught:
        import_feed(tmp_path / "list", tmp_path / "x.names", limits=Limits(unpacked=5000))
    assert caught.value.reason is Refusal.TOO_LARGE


@pytest.mark.parametrize("kind", ["missing", "pipe", "closed"])
def test_unreadable_paths_are_refused(kind: str, tmp_path: Path):
    path = tmp_path / "list"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "closed":
        path = Path("/proc/self/mem")
    with pytest.raises(ImportRefused) as caught:
        import_feed(path, tmp_path / "x.names")
    assert caught.value.reason is Refusal.UNREADABLE


def test_unwritable_result_is_refused(fixtures: Path, tmp_path: Path):
    with pytest.raises(ImportRefused, match="check the disk") as caught:
        import_feed(fixtures / "domains.txt", tmp_path / "missing" / "x.names")
    assert caught.value.reason is Refusal.UNWRITABLE


def test_list_of_exceptions_alone_is_taken(tmp_path: Path):
    (tmp_path / "list").write_text("@@||good.example^\n")
    report = import_feed(tmp_path / "list", tmp_path / "x.names")
    assert (report.accepted, report.names, report.exceptions) == (1, 0, 1)


LINES = st.lists(
    st.sampled_from(
        [b"a.example", b"0.0.0.0 b.example c.example", b"||d.example^", b"@@||e.example^", b"#",
         b"", b"h.example/p?q", b"\xff\xfe", b"##.x", b"1.2.3.4/8", b"/x/", b"::1 a", b"a\rb",
         b"domain,note", b'f.example,"open', b"$ORIGIN x.", b"@ SOA a. b. (", b"g.example CNAME .",
         b'zone "i.example" {', b"type master; };", b"include:x @y", b"full:j.example",
         b"||d.example^$badfilter", b"!#if x", b"192.0.2.0-192.0.2.9", b"/[a-z]+casino/",
         b"address=/k.example/l.example/#", b"-d m.example", b"payload:", b"<one>,<two><9>"]
    )
    | st.binary(max_size=40),
    max_size=30,
)  # fmt: skip


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(LINES.map(b"\n".join) | st.binary(max_size=600).map(gzip.compress) | st.binary(max_size=600))
def test_any_bytes_add_up_or_are_refused(tmp_path: Path, content: bytes):
    (tmp_path / "list").write_bytes(content)
    try:
        report = import_feed(tmp_path / "list", tmp_path / "x.names")
    except ImportRefused as refused:
        assert refused.report is not None
        return
    assert adds_up(report)
    with NamesFile(tmp_path / "x.names") as names:
        names.verify()
        assert len(names) == report.accepted - report.cancels > 0


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.integers(0, 3000), byte=st.integers(0, 255), cut=st.booleans())
def test_damaged_archives_are_refused_or_add_up(tmp_path: Path, at: int, byte: int, cut: bool):
    content = bytearray(_archive("folder/domains", LIST))
    if cut:
        del content[at:]
    else:
        content[at] = byte
    (tmp_path / "list").write_bytes(content)
    try:
        assert adds_up(import_feed(tmp_path / "list", tmp_path / "x.names"))
    except ImportRefused as refused:
        assert str(refused)
