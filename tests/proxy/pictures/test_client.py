"""What a worker is told of pictures, through the real process."""

from __future__ import annotations

import asyncio
import struct
import subprocess
import sys
import zlib
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path

import pytest

from kidgate.content.images.canary import canary
from kidgate.content.images.entries import Read
from kidgate.content.images.sniff import look
from kidgate.content.images.verdict import Label, PictureVerdict
from kidgate.proxy.pictures import client
from kidgate.proxy.pictures.client import Pictures
from kidgate.proxy.pictures.link import PictureLimits
from kidgate.proxy.pictures.shelf import Shelf
from kidgate.proxy.pictures.wire import Answer
from tests.content.images.claims import MADE, attribute, in_png, xmp

EXTRA = "needs the extra `images`"
AT = "2026-11-22T12:00:00+07:00"
PATIENT = PictureLimits(seconds=60, waits_seconds=120)
Play = Callable[[Pictures], Awaitable[None]]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "images")


def keep(shelf: Shelf, *, exact: set[bytes] = frozenset(), near: set[bytes] = frozenset()) -> None:  # type: ignore[assignment]
    shelf.keep("scheme", Read(set(exact), set(near)), at=AT, source="list.txt")
    shelf.build()


def play(shelf: Shelf, run: Play, clock: Clock | None = None) -> None:
    async def whole() -> None:
        pictures = Pictures(shelf.folder, limits=PATIENT, clock=clock or Clock())
        try:
            await run(pictures)
        finally:
            await pictures.close()

    asyncio.run(whole())


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def png(width: int, height: int, padding: int = 0) -> bytes:
    """A black picture; its data are zeros."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes((1 + 3 * width) * min(height, 4000)))
    parts = chunk(b"IHDR", head) + chunk(b"tEXt", bytes(padding)) + chunk(b"IDAT", data)
    return b"\x89PNG\r\n\x1a\n" + parts + chunk(b"IEND", b"")


def test_without_lists_and_model_nothing_is_started(shelf: Shelf) -> None:
    async def run(pictures: Pictures) -> None:
        assert not pictures.active and not pictures.has_lists
        assert await pictures.judge(canary(), "image/png") == PictureVerdict()
        assert pictures.listed(canary()) == ""
        assert pictures.health["starts"] == 0

    play(shelf, run)


def test_exact_hash_needs_no_process(shelf: Shelf) -> None:
    small = b"GIF89a" + bytes(20)  # a decoration is looked up too
    keep(shelf, exact={sha256(small).digest()})

    async def run(pictures: Pictures) -> None:
        assert pictures.active
        assert pictures.listed(small) == "scheme"
        assert await pictures.judge(small) == PictureVerdict(illegal=True, listed="scheme")
        assert (await pictures.judge(canary())).listed == "canary"
        assert await pictures.judge(png(300, 300, 3000)) == PictureVerdict()
        assert pictures.health["starts"] == 0

    play(shelf, run)


def test_listed_picture_is_found_however_it_is_saved(shelf: Shelf) -> None:
    pytest.importorskip("PIL", reason=EXTRA)
    from kidgate.content.images.pdq import pdq
    from tests.content.images.drawn import animated, field, saved, waves

    pixels = waves(240, 320)
    keep(shelf, near={pdq(pixels).bits})
    before = contents(shelf.folder)

    async def run(pictures: Pictures) -> None:
        files = [
            saved(pixels, quality=60),
            saved(waves(480, 640), "WEBP"),
            saved(pixels, "PNG"),
            animated([field(240, 320, (9, 9, 9)), field(240, 320, (200, 9, 9)), pixels], "PNG"),
        ]
        for body in files:
            assert await pictures.judge(body) == PictureVerdict(illegal=True, listed="scheme")
        for body in (saved(waves(240, 320, 2)), saved(field(240, 320, (200, 30, 30)))):
            assert await pictures.judge(body) == PictureVerdict()
        assert pictures.health["starts"] == 1
        # Of what was found nothing is remembered; of the rest, only its hash.
        assert len(pictures._known) == 2
        assert all(len(key) == 32 for key in pictures._known)

    play(shelf, run)
    assert contents(shelf.folder.parent) == before  # and nothing is written


def test_model_gives_scores_and_is_asked_once_for_each_picture(
    shelf: Shelf, tmp_path: Path
) -> None:
    pytest.importorskip("onnxruntime", reason=EXTRA)
    pytest.importorskip("onnx", reason="builds a tiny network")
    from tests.content.images.drawn import animated, field, saved
    from tests.proxy.pictures.networks import SPEC, reddish

    shelf.put_model(reddish(tmp_path / "net.onnx"), SPEC, at=AT)
    red, blue = field(240, 320, (220, 30, 30)), field(240, 320, (30, 30, 220))

    async def run(pictures: Pictures) -> None:
        assert pictures.active and not pictures.has_lists
        verdict = await pictures.judge(saved(red))
        assert verdict.scores["adult"] > 90 and not verdict.unjudged
        assert (await pictures.judge(saved(blue))).scores["adult"] < 10
        # the worst frame counts
        assert (await pictures.judge(animated([blue, blue, red]))).scores["adult"] > 90
        # and counts although one that follows cannot be decoded
        grown = bytearray(animated([red, blue]))
        second = grown.rindex(b"\x2c\0\0\0\0")
        grown[second + 5 : second + 9] = struct.pack("<HH", 6000, 6000)
        both = await pictures.judge(bytes(grown))
        assert both.scores["adult"] > 90 and "million pixels" in both.unjudged
        assert await pictures.judge(saved(red)) == verdict
        assert pictures.health["remembered"] == 1
        assert (pictures.health["judged"], pictures.health["unjudged"]) == (3, 1)

    play(shelf, run)


def test_slow_model_is_ended_and_says_why(shelf: Shelf, tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime", reason=EXTRA)
    pytest.importorskip("onnx", reason="builds a tiny network")
    from tests.content.images.drawn import field, saved
    from tests.proxy.pictures.networks import SPEC, without_end

    shelf.put_model(without_end(tmp_path / "net.onnx"), SPEC, at=AT)

    async def whole() -> None:
        limits = PictureLimits(seconds=0.3, waits_seconds=120)
        pictures = Pictures(shelf.folder, limits=limits)
        body = saved(field(240, 320, (220, 30, 30)))
        verdict = await pictures.judge(body)
        assert verdict == PictureVerdict(unjudged="it took longer than 0.3 s")
        assert await pictures.judge(body) == verdict  # and is not tried again
        assert pictures.health["killed"] == pictures.health["starts"] == 1
        await pictures.close()

    asyncio.run(whole())


def test_what_cannot_be_judged_says_why(shelf: Shelf, tmp_path: Path) -> None:
    pytest.importorskip("PIL", reason=EXTRA)
    from tests.content.images.hash_lists import perceptual

    keep(shelf, near=set(perceptual(3, 1)))
    lying = bytearray(png(300, 300, 3000))
    lying[16:24] = struct.pack(">II", 4_000, 4_000)  # more rows than there are data
    cases = {
        png(5000, 5000, 3000): "more than 16 million pixels",
        b"\xff\x0a" + bytes(5000): "a format that is not read",
        b"\xff\xd8\xff" + bytes(5000): "it cannot be decoded",
        png(100, 100) + bytes(9_000_000): "larger than 8 MB",
    }

    async def run(pictures: Pictures) -> None:
        for body, why in cases.items():
            assert await pictures.judge(body, "image/png") == PictureVerdict(unjudged=why)
        assert pictures.health["unjudged"] == len(cases)
        await pictures.judge(bytes(lying))
        assert await pictures.judge(png(300, 300, 3000)) == PictureVerdict()
        assert pictures.health["fault"] == ""

    play(shelf, run)


def test_decorations_are_not_looked_at(shelf: Shelf) -> None:
    pytest.importorskip("numpy", reason=EXTRA)
    from tests.content.images.hash_lists import perceptual

    keep(shelf, near=set(perceptual(3, 1)))

    async def run(pictures: Pictures) -> None:
        for body in (png(300, 300), png(40, 400, 5000), b"<svg>" + bytes(9000), b""):
            assert await pictures.judge(body) == PictureVerdict()
        assert await pictures.judge(png(300, 300, 5000), "image/svg+xml") == PictureVerdict()
        assert pictures.health["starts"] == 0

    play(shelf, run)


def test_memory_of_the_process_is_bounded(shelf: Shelf) -> None:
    pytest.importorskip("PIL", reason=EXTRA)
    from tests.content.images.hash_lists import perceptual

    keep(shelf, near=set(perceptual(3, 1)))

    async def whole() -> None:
        limits = PictureLimits(seconds=60, waits_seconds=120, memory=24 * 1024 * 1024)
        pictures = Pictures(shelf.folder, limits=limits)
        verdict = await pictures.judge(png(4000, 4000, 3000))
        assert verdict.unjudged in ("it needs too much memory", "decoding it ended the process")
        assert not (await pictures.judge(png(200, 200, 3000))).unjudged
        await pictures.close()

    asyncio.run(whole())


def test_label_is_told_with_and_without_lists(shelf: Shelf) -> None:
    from tests.content.images.claims import MADE, attribute, in_png, xmp

    body = in_png(png(300, 300, 3000), packet=xmp(attribute(MADE)))

    async def run(pictures: Pictures) -> None:
        assert (await pictures.judge(body)).label is Label.AI_MADE

    play(shelf, run)
    keep(shelf, exact={bytes(32)})
    play(shelf, run)


def test_new_list_is_taken_up_and_old_verdicts_forgotten(shelf: Shelf, clock: Clock) -> None:
    body = png(300, 300, 3000)

    async def run(pictures: Pictures) -> None:
        assert not (await pictures.judge(body)).illegal
        keep(shelf, exact={sha256(body).digest()})
        assert not (await pictures.judge(body)).illegal  # not looked at the folder yet
        clock.now += client.LOOK_SECONDS
        assert (await pictures.judge(body)).illegal

    play(shelf, run, clock)


@pytest.mark.parametrize("how", ["cut", "damaged", "gone", "not built"])
def test_list_that_cannot_be_read_leaves_everything_unjudged(
    shelf: Shelf, clock: Clock, how: str
) -> None:
    """Never as though there were no list."""
    body = png(300, 300, 3000)
    keep(shelf, exact={sha256(body).digest()})
    if how == "not built":
        shelf.hashes.unlink()

    async def run(pictures: Pictures) -> None:
        if how != "not built":
            assert (await pictures.judge(body)).illegal
            match how:
                case "cut":
                    shelf.hashes.write_bytes(shelf.hashes.read_bytes()[:60])
                case "damaged":
                    shelf.hashes.write_bytes(b"something else")
                case "gone":
                    shelf.hashes.unlink()
            clock.now += client.LOOK_SECONDS
        assert pictures.active and pictures.has_lists
        verdict = await pictures.judge(png(200, 200, 3000))
        assert "kidgate images build" in verdict.unjudged
        assert "kidgate images build" in pictures.health["fault"]

    play(shelf, run, clock)


def test_damaged_model_leaves_everything_unjudged_and_lists_in_force(shelf: Shelf) -> None:
    body = png(300, 300, 3000)
    keep(shelf, exact={sha256(body).digest()})
    shelf.model_file.write_text("{")

    async def run(pictures: Pictures) -> None:
        assert (await pictures.judge(body)).illegal
        assert "kidgate images model set" in (await pictures.judge(png(200, 200, 3000))).unjudged

    play(shelf, run)


def test_missing_extra_is_told(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process without Pillow: what it answers at its start reaches the verdict."""
    pytest.importorskip("numpy", reason=EXTRA)
    from tests.content.images.hash_lists import perceptual

    keep(shelf, near=set(perceptual(3, 1)))

    async def run(pictures: Pictures) -> None:
        async def ask(body: bytes) -> Answer:
            return Answer(fault="the extra `images` is not installed")

        monkeypatch.setattr(pictures._link, "ask", ask)
        verdict = await pictures.judge(png(200, 200, 3000))
        assert verdict.unjudged == "the extra `images` is not installed"
        assert not pictures._known  # it is not the picture's fault: asked again next time

    play(shelf, run)


def test_verdicts_kept_are_bounded(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "REMEMBERED", 3)
    keep(shelf, exact={bytes(32)})

    async def run(pictures: Pictures) -> None:
        for side in range(100, 110):
            await pictures.judge(png(side, side, 3000))
        assert len(pictures._known) == 3

    play(shelf, run)


def test_worker_loads_no_library_for_pictures() -> None:
    program = (
        "import sys, kidgate.proxy.pictures.client as c\n"
        "heavy = {'numpy', 'PIL', 'onnxruntime', 'msgspec', 'yaml'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def labelled(picture: bytes) -> bytes:
    return in_png(picture, packet=xmp(attribute(MADE)))


def test_picture_that_ai_made_gets_its_strip(shelf: Shelf) -> None:
    pytest.importorskip("PIL", reason=EXTRA)

    async def run(pictures: Pictures) -> None:
        made = labelled(png(300, 200, padding=3000))
        assert (await pictures.judge(made)).label is Label.AI_MADE
        strips = {
            await pictures.with_strip(made, label, language)
            for label in (Label.AI_MADE, Label.AI_EDITED)
            for language in ("vi", "en")
        }
        assert len(strips | {made}) == 5
        assert {look(body) for body in strips} == {look(made)}
        assert (pictures.health["drawn"], pictures.health["fault"]) == (4, "")

    play(shelf, run)


@pytest.mark.parametrize(
    "body",
    [labelled(png(300, 200)[:-30] + bytes(3000)), labelled(png(40, 400, padding=3000)), b"none"],
    ids=["damaged", "decoration", "no picture"],
)
def test_picture_on_which_nothing_can_be_drawn_stays_as_it_is(shelf: Shelf, body: bytes) -> None:
    async def run(pictures: Pictures) -> None:
        drawn = await pictures.with_strip(body, Label.AI_MADE, "vi")
        assert drawn == body or look(drawn) == look(body)

    play(shelf, run)


def test_nothing_is_drawn_and_no_process_started_without_the_extra(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "can_draw", lambda: False)

    async def run(pictures: Pictures) -> None:
        made = labelled(png(300, 200, padding=3000))
        assert await pictures.with_strip(made, Label.AI_MADE, "vi") == made
        assert not pictures.draws and pictures.health["starts"] == 0

    play(shelf, run)
