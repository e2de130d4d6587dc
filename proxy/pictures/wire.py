"""What passes between a worker and the process that judges pictures: frames, a head before each.

The worker says first what is to be used (`Told`), then one picture after the other; each is
answered by one `Answer`, the first frame too. A head has the length, and a number: of a picture, 0
for one that is judged, else which strip is to be drawn on it (`strips.py`); of an answer, 1 where
the picture with its strip is the next frame.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from kidgate.content.images.model_spec import ModelSpec, from_plain

HEAD = struct.Struct("<IB")
JUDGE, DRAWN = 0, 1
LONGEST_ANSWER = 1 << 20  # bytes
LONGEST_DRAWN = 1 << 26


@dataclass(frozen=True, slots=True)
class Told:
    """What the process works with."""

    hashes: str  # path of the compiled hashes; "": none
    model: str  # path of the network; "": none
    spec: ModelSpec | None
    memory: int  # bytes beyond what it has once everything is loaded
    seconds: int  # for one picture, after which it ends itself

    def dump(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def load(cls, data: bytes) -> Told:
        plain: dict[str, Any] = json.loads(data)
        spec = plain.pop("spec")
        return cls(spec=from_plain(spec) if spec else None, **plain)


@dataclass(frozen=True, slots=True)
class Answer:
    """`fault`: why no picture is judged now, which is no picture's fault; the rest is about one."""

    fault: str = ""
    listed: str = ""  # the list that has it
    scores: Mapping[str, float] = field(default_factory=dict)
    unjudged: str = ""
    drawn: bytes = b""  # a picture with its strip; in a frame of its own

    def dump(self) -> bytes:
        said = asdict(self)
        del said["drawn"]
        return json.dumps(said).encode()

    @classmethod
    def load(cls, data: bytes, drawn: bytes = b"") -> Answer:
        return cls(**json.loads(data), drawn=drawn)


def framed(data: bytes, number: int = 0) -> bytes:
    return HEAD.pack(len(data), number) + data
