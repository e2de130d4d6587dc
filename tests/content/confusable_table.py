"""Makes `content/confusables.py` from Unicode's confusables.txt (UTS 39).

    python -m tests.content.confusable_table confusables.txt[.gz] > content/confusables.py

A development tool: `test_confusables.py` compares the table with what this makes.
"""

from __future__ import annotations

import gzip
import re
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

from kidgate.policies.names import InvalidName, canonical_host

HEAD = '''"""Characters that look like ASCII ones, by what they look like. Generated: do not edit.

Made by `python -m tests.content.confusable_table` from confusables.txt of Unicode {version}, the
data of UTS 39 (Unicode Security Mechanisms): those that can stand in a host name and whose
prototype is made of ASCII letters, digits and hyphens. Letters that differ from ASCII ones by marks
alone are not here: Unicode decomposition takes those off.

Data (c) 2025 Unicode, Inc., under the Unicode License v3,
https://www.unicode.org/license.txt: permission is granted to use, copy, modify and distribute the
data, provided that this notice appears with all copies. It comes without warranty of any kind.
"""

LOOKS_LIKE: dict[str, str] = {{
'''
LINE = re.compile(r"^([0-9A-F]+) ;\t([0-9A-F ]+) ;")
PLAIN = re.compile(r"[a-z0-9-]+")
WIDTH = 40  # characters of any script in one line


def text_of(path: Path) -> str:
    raw = path.read_bytes()
    return (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")


def table(text: str) -> dict[str, str]:
    """ASCII text -> every character that looks like it, sorted."""
    found: dict[str, list[str]] = defaultdict(list)
    for match in filter(None, map(LINE.match, text.splitlines())):
        character = chr(int(match[1], 16))
        prototype = "".join(chr(int(code, 16)) for code in match[2].split())
        ascii_text = without_marks(prototype).lower()
        if PLAIN.fullmatch(ascii_text) and _needed(character):
            found[ascii_text].append(character)
    return {key: "".join(sorted(found[key])) for key in sorted(found)}


def without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.category(c).startswith("M"))


def _needed(character: str) -> bool:
    """Whether a host can hold it, and decomposition does not make it ASCII already."""
    if character.isascii() or without_marks(character).isascii():
        return False
    try:
        host = canonical_host(f"a{character}a.test")
    except InvalidName:
        return False
    return host.partition(".")[0] == f"xn--{f'a{character}a'.encode('punycode').decode()}"


def module(text: str) -> str:
    """The whole of `content/confusables.py`."""
    version = re.search(r"^# Version: (\S+)", text, re.MULTILINE)
    lines = [HEAD.format(version=version[1] if version else "?")]
    for key, characters in table(text).items():
        parts = [characters[at : at + WIDTH] for at in range(0, len(characters), WIDTH)]
        if len(parts) == 1:
            lines.append(f'    "{key}": "{parts[0]}",\n')
            continue
        lines.append(f'    "{key}": (\n')
        lines += [f'        "{part}"\n' for part in parts]
        lines.append("    ),\n")
    return "".join([*lines, "}\n"])


if __name__ == "__main__":
    sys.stdout.write(module(text_of(Path(sys.argv[1]))))
