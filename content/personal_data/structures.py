"""Fields of JSON, of lines of JSON, and of GraphQL: names with their values, as deep as allowed."""

from __future__ import annotations

import json
import re
from typing import Any

from kidgate.content.personal_data.fields import TOO_DEEP, Fields

# The digits of a number as they were sent: 0912345678 as 912345678 stays what it is.
_DECODER = json.JSONDecoder(
    object_pairs_hook=lambda pairs: _Pairs(pairs),
    parse_int=str,
    parse_float=str,
    parse_constant=str,
    strict=False,
)
# `{"name": "phone", "value": "09..."}`, as scripts send forms.
_NAMING = ("name", "key", "field", "label", "id", "type", "title", "question", "column")
_VALUING = ("value", "val", "answer", "content", "text", "response", "data")
_LONGEST_LABEL = 80
_ARGUMENT = re.compile(
    r"\b(?P<name>[A-Za-z_][A-Za-z0-9_]{0,63})\s{0,3}:\s{0,3}"
    r'(?:"(?P<text>(?:[^"\\\n]|\\.)*+)"|(?P<number>-?[0-9]++(?:\.[0-9]++)?))'
)
_BLOCK = re.compile(r'"""(?P<text>.*?)"""', re.DOTALL)
_DIGIT = re.compile(r"[0-9]")
_TELLING = 8  # digits of a name that may be somebody's number
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_QUERY = re.compile(r"\s*(?:query|mutation|subscription|fragment|\{)")
_OPENERS = ("{", "[")


class _Pairs(list[tuple[str, Any]]):
    """An object with all its names: a second `phone` must not hide the first."""


def looks_structured(text: str) -> bool:
    return text.lstrip()[:1] in _OPENERS


def read_json(text: str, into: Fields, *, name: str = "", depth: int = 0) -> bool:
    """Take the values of one JSON text in, or of one on each line. False: it is no JSON."""
    try:
        tree = _DECODER.decode(text.strip())
    except RecursionError:
        into.leave(TOO_DEEP)
        return False
    except ValueError:
        return _read_lines(text, into, name=name, depth=depth)
    _walk(tree, into, name, depth)
    return True


def _read_lines(text: str, into: Fields, *, name: str, depth: int) -> bool:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        return False
    trees = []
    for line in lines:
        try:
            trees.append(_DECODER.decode(line.strip()))
        except (ValueError, RecursionError):
            return False
    for tree in trees:
        _walk(tree, into, name, depth)
    return True


def _walk(tree: Any, into: Fields, name: str, depth: int) -> None:
    """In the order of the text, without recursion: depth is the sender's choice."""
    waiting: list[tuple[Any, str, int, int]] = [(tree, name, into.new_group(), depth)]
    while waiting:
        node, named, group, level = waiting.pop()
        if isinstance(node, str):
            if not take(into, named, node, group, level):
                return
        elif isinstance(node, list):
            if level >= into.limits.depth:
                into.leave(TOO_DEEP)
                continue
            waiting += reversed(_children(node, named, into.new_group(), level + 1, into))


def _children(
    node: list[Any], name: str, group: int, level: int, into: Fields
) -> list[tuple[Any, str, int, int]]:
    if isinstance(node, _Pairs):
        named = _self_named(node)
        for key, _ in node:
            if "@" in key or len(_DIGIT.findall(key)) >= _TELLING:
                into.add("", key, group)  # {"0912345678": true}
        own = [
            (value, named if key in _VALUING and named else f"{name} {key}".strip()[-120:])
            for key, value in node
        ]
        return [(value, key, group, level) for value, key in own]
    if 2 <= len(node) <= 3 and all(isinstance(item, str) and len(item) < 24 for item in node):
        into.add(name, ", ".join(node), group)  # a place is a pair of numbers
    return [(value, name, group, level) for value in node]


def _self_named(node: _Pairs) -> str:
    for key, value in node:
        if key in _NAMING and isinstance(value, str) and 0 < len(value) <= _LONGEST_LABEL:
            return value
    return ""


def take(into: Fields, name: str, value: str, group: int, depth: int) -> bool:
    """Take one string in; what is a structure itself is taken apart. False: no room for more."""
    if len(value) > 1 and value[0] in _OPENERS and value[-1] in "}]" and depth < into.limits.depth:
        before = len(into.found)
        if read_json(value, into, name=name, depth=depth + 1):
            return len(into.found) < into.limits.fields or before == len(into.found)
    if name.endswith("query") and _QUERY.match(value):
        read_graphql(value, into)
    return into.add(name, value, group)


def read_graphql(text: str, into: Fields) -> None:
    """Take the arguments in that stand in the text of a query."""
    group = into.new_group()
    for match in _ARGUMENT.finditer(text):
        value = match["text"]
        if not into.add(
            match["name"], match["number"] if value is None else unescaped(value), group
        ):
            return
    for match in _BLOCK.finditer(text):
        into.add("", match["text"], group)


def unescaped(text: str) -> str:
    """A text with the escapes of JSON resolved, whatever else it is."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if match[1]:
        return chr(int(match[1], 16))
    return {"n": "\n", "t": "\t", "r": "\r"}.get(match[2], match[2])
