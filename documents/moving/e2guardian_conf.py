"""The syntax of e2guardian's files: options, lists, what stands inside of lists.

    naughtynesslimit = 50                                        an option; text in single quotes
    .Define LISTDIR </etc/e2guardian/lists/group1>               __LISTDIR__ stands for it below
    .Include</etc/e2guardian/lists/common/sites>                 another file's lines
    sitelist = 'name=banned,messageno=500,path=__LISTDIR__/x'    a list, from version 5 on
    bannedsitelist = '/etc/e2guardian/lists/bannedsitelist'      a list, until version 4

Sources: e2guardian/e2guardian `src/OptionContainer.cpp`, `configs/`, notes/V5_list_definition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kidgate.documents.moving.files import Files
from kidgate.documents.moving.plan import Place
from kidgate.documents.moving.schedules import DAY, Window

DEEPEST = 8  # files that include one another
_OPTION = re.compile(r"(?P<key>[A-Za-z0-9_]+)\s*=\s*(?P<value>.*)")
_DEFINE = re.compile(r"\.Define\s+LISTDIR\s*<(?P<path>[^>]*)>")
_INCLUDE = re.compile(r"\.Include\s*<(?P<path>[^>]*)>")
_TIME = re.compile(r"(\d{1,2})\s+(\d{1,2})\s+(\d{1,2})\s+(\d{1,2})\s+([0-6]{1,7})")
_COMMENT = re.compile(r"(?:^|\s)#.*")

# How version 5 calls a kind of list -> the ending of its name until version 4.
_KINDS = {
    "sitelist": "sitelist",
    "ipsitelist": "siteiplist",
    "urllist": "urllist",
    "regexpboollist": "regexpurllist",
    "searchlist": "searchlist",
    "timelist": "timelist",
    "iplist": "iplist",
}
_FULL = {"mimelist": "mimetypelist", "fileextlist": "extensionlist"}  # named `bannedmime`...


@dataclass(frozen=True, slots=True)
class Option:
    place: Place
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list. `when`: the windows in which its file holds; None: always."""

    place: Place
    text: str
    when: tuple[Window, ...] | None = None
    include: bool = False  # `text` is the path of another list


def options(files: Files, path: str, depth: int = 0) -> Iterator[Option]:
    """The options of a configuration file and those it includes."""
    folder = ""
    for number, line in enumerate((files.text(path) or "").splitlines(), 1):
        text = line.strip()
        if found := _DEFINE.match(text):
            folder = found["path"].rstrip("/")
        elif found := _INCLUDE.match(text):
            inner = files.find(found["path"])
            if inner and depth < DEEPEST:
                yield from options(files, inner, depth + 1)
        elif found := _OPTION.match(text):
            value = _value(found["value"]).replace("__LISTDIR__", folder)
            yield Option(Place(path, number), found["key"].lower(), value)


def as_list(option: Option) -> tuple[str, str] | None:
    """The name of a list as version 4 had it, and its path; None for any other option."""
    fields = dict(
        part.strip().partition("=")[::2] for part in option.value.split(",") if "=" in part
    )
    name, path = fields.get("name", ""), fields.get("path", "")
    if name and path and (option.key in _KINDS or option.key in _FULL):
        if option.key in _FULL:
            return name.removesuffix("mime").removesuffix("extension") + _FULL[option.key], path
        return name + _KINDS[option.key], path
    if option.key.endswith("list") and "/" in option.value and not fields:
        return option.key, option.value
    return None


def lines(files: Files, path: str) -> Iterator[Line]:
    """The lines of a list that say something, with the hours that its `#time:` names."""
    text = files.text(path) or ""
    when: tuple[Window, ...] | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line, place = raw.strip(), Place(path, number)
        if line.startswith("#time:"):
            when = windows(line.removeprefix("#time:"))
        elif found := _INCLUDE.match(line):
            yield Line(place, found["path"], when, include=True)
        elif said := _COMMENT.sub("", line).strip():
            yield Line(place, said, when)


def windows(text: str) -> tuple[Window, ...]:
    """`9 0 17 0 01234`: hours and minutes, then days from 0, Monday. Nothing when it is not so."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return ()
    start_hour, start, end_hour, end = (int(part) for part in found.groups()[:4])
    first, last = start_hour * 60 + start, end_hour * 60 + end
    last = DAY if last == DAY - 1 else last  # 23:59 is the last minute there
    if not 0 <= first < last <= DAY:
        return ()
    return tuple((int(day), first, last) for day in sorted(set(found[5])))


def _value(text: str) -> str:
    """Without quotes, or without the comment behind a bare word."""
    text = text.strip()
    if text.startswith("'"):
        return text[1:].partition("'")[0]
    return _COMMENT.sub("", text).strip()
