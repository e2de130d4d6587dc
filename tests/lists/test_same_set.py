"""One set of names, written in every format and packing, is read as the same set.

And a URL, in whatever format it stands, never stops its host.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kidgate.lists.entries import Mode
from kidgate.lists.faults import ImportRefused
from kidgate.lists.importing import import_feed
from kidgate.lists.names_file import NamesFile
from tests.lists.laws import adds_up

Names = list[str]


def each(form: str, head: str = "", end: str = "\n") -> Callable[[Names], str]:
    """A list with `form` for each name."""
    return lambda names: head + "".join(form.format(name) + end for name in names)


WRITTEN: dict[str, Callable[[Names], str]] = {
    "hosts": each("0.0.0.0 {}"),
    "hosts_loopback": each("127.0.0.1\t{} # x", "127.0.0.1 localhost\n::1 ip6-localhost\n"),
    "hosts_ipv6": each("::1 {}"),
    "hosts_on_one_line": lambda names: "0.0.0.0 " + " ".join(names),
    "domains": each("{}"),
    "domains_windows": each("{}", end="\r\n"),
    "domains_dot": each(".{}"),
    "domains_star": each("*.{}"),
    "domains_plus": each("+.{}"),
    "domains_noted": each("{}   # why, and since when"),
    "domains_whole": each("{}."),
    "yaml": each("  - '+.{}'", "payload:\n"),
    "clash": each("  - DOMAIN-SUFFIX,{}", "payload:\n"),
    "surge": each("DOMAIN-SUFFIX,{},REJECT"),
    "urls": each("https://{}/"),
    "adblock": each("||{}^", "[Adblock Plus 2.0]\n! Title: x\n"),
    "adblock_all": each("||{}^$all"),
    "adblock_document": each("||{}^$document,popup"),
    "adblock_names": each("{}", "! Title: x\n"),
    "dnsmasq_address": each("address=/{}/0.0.0.0"),
    "dnsmasq_null": each("address=/{}/#"),
    "dnsmasq_server": each("server=/{}/"),
    "dnsmasq_local": each("local=/{}/"),
    "dnsmasq_on_one_line": lambda names: f"address=/{'/'.join(names)}/#",
    "unbound": each('local-zone: "{}" always_nxdomain', "server:\n"),
    "unbound_data": lambda names: "".join(
        f'local-zone: "{name}" redirect\nlocal-data: "{name} A 0.0.0.0"\n' for name in names
    ),
    "bind": each('zone "{}" {{ type master; file "null"; }};'),
    "bind_lines": each('zone "{}" IN {{\n  type primary;\n  file "null";\n}};'),
    "rpz": lambda names: "$TTL 60\n@ SOA localhost. root. 1 2 3 4 5\n NS localhost.\n" + "".join(
        f"{name} CNAME .\n*.{name} CNAME .\n" for name in names
    ),
    "rpz_whole": each("{}.rpz.test. 60 IN CNAME .", "$ORIGIN rpz.test.\n"),
    "tpl": each("-d {}", "msFilterList\n"),
    "v2fly": each("domain:{} @ads"),
    "e2guardian": each("{}", '#listcategory: "x"\n'),
    "csv": each("{},x,2024-01-01", "domain,what,seen\n"),
    "csv_quoted": each('"1","http://{}/","a, b"', '"id","url","note"\n'),
    "csv_semicolon": each("1;{};x", "id;host;note\n"),
    "csv_without_header": each("1,{}"),
    "tsv": each("{}\tx", "hostname\tnote\n"),
    "json": json.dumps,
    "json_lines": lambda names: "".join(json.dumps({"domain": name}) + "\n" for name in names),
}  # fmt: skip


def in_tar(text: bytes, mode: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as tar:
        entry = tarfile.TarInfo("folder/list")
        entry.size = len(text)
        tar.addfile(entry, io.BytesIO(text))
    return packed.getvalue()


def in_zip(text: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("folder/list", text)
    return packed.getvalue()


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "marked": lambda text: b"\xef\xbb\xbf" + text,
    "gzip": gzip.compress,
    "tar": lambda text: in_tar(text, "w"),
    "tar_gzip": lambda text: in_tar(text, "w:gz"),
    "zip": in_zip,
}

LABEL = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True).filter(
    lambda label: "--" not in label and label not in ("localhost", "local")
)
NAME = st.tuples(
    st.lists(LABEL, min_size=1, max_size=3), st.sampled_from(["example.com", "vn", "org"])
).map(lambda parts: ".".join([*parts[0], parts[1]]))
# One label more, for some of these are public suffixes, which stand for themselves alone.
NAMES = st.lists(NAME.map("s.{}".format), min_size=3, max_size=12, unique=True)


def imported(content: bytes, folder: Path) -> set[tuple[str, Mode]]:
    (folder / "list").write_bytes(content)
    report = import_feed(folder / "list", folder / "x.names")
    assert adds_up(report)
    with NamesFile(folder / "x.names") as names:
        return {(listed.key, listed.mode) for listed in names}


@pytest.mark.parametrize("form", WRITTEN)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(names=NAMES, packing=st.sampled_from(sorted(PACKED)))
def test_names_are_read_back(form: str, packing: str, names: Names, tmp_path: Path):
    written = PACKED[packing](WRITTEN[form](names).encode())
    assert imported(written, tmp_path) == {(name, Mode.TREE) for name in names}


@pytest.mark.parametrize("form", WRITTEN)
def test_address_of_a_page_never_stops_its_host(form: str, tmp_path: Path):
    """dnsmasq parts names by `/`: what stands behind one is another name there."""
    pages = ["shared.example.com/~bad/x.html", "shared.example.com/y?z=1", "shared.example.com/w/"]
    if form.startswith("dnsmasq"):
        pages = [page.replace("/", "%2F") for page in pages]
    try:
        entries = imported(WRITTEN[form](pages).encode(), tmp_path)
    except ImportRefused:
        return
    hosts = {key for key, mode in entries if mode in (Mode.TREE, Mode.EXACT, Mode.IMPORTANT)}
    assert not hosts & {"shared.example.com", "example.com"}
    assert all("/" in key for key, _ in entries)
