"""AdGuard's blocked services -> drafts of services. Reading files is the caller's.

A JSON document (`services.json` of AdguardTeam/HostlistsRegistry, or the table that AdGuard Home
carries): `{"blocked_services": [{"id", "name", "group", "rules": [...]}]}`, where a rule is `||d^`,
`||d` or `|d^`; others are told as unmapped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

import msgspec

from kidgate.documents.faults import Fault, Faults
from kidgate.documents.service_drafts import Draft

HOST = re.compile(r"\|{1,2}([^/^$*|]+)\^?")
# Their groups in our words; what is not here says too little.
GROUPS: Mapping[str, str] = {
    "ai": "ai_chat",
    "dating": "dating",
    "gambling": "gambling",
    "gaming": "games",
    "hosting": "file_sharing",
    "messenger": "chat",
    "shopping": "shopping",
    "social_network": "social",
    "streaming": "video",
}


class _Entry(msgspec.Struct):
    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    name: str
    rules: list[str]
    group: str = ""


class _Document(msgspec.Struct):
    blocked_services: list[_Entry] = []
    services: list[_Entry] = []


def read_adguard(data: bytes, name: str) -> dict[str, Draft]:
    """Every service of the document by its id; `name` is the file in faults. Raises Faults."""
    try:
        document = msgspec.json.decode(data, type=_Document)
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        raise Faults([Fault(name, 0, f"is no table of AdGuard's services: {fault}")]) from None
    entries = (*document.blocked_services, *document.services)
    if not entries:
        raise Faults([Fault(name, 0, "names no service; it needs the key `blocked_services`")])
    return {entry.id: _draft(entry) for entry in entries}


def _draft(entry: _Entry) -> Draft:
    group = GROUPS.get(entry.group, "")
    draft = Draft(entry.id, entry.name, categories=(group,) if group else ())
    for rule in entry.rules:
        if host := HOST.fullmatch(rule):
            draft.take(host[1], entry.id)
        else:
            draft.refuse(rule, entry.id, _why(rule))
    return draft


def _why(rule: str) -> str:
    if rule.startswith("@@"):
        return "exception"
    if rule.startswith("/"):
        return "regexp"
    if "$" in rule:
        return "modifier"
    return "wildcard" if "*" in rule else "invalid"
