"""`python -m kidgate.proxy.pictures.process`: decodes pictures, compares their hashes, asks the
owner's network, draws the strip on those that AI made.

It reads what strangers send through libraries in C, so it holds nothing of worth, may write
nothing, and is killed when it takes too long. See `wire.py` for what it is told.
"""

from __future__ import annotations

import importlib
import mmap
import os
import signal
import sys
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from kidgate.content.images.layout import HashesFault
from kidgate.proxy.pictures.libraries import EXTRA
from kidgate.proxy.pictures.strips import strips
from kidgate.proxy.pictures.wire import DRAWN, HEAD, JUDGE, Answer, Told, framed

Judge = Callable[[bytes], Answer]
Draw = Callable[[bytes, int], Answer]


def main() -> None:
    told = Told.load(_frame(sys.stdin.buffer)[1] or b"")
    try:
        judge, draw = load(told)
    except ImportError as fault:
        return _say(Answer(fault=f"{EXTRA} (missing: {fault.name})"))
    except (HashesFault, ModelFault, OSError, ValueError) as fault:
        return _say(Answer(fault=str(fault)))
    _say(Answer())
    while True:
        number, body = _frame(sys.stdin.buffer)
        if body is None:
            return
        signal.setitimer(signal.ITIMER_REAL, told.seconds)  # SIGALRM ends us, whoever hangs
        answer = judge(body) if number == JUDGE else draw(body, number)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _say(answer)


def load(told: Told) -> tuple[Judge, Draw]:
    """Everything that is needed, and then no more rights.

    Raises ImportError, HashesFault, ModelFault or OSError.
    """
    from PIL import Image

    from kidgate.content.images import banner, decode, model, near, pdq, pdq_words
    from kidgate.proxy.pictures.confine import confine

    hashes = near.Near(_mapped(told.hashes)) if told.hashes else None
    network = Network(told.model, told) if told.model else None
    # The first product of matrices takes numpy's algebra a buffer that it keeps.
    pdq.pdq(decode.hashable(Image.new("RGB", (decode.SIDE, decode.SIDE))))
    words = [Image.open(BytesIO(strip)).convert("L") for strip in strips()]
    confine(told.memory)

    def judge(body: bytes) -> Answer:
        scores: list[Mapping[str, float]] = []
        unjudged = ""
        try:
            for frame in decode.frames(body):
                if hashes is not None and min(frame.size) >= pdq.SMALLEST_SIDE:
                    found = pdq.pdq(decode.hashable(frame))
                    match = hashes.find(found.bits) if found.quality >= pdq_words.QUALITY else None
                    if match is not None:
                        return Answer(listed=match.listed)
                if network is not None:
                    scores.append(network.scores(frame))
        except (decode.Undecodable, ModelFault) as fault:
            unjudged = str(fault)
        except MemoryError:
            unjudged = "it needs too much memory"
        return Answer(scores=model.worst(scores), unjudged=unjudged)  # what was seen counts

    def draw(body: bytes, number: int) -> Answer:
        try:
            return Answer(drawn=banner.with_strip(body, words[number - 1]))
        except decode.Undecodable as fault:
            return Answer(unjudged=str(fault))
        except MemoryError:
            return Answer(unjudged="it needs too much memory")

    return judge, draw


class ModelFault(Exception):
    """The owner's network cannot be used, or failed on a picture."""


class Network:
    """The owner's network, loaded. Its output is the first one it has."""

    def __init__(self, path: str, told: Told) -> None:
        """Raises ModelFault or ImportError."""
        onnx: Any = importlib.import_module("onnxruntime")
        assert told.spec is not None
        self._spec = told.spec
        options = onnx.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # what one large picture took is given back
        options.log_severity_level = 4
        try:
            self._session = onnx.InferenceSession(path, options, providers=["CPUExecutionProvider"])
            self._input = self._session.get_inputs()[0].name
        except Exception as fault:
            raise ModelFault(f"the model cannot be loaded: {_first_line(fault)}") from fault

    def scores(self, frame: Any) -> Mapping[str, float]:
        """Raises ModelFault or MemoryError."""
        from kidgate.content.images.model import prepare, scores

        try:
            output = self._session.run(None, {self._input: prepare(frame, self._spec)})
            return scores(output[0], self._spec)
        except MemoryError:
            raise
        except Exception as fault:
            raise ModelFault(f"the model failed: {_first_line(fault)}") from fault


def _mapped(path: str) -> memoryview:
    """The whole file. It is only ever replaced, never written; were it cut short all the same, this
    process alone would die of it."""
    with Path(path).open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ))


def _first_line(fault: Exception) -> str:
    return (str(fault).splitlines() or [type(fault).__name__])[0][:200]


def _frame(file: BinaryIO) -> tuple[int, bytes | None]:
    """The next frame and its number; no frame at the end."""
    head = file.read(HEAD.size)
    if len(head) < HEAD.size:
        return JUDGE, None
    length, number = HEAD.unpack(head)
    return number, file.read(length)


def _say(answer: Answer) -> None:
    data = framed(answer.dump(), DRAWN if answer.drawn else 0)
    if answer.drawn:
        data += framed(answer.drawn)
    while data:
        data = data[os.write(1, data) :]


if __name__ == "__main__":
    main()
