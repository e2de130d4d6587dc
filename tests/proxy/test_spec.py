"""What a worker is told arrives as it was said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kidgate.proxy.dns.settings import DnsSettings
from kidgate.proxy.spec import WorkerSpec
from tests.proxy.stand import LIMITS


@given(
    st.text(),
    st.lists(st.tuples(st.text(), st.integers(0, 99))).map(tuple),
    st.booleans(),
    st.dictionaries(st.text(), st.lists(st.text()).map(tuple)),
)
def test_spec_is_the_same_after_the_journey(
    home: str, fds: tuple[tuple[str, int], ...], login: bool, hosts: dict[str, tuple[str, ...]]
) -> None:
    spec = WorkerSpec(
        slot=1,
        home=home,
        listening=fds,
        control=7,
        language="vi",
        require_login=login,
        leases=("/leases",),
        hosts=hosts,
        resolver_seconds=2.5,
        name_servers=("9.9.9.9",),
        dns=DnsSettings(page_addresses=("192.0.2.1",)),
        wireguard=(("0.0.0.0", 51820),),
        web_ports=(8088,),
        given=8,
        trusted="/roots.pem",
        pass_key="00ff",
        log_level="info",
        log_lines=50,
        limits=LIMITS,
    )
    assert WorkerSpec.load(spec.dump()) == spec
