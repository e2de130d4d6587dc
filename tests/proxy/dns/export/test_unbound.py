"""The policy written out for unbound answers as Kidgate's own DNS stage would: a real unbound."""

from __future__ import annotations

import random
import shutil
from itertools import product
from pathlib import Path

import pytest

from kidgate.lists.entries import Mode
from kidgate.policies.decide import decide
from kidgate.policies.model import Action, Stage, Verdict, Visit
from kidgate.policies.names import Url
from kidgate.policies.rows import RuleRow
from kidgate.policies.snapshot import PolicySnapshot
from kidgate.proxy.dns.export.writing import write_out
from kidgate.proxy.dns.settings import DnsSettings
from tests.proxy.dns.export.house import ADDRESSES, AT, UPSTREAM, ask, policy, snapshot, source
from tests.proxy.dns.export.house import unbound as running

pytestmark = pytest.mark.skipif(
    shutil.which("unbound") is None, reason="unbound is not installed here: apt-get install unbound"
)
PAGE = DnsSettings(block="page", page_addresses=("192.168.1.1", "fd00::1"))


def wanted(policy: PolicySnapshot, host: str, tier: str) -> tuple[str, list[str]]:
    """What `decide` says, as unbound should answer it."""
    url = Url("https", host, 443, "/")
    decision = decide(Visit(url, AT, child=f"of-{tier}", stage=Stage.DNS), policy)
    if decision.verdict is Verdict.BLOCK:
        return "NXDOMAIN", []
    if decision.resolve_as and decision.resolve_as != host:
        return "NOERROR", [f"CNAME {decision.resolve_as}.", f"A {UPSTREAM}"]
    return "NOERROR", [f"A {UPSTREAM}"]


def hosts_below(*bases: str) -> list[str]:
    """Every host of up to three labels of two below some names."""
    below = ["", *(".".join(labels) for n in (1, 2, 3) for labels in product("ab", repeat=n))]
    return [f"{labels}.{base}".strip(".") for base in bases for labels in below]


@pytest.mark.parametrize("seed", range(3))
def test_unbound_answers_as_decide_when_lists_and_rules_overlap(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    hosts = hosts_below("x.example", "y.example", "shop.example")
    modes = [Mode.TREE, Mode.TREE, Mode.EXACT, Mode.EXCEPT]
    feeds = {
        f"{name}/{category}": {host: rng.choice(modes) for host in rng.sample(hosts, 9)}.items()
        for name, category in (("a", "adult"), ("b", "social"), ("c", "malware"), ("d", "kids"))
    }
    scopes = ["everyone", "tier:9-12", "tier:0-5", "tier:adult"]
    rules = tuple(
        RuleRow(number, rng.choice(scopes), rng.choice(["", "="]) + host, action)
        for number, (host, action) in enumerate(
            zip(rng.sample(hosts, 6), [Action.BLOCK, Action.ALLOW] * 3, strict=True), 1
        )
    )
    made = source(tmp_path, policy(rules=rules), feeds)
    policy_now = snapshot(made)
    written = write_out(made, tmp_path / "out")
    wrong = []
    with running(tmp_path, written.conf) as port:
        for host in [*hosts, "www.unlisted.example"]:
            for tier, address in ADDRESSES.items():
                want = wanted(policy_now, host, tier)
                found = ask(port, host, address)
                if found != want:
                    wrong.append((host, tier, found, want))
    assert not wrong


def test_unbound_answers_as_decide_when_names_are_known_to_the_house(tmp_path: Path) -> None:
    feeds = {
        "a/adult": [
            ("blog.blogspot.com", Mode.TREE),
            ("m.youtube.com", Mode.TREE),
            ("111.vn", Mode.TREE),
        ]
    }
    made = source(tmp_path, policy(), feeds)
    policy_now = snapshot(made)
    hosts = [
        *("www.google.com", "google.com.vn", "www.bing.com", "www.youtube.com", "m.youtube.com"),
        *("forcesafesearch.google.com", "tiktok.com", "v16.tiktokcdn.com", "zalo.me"),
        *("blog.blogspot.com", "x.blog.blogspot.com", "other.blogspot.com", "x.github.io"),
        *("dns.google", "wikipedia.org", "vi.wikipedia.org", sorted(policy_now.safe_harbour)[0]),
    ]
    written = write_out(made, tmp_path / "out")
    with running(tmp_path, written.conf) as port:
        for host, (tier, address) in product(hosts, ADDRESSES.items()):
            assert ask(port, host, address) == wanted(policy_now, host, tier), (host, tier)


def test_unbound_gives_the_block_page_and_the_strictest_tier_to_strangers(tmp_path: Path) -> None:
    made = source(tmp_path, policy(), {"a/adult": [("bad.example", Mode.TREE)]}, PAGE)
    with running(tmp_path, write_out(made, tmp_path / "out").conf) as port:
        child, adult, stranger = ADDRESSES["9-12"], ADDRESSES["adult"], "127.0.0.99"
        assert ask(port, "www.bad.example", child) == ("NOERROR", ["A 192.168.1.1"])
        assert ask(port, "www.bad.example", child, "AAAA") == ("NOERROR", ["AAAA fd00::1"])
        assert ask(port, "www.bad.example", child, "HTTPS") == ("NOERROR", [])
        assert ask(port, "www.bad.example", adult) == ("NOERROR", [f"A {UPSTREAM}"])
        assert ask(port, "unlisted.example", stranger) == ("NOERROR", ["A 192.168.1.1"])
        assert ask(port, "kidgate.home.arpa", child) == ("NOERROR", ["A 192.168.1.1"])
        assert ask(port, "use-application-dns.net", adult) == ("NXDOMAIN", [])
        assert ask(port, "_dns.resolver.arpa", adult, "SVCB") == ("NOERROR", [])
        assert ask(port, "printer.lan", adult) == ("NXDOMAIN", [])
