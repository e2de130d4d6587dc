"""Pictures: what decoding, hashing, looking up and judging cost, alone and through the process.

All pictures are drawn by formulas (waves of colour); the hashes are made up. The network is a tiny
one, built here: what an owner's costs is the owner's. Without the development packages `onnx` and
`onnxruntime` it is left out, and the settings say so.
"""

from __future__ import annotations

import asyncio
import importlib.util
import io
import os
import random
import tempfile
import time
from contextlib import suppress
from pathlib import Path

# As in the process for pictures, and before numpy reads it: threads would wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from PIL import Image

from benchmarks.picture_pages import Step, page_loads
from benchmarks.processes import memory
from benchmarks.profile import Profile
from benchmarks.report import Report
from benchmarks.timing import each, median_of_each
from kidgate.content.images.compile import HashList, compile_hashes
from kidgate.content.images.decode import frames, hashable
from kidgate.content.images.entries import Read
from kidgate.content.images.exact import Exact
from kidgate.content.images.labels import label_of
from kidgate.content.images.model_spec import ModelSpec
from kidgate.content.images.near import Near
from kidgate.content.images.pdq import pdq
from kidgate.content.images.replace import grey
from kidgate.content.images.sniff import look
from kidgate.proxy.pictures.client import Pictures
from kidgate.proxy.pictures.link import PictureLimits
from kidgate.proxy.pictures.shelf import Shelf

AT = "2026-01-01T00:00:00+00:00"
MICRO, MILLI, MEGA = 1e6, 1e3, 1e-6
SMALL = (320, 240)  # pixels
NETWORK = ModelSpec((224,), ("adult", "harmless"), activation="softmax")
PATIENT = PictureLimits(seconds=60, waits_seconds=600)


def run(profile: Profile) -> Report:
    settings: dict[str, object] = {
        "hashes of each kind": profile.hashes,
        "pictures of a page": profile.pictures,
    }
    report = Report("images", settings)
    _alone(report, profile)
    _looking_up(report, profile)
    with tempfile.TemporaryDirectory() as name:
        _through_the_process(report, Path(name), profile, settings)
        if profile.real:  # a whole gateway is too much for a short look
            page_loads(report, Path(name), pictures(profile), profile.rounds, steps(profile))
    return report


def pictures(profile: Profile) -> list[bytes]:
    """Those of a page: 320 px, some 15 kB each."""
    return [saved(drawn(SMALL, seed), "JPEG") for seed in range(profile.pictures)]


def steps(profile: Profile) -> list[Step]:
    """Of the gateway: with nothing, with a list, with a network too."""
    found: list[Step] = [
        ("no lists", lambda shelf: None),
        ("hashes", lambda shelf: _list(shelf, profile)),
    ]
    return [*found, ("hashes and network", _model)] if _networks() else found


def _list(shelf: Shelf, profile: Profile) -> None:
    chance = random.Random(2)
    near = {chance.randbytes(32) for _ in range(profile.hashes)}
    shelf.keep("made-up", Read(set(), near), at=AT, source="")
    shelf.build()


def _model(shelf: Shelf) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tiny.onnx"
        _save_network(path)
        shelf.put_model(path, NETWORK, at=AT)


def drawn(size: tuple[int, int], seed: int) -> Image.Image:
    """Waves of colour."""
    width, height = size
    y, x = np.mgrid[0:height, 0:width]
    chance = np.random.default_rng(seed)
    grey_ = sum(
        np.sin(x / width * a + y / height * b + c) for a, b, c in chance.normal(0, 20, (12, 3))
    )
    scaled = 127.5 + 30 * grey_[:, :, None] * chance.uniform(0.6, 1, 3)
    return Image.fromarray(np.clip(scaled, 0, 255).astype(np.uint8))


def saved(image: Image.Image, format_: str) -> bytes:
    file = io.BytesIO()
    image.save(file, format_, quality=85)
    return file.getvalue()


def _alone(report: Report, profile: Profile) -> None:
    calls = max(3, profile.look_ups // 200)
    for width in profile.picture_widths:
        image = drawn((width, width * 3 // 4), seed=1)
        for format_ in ("JPEG", "PNG", "WEBP"):
            body = saved(image, format_)
            cost = each(lambda one: list(map(hashable, frames(one))), [body] * min(calls, 20))
            report.add(f"decode {format_}, {width} px", cost * MILLI, "ms")
    (frame,) = frames(saved(drawn(SMALL, 1), "JPEG"))
    pixels = hashable(frame)
    report.add("PDQ, 320 px", each(pdq, [pixels] * calls) * MILLI, "ms")
    body = saved(drawn(SMALL, 1), "JPEG")
    report.add("label, 320 px", each(label_of, [body] * calls) * MICRO, "us")
    seen = look(body)
    report.add("grey picture, 320 px", each(grey, [seen] * calls) * MICRO, "us")


def _looking_up(report: Report, profile: Profile) -> None:
    chance = random.Random(1)
    exact, near = (made_up(profile.hashes, chance) for _ in range(2))
    file = io.BytesIO()
    started = time.perf_counter()
    built = compile_hashes(file, [HashList("made-up", *map(memoryview, (exact, near)))])
    report.add("compile both kinds", time.perf_counter() - started, "s")
    report.add("compiled, bytes a pair", built.bytes / profile.hashes, "")
    data = file.getvalue()
    started = time.perf_counter()
    found = Near(memoryview(data))
    report.add("open and check", (time.perf_counter() - started) * MILLI, "ms")
    looked = min(profile.look_ups, 2000)
    known = [near[32 * n : 32 * n + 32] for n in chance.sample(range(profile.hashes), looked // 4)]
    close = [_flipped(one, chance) for one in known]
    others = [chance.randbytes(32) for _ in known]
    assert all(found.find(one) for one in close)
    report.add("PDQ look-up, listed", median_of_each(found.find, close) * MILLI, "ms")
    report.add("PDQ look-up, not listed", median_of_each(found.find, others) * MILLI, "ms")
    lookup = Exact(lambda offset, size: data[offset : offset + size])
    report.add("SHA-256 look-up", median_of_each(lookup.find, others) * MICRO, "us")


def made_up(count: int, chance: random.Random) -> bytes:
    """So many digests, ascending."""
    return b"".join(sorted(chance.randbytes(32) for _ in range(count)))


def _flipped(bits: bytes, chance: random.Random) -> bytes:
    number = int.from_bytes(bits)
    for bit in chance.sample(range(256), 31):
        number ^= 1 << bit
    return number.to_bytes(32)


def _through_the_process(
    report: Report, folder: Path, profile: Profile, settings: dict[str, object]
) -> None:
    bodies, shelf = pictures(profile), Shelf(folder / "images")
    _list(shelf, profile)
    report.add(
        "no list, no model: a picture", asyncio.run(_page(Shelf(folder / "none"), bodies)), "ms"
    )
    with_hashes = asyncio.run(_page(shelf, bodies, report, "hashes"))
    report.add("hashes: a picture of a page", with_hashes, "ms")
    if not profile.real:
        return
    if not _networks():
        settings["network"] = "onnx and onnxruntime are not installed"
        return
    _model(shelf)
    both = asyncio.run(_page(shelf, bodies, report, "hashes and network"))
    report.add("hashes and network: a picture of a page", both, "ms")


async def _page(
    shelf: Shelf, bodies: list[bytes], report: Report | None = None, name: str = ""
) -> float:
    """Milliseconds for each picture of a page, all asked for at once; with the process's memory."""
    pictures = Pictures(shelf.folder, limits=PATIENT)
    try:
        started = time.perf_counter()
        await pictures.judge(bodies[0])
        if report is not None:
            report.add(f"{name}: first picture", (time.perf_counter() - started) * MILLI, "ms")
        started = time.perf_counter()
        verdicts = await asyncio.gather(*map(pictures.judge, bodies[1:]))
        spent = (time.perf_counter() - started) / len(verdicts) * MILLI
        faults = {verdict.unjudged for verdict in verdicts} - {""}
        assert not faults, faults
        pid = pictures.health["pid"]
        if report is not None and pid is not None:
            with suppress(PermissionError):  # only root may look into it
                used = memory(pid)
                report.add(f"{name}: process, own memory", used.own * MEGA, "MB")
                report.add(f"{name}: process, resident memory", used.rss * MEGA, "MB")
        return spent
    finally:
        await pictures.close()


def _networks() -> bool:
    return all(importlib.util.find_spec(name) for name in ("onnx", "onnxruntime"))


def _save_network(path: Path) -> None:
    """Two convolutions and a mean: some 30 million multiplications."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    chance = np.random.default_rng(1)
    constants = [
        numpy_helper.from_array(chance.normal(0, 0.1, shape).astype(np.float32), name)
        for name, shape in (("a", (16, 3, 3, 3)), ("b", (32, 16, 3, 3)), ("c", (32, 2)))
    ]
    twice = {"kernel_shape": [3, 3], "strides": [2, 2]}
    nodes = [
        helper.make_node("Conv", ["picture", "a"], ["a1"], **twice),
        helper.make_node("Relu", ["a1"], ["a2"]),
        helper.make_node("Conv", ["a2", "b"], ["b1"], **twice),
        helper.make_node("Relu", ["b1"], ["b2"]),
        helper.make_node("GlobalAveragePool", ["b2"], ["b3"]),
        helper.make_node("Flatten", ["b3"], ["b4"]),
        helper.make_node("MatMul", ["b4", "c"], ["said"]),
    ]
    side = NETWORK.width
    picture = helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, 3, side, side])
    said = helper.make_tensor_value_info("said", TensorProto.FLOAT, [1, 2])
    graph = helper.make_graph(nodes, "tiny", [picture], [said], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.save(model, path)
