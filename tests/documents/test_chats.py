"""The talk that is read and its sayings: they load, they agree, and mistakes are told."""

from __future__ import annotations

import pytest

from kidgate.documents import chats
from kidgate.documents.builtin import load_builtin
from kidgate.documents.chats import load_chats
from kidgate.documents.faults import Faults
from kidgate.policies.chats import CATEGORIES, LEVELS, STAGES, ChatRow

CHATS = load_chats()
SERVICES = {service.key for service in load_builtin()[1]}
# Doors of a service that is another's part, or one that no child meets by itself.
NO_SERVICE = {
    *("openai_api", "gemini_api", "claude_api", "grok_on_x", "duck_ai", "hugging_chat"),
    *("snapchat_web", "zalo_kiki", "fpt_ai", "viettel_ai", "reddit_chat"),
}


def test_keys_are_those_of_services() -> None:
    assert {row.key for row in CHATS.services} - SERVICES == NO_SERVICE


def test_hosts_belong_to_their_service() -> None:
    hosts = {service.key: service.hosts for service in load_builtin()[1]}
    # The rest of a wider service, or a door of its own.
    wider = {
        "google_chat",
        "messenger",
        "discord",
        "gemini",
        "element",
        "telegram",
        "steam",
        "roblox",
    }
    for row in CHATS.services:
        if row.key not in NO_SERVICE | wider:
            for host in row.hosts:
                assert any(f".{host}".endswith(f".{known}") for known in hosts[row.key]), host


def test_no_entry_is_shadowed_by_an_earlier_one() -> None:
    seen: dict[str, list[ChatRow]] = {}
    for row in CHATS.services:
        assert row.hosts, row.key
        assert all(path.startswith("/") for path in row.paths)
        assert all(key == key.lower() for key in row.keys)
        for host in row.hosts:
            assert all(other.paths for other in seen.get(host, ())), host
            seen.setdefault(host, []).append(row)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_stage_and_category_has_its_sayings(language: str) -> None:
    row = next(row for row in CHATS.sayings if row.key == language)
    assert set(row.stages) == set(STAGES)
    assert set(row.categories) == set(CATEGORIES)
    for levels in (*row.stages.values(), *row.categories.values()):
        assert set(levels) <= set(LEVELS)
        assert levels["strong"]


def test_the_choices_of_the_loader_are_those_of_the_rows() -> None:
    assert chats.Stage.__args__ == STAGES
    assert chats.Category.__args__ == CATEGORIES
    assert chats.Level.__args__ == LEVELS


def test_faults_of_every_file_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = {
        "chats.yaml": "x: {kind: robots, hosts: [a b]}\n",
        "messages/vi.yaml": "stages: {secret: {strong: [a]}}\n",
        "messages/en.yaml": "categories:\n  hate: {plain: ['a ((b)', 'c <d>', e f, e f, '*']}\n",
    }
    monkeypatch.setattr(chats, "_text", lambda name: broken.get(name, ""))
    with pytest.raises(Faults) as caught:
        load_chats.__wrapped__()
    found = [(fault.file, fault.message) for fault in caught.value.faults]
    assert [file for file, _ in found] == ["chats.yaml"] * 2 + ["messages/en.yaml"] * 2 + [
        "messages/vi.yaml"
    ]
    assert "must be one of `people`, `assistant`" in found[1][1] + found[0][1]
    assert "brackets must close" in found[2][1] + found[3][1]
    assert "is no saying" in found[2][1] + found[3][1]
    assert "`secret`" in found[4][1]


def test_sets_nobody_wrote_and_doubles_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = {
        "chats.yaml": "",
        "messages/vi.yaml": "",
        "messages/en.yaml": "categories: {hate: {plain: ['c <d>', e f], weak: [e f]}}\n",
    }
    monkeypatch.setattr(chats, "_text", lambda name: broken.get(name, ""))
    with pytest.raises(Faults) as caught:
        load_chats.__wrapped__()
    assert [fault.message for fault in caught.value.faults] == [
        "`c <d>`: there is no set `d`",
        "`e f` stands twice",
    ]
