"""The pack for authorities and hot lines: what was met, when, where. Never the material itself."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from kidgate.documents.digest.alerts import category_title, shown
from kidgate.documents.digest.week import reason_title
from kidgate.documents.sentences import LANGUAGES, Sentences, load_sentences

_DIGITS = "|".join(f"[0-9a-f]{{{count}}}" for count in (128, 96, 64, 40, 32))
_HASH = re.compile(rf"\b(?:{_DIGITS})\b", re.IGNORECASE)
_LONGEST = 2048  # characters of a URL


@dataclass(frozen=True, slots=True)
class Found:
    """One journal entry as it is told to others."""

    entry: str
    first_at: datetime
    last_at: datetime
    count: int
    url: str
    host: str
    category: str
    reason: str
    verdict: str
    source: str
    device: str = ""
    child: str = ""

    @property
    def hashes(self) -> list[str]:
        """Hashes that the list which named it goes by."""
        return sorted({found.lower() for found in _HASH.findall(self.source)})


@dataclass(frozen=True, slots=True)
class Made:
    """Who made a pack, when, with what."""

    number: str
    at: datetime
    by: str
    version: str  # of the program
    policy: str  # version of the policy
    zone: ZoneInfo


def pack(found: Sequence[Found], made: Made, *, named: bool = False) -> bytes:
    """A ZIP archive: report.json, the same in words in each language, SHA256SUMS.

    `named`: with the profile and the device; authorities ask for them when they need them.
    """
    document = _document(found, made, named=named)
    contents = {"report.json": json.dumps(document, ensure_ascii=False, indent=2) + "\n"}
    for language in LANGUAGES:
        words = load_sentences(__package__ or "", language)
        contents[f"report.{language}.txt"] = _text(found, made, words, named=named)
    data = {name: text.encode() for name, text in contents.items()}
    sums = [f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in data.items()]
    data["SHA256SUMS"] = "".join(sums).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in data.items():
            info = zipfile.ZipInfo(name, made.at.astimezone(UTC).timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, body)
    return out.getvalue()


def _document(found: Sequence[Found], made: Made, *, named: bool) -> dict[str, Any]:
    return {
        "format": "kidgate report pack 1",
        "number": made.number,
        "made_at": made.at.astimezone(UTC).isoformat(),
        "made_by": made.by,
        "program": f"kidgate {made.version}",
        "policy": made.policy,
        "zone": made.zone.key,
        "holds_material": False,
        "hot_lines": {
            language: _hot_lines(load_sentences(__package__ or "", language))
            for language in LANGUAGES
        },
        "entries": [_entry(one, made.zone, named=named) for one in found],
    }


def _entry(one: Found, zone: ZoneInfo, *, named: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "entry": one.entry,
        "first_utc": one.first_at.astimezone(UTC).isoformat(),
        "last_utc": one.last_at.astimezone(UTC).isoformat(),
        "first_local": one.first_at.astimezone(zone).isoformat(),
        "last_local": one.last_at.astimezone(zone).isoformat(),
        "count": one.count,
        "url": one.url,
        "host": one.host,
        "category": one.category,
        "reason": one.reason,
        "verdict": one.verdict,
        "source": one.source,
        "hashes": one.hashes,
    }
    return entry | ({"device": one.device, "profile": one.child} if named else {})


def _text(found: Sequence[Found], made: Made, words: Sentences, *, named: bool) -> str:
    said = {
        "at": made.at.astimezone(made.zone).isoformat(timespec="minutes"),
        "utc": made.at.astimezone(UTC).isoformat(timespec="minutes"),
        "by": shown(made.by),
        "version": made.version,
        "number": made.number,
    }
    lines = [words("pack", "title"), "", words("pack", "lead"), words.fill("pack", "made", **said)]
    for one in found:
        lines += ["", words.fill("pack", "entry", id=shown(one.entry))]
        pairs = _pairs(one, made.zone, words.language, named=named)
        lines += [f"  {words('pack', name)}: {said}" for name, said in pairs.items()]
    lines += ["", words("pack", "lines"), *(f"- {line}" for line in _hot_lines(words))]
    return "\n".join([*lines, "", words("pack", "sums")]) + "\n"


def _pairs(one: Found, zone: ZoneInfo, language: str, *, named: bool) -> Mapping[str, str]:
    unknown = load_sentences(__package__ or "", language)("pack", "unknown")
    pairs = {
        "utc": one.first_at.astimezone(UTC).isoformat(timespec="seconds"),
        "local": one.first_at.astimezone(zone).isoformat(timespec="seconds"),
        "count": str(one.count),
        "url": shown(one.url, _LONGEST) or unknown,
        "host": shown(one.host) or unknown,
        "category": category_title(one.category, language) or unknown,
        "reason": reason_title(one.reason, language),
        "verdict": one.verdict,
        "source": shown(one.source, _LONGEST),
        "hash": ", ".join(one.hashes) or unknown,
    }
    return pairs | ({"device": shown(one.device), "child": shown(one.child)} if named else {})


def _hot_lines(words: Sentences) -> list[str]:
    begin = "pack/hot_lines/"
    return [text for path, text in words.texts.items() if path.startswith(begin)]
