"""YAML as people mean it, read strictly, remembering the line of everything.

A reader on the event stream of PyYAML's SafeLoader. It builds plain mappings, lists, text, numbers,
booleans and null, and differs from the stock loader in this:

- a key that is there twice is a fault, not a silent overwrite;
- keys are always text (`8:` and `6-8:` alike);
- only `true` and `false` are booleans (YAML 1.2): `no`, `on` and `off` stay text, as do dates,
  `07` and `1_000`: what a value means is for the type it is decoded to, see `typed.py`;
- anchors, aliases and tags are refused: an alias may double a document with every line;
- size, depth and number of values have limits.

What the values are to be is not checked here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from kidgate.documents.faults import Fault, Faults

MAX_CHARACTERS = 4 * 1024 * 1024
MAX_DEPTH = 16
MAX_VALUES = 400_000

_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where it is there
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+][0-9]{1,3})?")
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
# YAML 1.2, section 5.1; surrogates are no characters, and NEL and the like hide a line's end.
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # reached by escapes; a database refuses them


class Mapping(dict[str, Any]):
    """A mapping that knows where it begins and where each of its keys stands."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}

    def without(self, key: str) -> Mapping:
        """The same mapping, lines and all, but for one key."""
        rest = Mapping(self.line)
        rest.update((k, v) for k, v in self.items() if k != key)
        rest.lines = self.lines
        return rest


class Sequence(list[Any]):
    """A list that knows where it begins and where each of its items stands."""

    __slots__ = ("line", "lines")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: list[int] = []


@dataclass(slots=True)
class Document:
    """What could be read, and what was wrong with it. `data` is None when nothing could."""

    name: str
    data: Any = None
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, message: str) -> None:
        self.faults.append(Fault(self.name, line, message))


def load(text: str, name: str) -> Any:
    """The data of a document; `name` is the file shown in faults.

    Mappings are `Mapping`, lists `Sequence`. Raises Faults: never another error, whatever the text.
    """
    document = read(text, name)
    if document.faults:
        raise Faults(document.faults)
    return document.data


def read(text: str, name: str) -> Document:
    """As `load`, but collects the faults instead of raising, so that a decoder can add its own."""
    document = Document(name)
    if len(text) > MAX_CHARACTERS:
        document.fault(0, f"is too large: at most {MAX_CHARACTERS} characters are read")
    elif bad := _UNPRINTABLE.search(text.removeprefix("\ufeff")):
        line = text.count("\n", 0, bad.start()) + 1
        document.fault(
            line, f"character U+{ord(bad.group()):04X} is not allowed; is this a text file?"
        )
    else:
        _Builder(document).run(text.removeprefix("\ufeff"))
    return document


class _Builder:
    """Turns events into data, with a stack of its own: no depth of nesting can exhaust Python's."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.stack: list[Mapping | Sequence] = []
        self.keys: list[str | None] = []  # per open collection: the key that waits for its value
        self.values = 0

    def run(self, text: str) -> None:
        try:
            for event in _events(text):
                if not self.take(event):
                    return
        except (yaml.YAMLError, ValueError) as error:  # ValueError: PyYAML on `\UFFFFFFFF`
            self.document.fault(*_syntax_fault(error, text))

    def take(self, event: yaml.Event) -> bool:
        """Add one event; False when nothing more can be read."""
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.DocumentStartEvent):
            return self.begin(line)
        if isinstance(event, yaml.AliasEvent):
            self.alias(event.anchor or "", line)
        elif isinstance(event, yaml.ScalarEvent):
            self.scalar(event, line)
        elif isinstance(event, yaml.CollectionStartEvent):
            return self.open(event, line)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
            self.keys.pop()
        return self.within_limits(line)

    def begin(self, line: int) -> bool:
        if self.values:
            self.document.fault(line, "a second document begins here; a file holds one")
        return not self.values

    def alias(self, anchor: str, line: int) -> None:
        self.document.fault(line, f"alias `*{anchor}` is not read here; write the value out")
        if self.expects_key():
            self.key(f"*{anchor}", line, plain=False)
        else:
            self.put(None, line)

    def scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        self.refuse_extras(event, line)
        if bad := _UNSTORABLE.search(event.value):
            self.document.fault(line, f"character U+{ord(bad.group()):04X} is not allowed in text")
        plain = bool(event.implicit[0])
        if self.expects_key():
            self.key(event.value, line, plain=plain)
        else:
            self.put(_plain_value(event.value) if plain else event.value, line)

    def open(self, event: yaml.CollectionStartEvent, line: int) -> bool:
        self.refuse_extras(event, line)
        if len(self.stack) >= MAX_DEPTH:
            self.document.fault(line, f"is nested too deeply: at most {MAX_DEPTH} levels are read")
            return False
        if self.expects_key():
            self.document.fault(line, "a key must be text")
            return False
        mapping = isinstance(event, yaml.MappingStartEvent)
        opened = Mapping(line) if mapping else Sequence(line)
        self.put(opened, line)
        self.stack.append(opened)
        self.keys.append(None)
        return self.within_limits(line)

    def expects_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1], Mapping) and self.keys[-1] is None

    def key(self, key: str, line: int, *, plain: bool) -> None:
        mapping = self.stack[-1]
        assert isinstance(mapping, Mapping)
        if plain and not key:
            self.document.fault(line, "a key is missing before `:`")
        if key in mapping:
            first = mapping.lines[key]
            self.document.fault(
                line, f"key `{key}` is there twice, first on line {first}; remove one"
            )
        else:
            mapping.lines[key] = line
        self.keys[-1] = key

    def put(self, value: object, line: int) -> None:
        """Hang a value where it belongs; of a key that is there twice, the first value stays."""
        self.values += 1
        if not self.stack:
            self.document.data = value
            return
        top = self.stack[-1]
        if isinstance(top, Mapping):
            key = self.keys[-1]
            self.keys[-1] = None
            top.setdefault(key or "", value)
        else:
            top.append(value)
            top.lines.append(line)

    def refuse_extras(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
        if event.anchor is not None:
            self.document.fault(line, f"anchor `&{event.anchor}` is not read here; remove it")
        if event.tag not in (None, "!"):
            self.document.fault(line, f"tag `{event.tag}` is not read here; remove it")

    def within_limits(self, line: int) -> bool:
        if self.values > MAX_VALUES:
            self.document.fault(line, f"holds too much: at most {MAX_VALUES} values are read")
        return self.values <= MAX_VALUES


def _events(text: str) -> Iterator[yaml.Event]:
    return iter(yaml.parse(text, Loader=_SafeLoader))


def _plain_value(text: str) -> str | int | float | bool | None:
    """What an unquoted scalar is: null, boolean, number, else text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def _syntax_fault(error: Exception, text: str) -> tuple[int, str]:
    """Line and message of a syntax error, in words that say what to do where they can be found."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = mark.line + 1 if mark else 0
    problem = str(getattr(error, "problem", None) or "it cannot be parsed")
    lines = text.splitlines()
    if 0 < line <= len(lines) and re.match(r" *\t", lines[line - 1]):
        return line, "a tab cannot indent; use spaces"
    context = getattr(error, "context", None)
    return line, f"not valid YAML: {problem}" + (f" {context}" if context else "")
