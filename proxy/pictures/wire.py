"""What passes between a worker and the process that judges pictures: frames, a length before each.

The worker says first what is to be used (`Told`), then one picture after the other; each is
answered by one `Answer`, the first frame too.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from kidgate.content.images.model_spec import ModelSpec, from_plain

LENGTH = struct.Struct("<I")
LONGEST_ANSWER = 1 << 20  # bytes


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

    def dump(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def load(cls, data: bytes) -> Answer:
        return cls(**json.loads(data))


def framed(data: bytes) -> bytes:
    return LENGTH.pack(len(data)) + data
