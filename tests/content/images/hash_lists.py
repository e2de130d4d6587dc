"""Made-up hashes, and files of them compiled in memory."""

from __future__ import annotations

import io
import random

from kidgate.content.images.compile import HashList, compile_hashes


def digests(count: int, seed: int) -> list[bytes]:
    """As SHA-256 are: any bits."""
    chance = random.Random(seed)
    return sorted(chance.randbytes(32) for _ in range(count))


def perceptual(count: int, seed: int) -> list[bytes]:
    """As PDQ are: half of the bits."""
    chance = random.Random(seed)
    found = (sum(1 << bit for bit in chance.sample(range(256), 128)) for _ in range(count))
    return sorted(number.to_bytes(32) for number in found)


def flipped(bits: bytes, count: int, seed: int) -> bytes:
    """With so many bits turned over."""
    number = int.from_bytes(bits)
    for bit in random.Random(seed).sample(range(256), count):
        number ^= 1 << bit
    return number.to_bytes(32)


def hash_list(name: str, exact: list[bytes], near: list[bytes]) -> HashList:
    return HashList(name, memoryview(b"".join(exact)), memoryview(b"".join(near)))


def compiled(*lists: HashList) -> bytes:
    file = io.BytesIO()
    compile_hashes(file, lists)
    return file.getvalue()
