"""Where a draft of another program goes among our services, and what is left out."""

from __future__ import annotations

import pytest

from kidgate.documents.service_drafts import Draft, Placed, Places
from kidgate.policies.rows import ServiceRow
from kidgate.policies.suffixes import Suffixes

BUILTIN = (
    ServiceRow(
        "chat",
        "Chat",
        hosts=("chat.test", "chat.hang.test"),
        aliases=("tin",),
        dependencies=("cdn.test", "service:mang"),
        payment_hosts=("tra.chat.test",),
        company_hosts=("hang.test",),
    ),
    ServiceRow("mang", "Mạng", hosts=("mang.test", "mang.cha.test")),
)
CLOSED = frozenset(("bank.test", "giup.vn"))


def places(*own: ServiceRow) -> Places:
    return Places(BUILTIN, own, Suffixes(("test", "vn", "com.vn")), CLOSED)


def draft(name: str, *hosts: str) -> Draft:
    found = Draft(name, name.title(), categories=("social",))
    for host in hosts:
        found.take(host, name)
    return found


def reasons(placed: Placed) -> dict[str, str]:
    return {one.text: one.reason for one in placed.unmapped}


def test_a_new_service_gets_a_key_of_ours_and_keeps_their_name() -> None:
    placed = places().place(draft("New-Chat.v2", "a.test", "b.a.test", "c.test"))
    assert (placed.state, placed.key) == ("new", "new_chat_v2")
    assert placed.row == ServiceRow(
        "new_chat_v2",
        "New-Chat.V2",
        hosts=("a.test", "c.test"),
        categories=("social",),
        aliases=("New-Chat.v2",),
    )


def test_ours_gets_the_hosts_it_lacks_and_nothing_else() -> None:
    placed = places().place(draft("Tin", "chat.test", "www.chat.test", "new.test"))
    assert (placed.state, placed.key, placed.added) == ("changed", "chat", ("new.test",))
    assert placed.row is not None
    assert placed.row.hosts == ("chat.test", "chat.hang.test", "new.test")
    assert placed.row.title == "Chat"


def test_ours_stays_when_it_has_all() -> None:
    placed = places().place(draft("chat", "chat.test"))
    assert (placed.state, placed.row) == ("same", None)


def test_ours_is_another_service_when_they_share_no_host() -> None:
    placed = places().place(draft("chat", "chat.example"))
    assert (placed.state, placed.row, placed.added) == ("other", None, ())
    placed = places().place(draft("talk", "talk.example"), key="chat")
    assert (placed.state, placed.key) == ("changed", "chat")


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("com.vn", "public_suffix"),
        ("test", "public_suffix"),
        ("bank.test", "never_decrypted"),
        ("www.bank.test", "never_decrypted"),
        ("tra.chat.test", "kept_apart"),
        ("a.hang.test", "kept_apart"),
        ("cdn.test", "shared"),
        ("img.cdn.test", "shared"),
        ("mang.test", "other_service"),
        ("www.mang.test", "other_service"),
        ("cha.test", "covers"),
    ],
)
def test_a_host_that_is_not_to_be_part_of_ours_is_told(host: str, reason: str) -> None:
    placed = places().place(draft("chat", "chat.test", host))
    assert (placed.state, reasons(placed)) == ("same", {host: reason})


def test_a_host_above_a_bank_is_left_out() -> None:
    closed = Places(BUILTIN, (), Suffixes(("test",)), frozenset(("pay.big.test",)))
    placed = closed.place(draft("big", "big.test", "other.test"))
    assert (placed.added, reasons(placed)) == (("other.test",), {"big.test": "never_decrypted"})


def test_a_host_below_one_that_was_left_out_is_judged_by_itself() -> None:
    placed = places().place(draft("vui", "com.vn", "vui.com.vn"))
    assert placed.added == ("vui.com.vn",)


def test_nothing_is_made_when_nothing_fits() -> None:
    placed = places().place(draft("vui", "test"))
    assert (placed.state, placed.row) == ("empty", None)


def test_what_one_draft_brought_the_next_finds_there() -> None:
    there = places()
    there.place(draft("one", "one.test"))
    placed = there.place(draft("two", "one.test", "two.test"))
    assert (placed.added, reasons(placed)) == (("two.test",), {"one.test": "other_service"})
    again = there.place(draft("one", "one.test"))
    assert again.state == "same"


def test_a_changed_service_of_the_house_is_ours_as_it_is() -> None:
    own = ServiceRow("chat", "Chat của nhà", hosts=("nha.test",))
    placed = places(own).place(draft("chat", "nha.test", "chat.test"))
    assert placed.row == ServiceRow("chat", "Chat của nhà", hosts=("nha.test", "chat.test"))
