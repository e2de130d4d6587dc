"""One house for most tests: a child with rules, a site over HTTP and one over HTTPS."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kidgate.policies.model import Action, JournalLevel
from kidgate.policies.rows import DeviceRow, PolicyRows, ProfileRow, RuleRow, Settings, TierRow
from tests.e2e.house import House
from tests.e2e.origin import Origin
from tests.e2e.pki import Authority

HOSTS = dict.fromkeys(
    (
        "good.example",
        "bad.example",
        "other.example",
        "bank.example",
        "warned.example",
        "www.google.com",
    ),
    "127.0.0.1",
)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="session")
def open_site() -> Iterator[Origin]:
    with Origin() as origin:
        yield origin


@pytest.fixture(scope="session")
def open_secure(authority: Authority) -> Iterator[Origin]:
    with Origin(tls=authority.context(*HOSTS)) as origin:
        yield origin


@pytest.fixture
def site(open_site: Origin) -> Origin:
    """A site over HTTP that has seen nothing yet."""
    open_site.forget()
    return open_site


@pytest.fixture
def secure(open_secure: Origin) -> Origin:
    """A site over HTTPS that has seen nothing yet."""
    open_secure.forget()
    return open_secure


def policy(*ports: int, rules: tuple[RuleRow, ...] = ()) -> PolicyRows:
    """Mai, on 127.0.0.5; a console that cannot be decrypted, on 127.0.0.6; a log-in `phone`."""
    tier = TierRow("test", journal=JournalLevel.URL, safe_search=True)
    return PolicyRows(
        settings=Settings(
            zone="Asia/Ho_Chi_Minh",
            language="en",
            ports=(80, 443, *ports),
            private_allowed=("127.0.0.1/32",),
            unknown_tier="0-5",
        ),
        tiers=(tier,),
        profiles=(ProfileRow("mai", tier="test"),),
        devices=(
            DeviceRow("tablet", of="mai", addresses=("127.0.0.5",)),
            DeviceRow("console", of="mai", addresses=("127.0.0.6",), trusts_ca=False),
            DeviceRow(
                "phone",
                of="mai",
                login="phone",
                # SHA-256 of `secret`
                password_hash="2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b",
            ),
        ),
        rules=(
            RuleRow(0, "child:mai", "bad.example", Action.BLOCK),
            RuleRow(0, "child:mai", "warned.example", Action.WARN),
            RuleRow(0, "child:mai", "bank.example", Action.PASS),
            *rules,
        ),
    )


@pytest.fixture(scope="session")
def running_house(
    tmp_path_factory: pytest.TempPathFactory,
    open_site: Origin,
    open_secure: Origin,
    authority: Authority,
) -> Iterator[House]:
    rows = policy(open_site.port, open_secure.port)
    root = tmp_path_factory.mktemp("house") / "home"
    with House(root, rows, HOSTS, extra_ca=authority.pem) as running:
        yield running


@pytest.fixture
def house(running_house: House, site: Origin, secure: Origin) -> House:
    """The house of the run, with its first policy in force and a journal that begins now."""
    assert running_house.in_force(running_house.write(running_house.rows))
    running_house.begin_journal()
    return running_house
