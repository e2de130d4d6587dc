"""Changes to services: built-in ones are copied first, and what cannot be is refused at once."""

from __future__ import annotations

import pytest

from kidgate.policies import service_edits
from kidgate.policies.edits import EditFault
from kidgate.policies.rows import PolicyRows, ServiceRow
from kidgate.policies.suffixes import Suffixes

BUILTIN = (ServiceRow("chat", "Chat", hosts=("chat.test", "c.test"), aliases=("tin",)),)
SUFFIXES = Suffixes(("test", "vn", "com.vn"))
ROWS = PolicyRows()


def add(row: ServiceRow, rows: PolicyRows = ROWS) -> ServiceRow:
    return service_edits.add_service(rows, BUILTIN, row, SUFFIXES).services[-1]


def test_add_writes_everything_in_its_one_spelling_and_once() -> None:
    row = add(
        ServiceRow(
            "vui",
            hosts=("*.VUI.test", "vui.test.", " vui.test"),
            urls=("https://Cong.test/Vui#a",),
            networks=("2001:DB8::/32",),
            dependencies=("CDN.test", "service:chat"),
            payment_hosts=("Tra.vui.test",),
        )
    )
    assert row == ServiceRow(
        "vui",
        hosts=("vui.test",),
        urls=("cong.test/Vui",),
        networks=("2001:db8::/32",),
        dependencies=("cdn.test", "service:chat"),
        payment_hosts=("tra.vui.test",),
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (ServiceRow("chat", hosts=("a.test",)), "is there already"),
        (ServiceRow("Chat2", hosts=("a.test",)), "write `chat2`"),
        (ServiceRow("a b", hosts=("a.test",)), "is no key for a service"),
        (ServiceRow("vui"), "needs a host, a URL or a network"),
        (ServiceRow("vui", hosts=("com.vn",)), "`com.vn` is a public suffix"),
        (ServiceRow("vui", payment_hosts=("vn",), hosts=("a.test",)), "`vn` is a public suffix"),
        (ServiceRow("vui", urls=("a.test",)), "`a.test` has no path"),
        (ServiceRow("vui", networks=("192.0.2.7/24",)), "write its first address"),
    ],
)
def test_add_refuses_what_cannot_be(row: ServiceRow, said: str) -> None:
    with pytest.raises(EditFault, match=said):
        add(row)


def test_add_tells_every_fault_at_once() -> None:
    with pytest.raises(EditFault) as caught:
        add(ServiceRow("vui", hosts=("a b", "vn"), networks=("x",)))
    assert len(str(caught.value).splitlines()) == 3


def change(rows: PolicyRows, name: str, *drop: str, **given: object) -> PolicyRows:
    return service_edits.change_service(rows, BUILTIN, name, SUFFIXES, given=given, drop=drop)


def test_change_copies_a_built_in_service_and_remove_brings_it_back() -> None:
    rows = change(ROWS, "Tin", "c.test", hosts=("new.test", "chat.test"), min_age=9)
    (row,) = rows.services
    assert (row.key, row.hosts, row.min_age) == ("chat", ("chat.test", "new.test"), 9)
    assert BUILTIN[0].hosts == ("chat.test", "c.test")
    rows = change(rows, "chat", "tin")
    assert rows.services[0].aliases == ()
    assert service_edits.services_of(rows, BUILTIN)["chat"] == rows.services[0]
    assert service_edits.remove_service(rows, BUILTIN, "chat") == ROWS


def test_change_refuses_to_drop_what_is_not_there() -> None:
    with pytest.raises(EditFault, match=r"has no `x\.test`"):
        change(ROWS, "chat", "x.test")


def test_remove_refuses_a_built_in_service_and_says_what_is_meant() -> None:
    with pytest.raises(EditFault, match=r"built in and unchanged; .* service:chat"):
        service_edits.remove_service(ROWS, BUILTIN, "tin")


def test_service_is_found_by_any_name_or_refused_with_what_is_near() -> None:
    assert service_edits.service(ROWS, BUILTIN, "TIN").key == "chat"
    with pytest.raises(EditFault, match="did you mean `chat`"):
        service_edits.service(ROWS, BUILTIN, "chatt")


def test_put_replaces_services_of_the_same_key_and_keeps_the_others() -> None:
    rows = service_edits.put_services(ROWS, [ServiceRow("a"), ServiceRow("b")])
    rows = service_edits.put_services(rows, [ServiceRow("a", "A")])
    assert rows.services == (ServiceRow("b"), ServiceRow("a", "A"))
