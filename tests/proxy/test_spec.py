"""What a worker is told arrives as it was said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kidgate.proxy.spec import WorkerSpec
from tests.proxy.stand import LIMITS


@given(
    st.text(),
    st.lists(st.integers(0, 99)).map(tuple),
    st.booleans(),
    st.dictionaries(st.text(), st.lists(st.text()).map(tuple)),
)
def test_spec_is_the_same_after_the_journey(
    home: str, fds: tuple[int, ...], login: bool, hosts: dict[str, tuple[str, ...]]
) -> None:
    spec = WorkerSpec(
        1, home, fds, 7, "vi", login, hosts, 2.5, "/roots.pem", "00ff", "info", 50, LIMITS
    )
    assert WorkerSpec.load(spec.dump()) == spec
