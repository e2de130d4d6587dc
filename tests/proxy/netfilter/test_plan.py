"""What of config.yaml the packet filter must know."""

from __future__ import annotations

from pathlib import Path

import pytest

from kidgate.documents.config import parse_config
from kidgate.proxy.netfilter.plan import plan_of

ROUTER = 'gateway: {interfaces: [house0]}\nlisten: ["transparent://0.0.0.0:8081"]\n'


@pytest.mark.parametrize(
    ("more", "ports"),
    [
        ("", ()),
        ('resolver: {servers: ["127.0.0.1:5335", "[::1]:5336"]}', (5335, 5336)),
        ('resolver: {servers: ["127.0.0.1", "9.9.9.9:5353"]}', ()),
        ("database: postgresql://kidgate@127.0.0.1/house", (5432,)),
        ("database: postgresql://kidgate@127.0.0.1:6543/house", (6543,)),
    ],
)
def test_workers_reach_what_they_need_on_this_box(more: str, ports: tuple[int, ...]) -> None:
    config = parse_config(ROUTER + more, "config.yaml", Path("/nowhere"))
    assert plan_of(config).inner_ports == ports
