"""The Public Suffix List that comes with tldextract, its private section too.

Read as a file: importing tldextract costs 0.3 s and 26 MB, and it might fetch. Nothing is fetched.
Format: https://publicsuffix.org/list/, section "Format". What the rules mean: `policies.suffixes`.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from kidgate.policies.names import InvalidName, canonical_host

SNAPSHOT = ".tld_set_snapshot"
ICANN = ("// ===BEGIN ICANN DOMAINS===", "// ===END ICANN DOMAINS===")


def public_suffixes() -> tuple[str, ...]:
    """Every rule in canonical spelling, in the order of the list: `com`, `*.ck`, `!www.ck`."""
    return parse_suffixes(_snapshot().read_text(encoding="utf-8"))


def registry_suffixes() -> tuple[str, ...]:
    """The rules of registries alone: `com`, `com.vn`, but not `github.io`."""
    _, _, rest = _snapshot().read_text(encoding="utf-8").partition(ICANN[0])
    return parse_suffixes(rest.partition(ICANN[1])[0])


def parse_suffixes(text: str) -> tuple[str, ...]:
    """The rules of a list in the format of publicsuffix.org."""
    rules = (line.split()[0] for line in text.splitlines() if line.strip())
    found = (_canonical(rule) for rule in rules if not rule.startswith("//"))
    return tuple(dict.fromkeys(rule for rule in found if rule))


def _snapshot() -> Path:
    spec = find_spec("tldextract")  # does not import it
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("tldextract is not installed; run `make setup`")
    return Path(spec.submodule_search_locations[0]) / SNAPSHOT


def _canonical(rule: str) -> str:
    """A rule in punycode; empty when its script is newer than the tables of this Python."""
    if rule.isascii():
        return rule.lower()
    mark = next((m for m in ("*.", "!") if rule.startswith(m)), "")
    try:
        return mark + canonical_host(rule.removeprefix(mark))
    except InvalidName:
        return ""
