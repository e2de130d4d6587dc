"""The bundled Public Suffix List, read without importing who bundles it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kidgate.documents import suffixes
from kidgate.documents.suffixes import parse_suffixes, public_suffixes
from kidgate.policies.names import canonical_host
from kidgate.policies.suffixes import Suffixes


def test_parse_suffixes_reads_the_format_when_it_holds_comments_and_marks() -> None:
    text = "// a comment\n\ncom\n*.ck\n!www.ck\n公司.cn extra words\n  github.io\ncom\n// com.vn\n"
    assert parse_suffixes(text) == ("com", "*.ck", "!www.ck", "xn--55qx5d.cn", "github.io")


def test_parse_suffixes_drops_a_rule_when_no_host_could_match_it() -> None:
    assert parse_suffixes("com\n*.\u0378\nvn\n") == ("com", "vn")


def test_public_suffixes_are_those_of_tldextract_when_it_reads_its_own() -> None:
    import tldextract

    extract = tldextract.TLDExtract(
        suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
    )
    ours = set(public_suffixes())
    theirs = {parse_suffixes(rule)[0] for rule in extract.tlds}
    assert ours == theirs
    assert len(ours) > 9000


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("www.example.com.vn", "example.com.vn"),
        ("a.b.github.io", "b.github.io"),
        ("x.y.gov.vn", "y.gov.vn"),
        ("www.ck", "www.ck"),
        ("a.b.ck", "a.b.ck"),
    ],
)
def test_public_suffixes_part_hosts_when_policies_use_them(host: str, site: str) -> None:
    assert Suffixes(public_suffixes()).site_of(canonical_host(host)) == site


def test_public_suffixes_do_not_import_tldextract_when_read() -> None:
    code = (
        "import sys\n"
        "from kidgate.documents.suffixes import public_suffixes\n"
        "public_suffixes()\n"
        "assert 'tldextract' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_public_suffixes_say_what_to_do_when_tldextract_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(suffixes, "find_spec", lambda name: None)
    with pytest.raises(FileNotFoundError, match="run `make setup`"):
        public_suffixes()
