"""Whether the folder `images` out of a backup is whole: half of it would look like all of it, and
stop nothing."""

from __future__ import annotations

from hashlib import file_digest

from xxhash import xxh3_64

from kidgate.content.images.layout import CHECKED_FROM, HEADER, HashesFault, damaged, read_header
from kidgate.proxy.pictures.shelf import Shelf

CHUNK = 1 << 20


def check(shelf: Shelf) -> None:
    """Raises HashesFault or OSError."""
    if shelf.kept() or shelf.hashes.exists():
        _check_hashes(shelf)
    try:
        model = shelf.model()
    except ValueError as fault:
        raise HashesFault(str(fault)) from fault
    if model is None:
        return
    network = shelf.folder / model.file
    if network.parent != shelf.folder or not network.is_file():
        raise HashesFault(f"`{model.file}` is no network of the model")
    with network.open("rb") as file:
        if file_digest(file, "sha256").hexdigest() != model.sha256:
            raise HashesFault(f"`{model.file}` is not what the model's document says")


def _check_hashes(shelf: Shelf) -> None:
    if not shelf.hashes.exists():
        raise damaged("they are missing")
    with shelf.hashes.open("rb") as file:
        header = read_header(file.read(HEADER.size))
        file.seek(CHECKED_FROM)
        found = xxh3_64()
        while piece := file.read(CHUNK):
            found.update(piece)
    if found.intdigest() != header.checksum:
        raise damaged("their checksum does not hold")
