"""The third-party vectors for charsets and HTML, read from the shared data folder."""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path


@cache
def members(archive: Path) -> dict[str, bytes]:
    """The files of an archive by name."""
    with tarfile.open(archive) as tar:
        files = ((member, tar.extractfile(member)) for member in tar.getmembers())
        return {member.name: file.read() for member, file in files if file}


def tokenizer_cases(files: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Source and the characters that a tokenizer makes of it, for the cases in the data state."""
    for name, content in files.items():
        if not name.endswith(".test"):
            continue
        for case in json.loads(content).get("tests", []):
            if "Data state" in case.get("initialStates", ["Data state"]):
                yield _case(case)


def encoding_cases(files: dict[str, bytes]) -> Iterator[tuple[bytes, str]]:
    """The first bytes of a document and the encoding that is to be found in them."""
    for name in ("encoding/tests1.dat", "encoding/tests2.dat", "encoding/test-yahoo-jp.dat"):
        for case in files[name].split(b"#data\n")[1:]:
            data, _, expected = case.partition(b"\n#encoding\n")
            yield data, expected.split(b"\n")[0].decode().strip()


def _case(case: dict[str, object]) -> tuple[str, str]:
    source, output = str(case["input"]), case["output"]
    assert isinstance(output, list)
    characters = "".join(token[1] for token in output if token[0] == "Character")
    if case.get("doubleEscaped"):
        source, characters = _unescaped(source), _unescaped(characters)
    return source.replace("\r\n", "\n").replace("\r", "\n"), characters


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
