"""The folder `images` of the home: lists of hashes, what is compiled from them, the owner's model.

    lists/NAME.list   MAGIC, a line of JSON (`Kept`), the SHA-256 digests, the PDQ hashes
    hashes.kgh        all lists, compiled; see `kidgate.content.images.layout`
    model.json        what the model is (`Model`); its network is the file it names

Each file is replaced as a whole. No picture is ever kept here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO

from xxhash import xxh3_64_hexdigest

from kidgate.content.images.canary import NAME as CANARY
from kidgate.content.images.compile import Compiled, HashList, compile_hashes
from kidgate.content.images.entries import Read
from kidgate.content.images.layout import DIGEST, LONGEST_NAME, HashesFault
from kidgate.content.images.model_spec import ModelSpec, from_plain, to_plain
from kidgate.lists.replacing import replacing

MAGIC = b"KGLIST 1\n"
NAME = re.compile(rf"[a-z0-9][a-z0-9._-]{{0,{LONGEST_NAME - 1}}}")


@dataclass(frozen=True, slots=True)
class Kept:
    """A list that is kept."""

    name: str
    exact: int
    near: int
    at: str  # when it was read, ISO 8601
    source: str  # the file's name
    checksum: str  # xxh3_64 of the hashes


@dataclass(frozen=True, slots=True)
class Model:
    """The owner's network."""

    file: str  # its name in the folder
    sha256: str
    spec: ModelSpec
    at: str
    source: str


class Shelf:
    """Reading and replacing what lies in the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lists = folder / "lists"
        self.hashes = folder / "hashes.kgh"
        self.model_file = folder / "model.json"

    @property
    def has_lists(self) -> bool:
        return bool(self._paths())

    def kept(self) -> tuple[Kept, ...]:
        """The lists, by name. Raises HashesFault."""
        return tuple(self._read(path)[0] for path in self._paths())

    def keep(self, name: str, read: Read, *, at: str, source: str) -> Kept:
        """Put a list in the place of the one of this name. Raises ValueError or OSError."""
        if not NAME.fullmatch(name) or name == CANARY:
            raise ValueError(f"`{name}` cannot be a list's name: use a-z, 0-9, dots and hyphens")
        hashes = b"".join((*sorted(read.exact), *sorted(read.near)))
        sizes = (len(read.exact), len(read.near))
        kept = Kept(name, *sizes, at, source, xxh3_64_hexdigest(hashes))
        with self._replaced(self.lists / f"{name}.list") as file:
            file.write(MAGIC + json.dumps(asdict(kept)).encode() + b"\n" + hashes)
        return kept

    def build(self) -> Compiled:
        """Compile all lists anew. Raises HashesFault, OSError, or ImportError without numpy."""
        lists = []
        for path in self._paths():
            kept, hashes = self._read(path)
            middle = DIGEST * kept.exact
            lists.append(HashList(kept.name, hashes[:middle], hashes[middle:]))
        with self._replaced(self.hashes) as file:
            return compile_hashes(file, lists)

    def model(self) -> Model | None:
        """The model, if there is one. Raises ValueError when its document is damaged."""
        try:
            plain = json.loads(self.model_file.read_bytes())
            return Model(**plain | {"spec": from_plain(plain["spec"])})
        except FileNotFoundError:
            return None
        except (ValueError, TypeError, KeyError, OSError) as fault:
            raise ValueError(
                f"`{self.model_file}` cannot be read ({fault}): run kidgate images model set"
            ) from fault

    def put_model(self, source: Path, spec: ModelSpec, *, at: str) -> Model:
        """Copy a network here and make it the model. Raises OSError."""
        with source.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        model = Model(f"model-{digest[:16]}.onnx", digest, spec, at, source.name)
        with self._replaced(self.folder / model.file) as copy, source.open("rb") as file:
            shutil.copyfileobj(file, copy)
        document: Mapping[str, object] = {
            name: to_plain(spec) if name == "spec" else getattr(model, name)
            for name in Model.__slots__
        }
        with self._replaced(self.model_file) as copy:
            copy.write(json.dumps(document, indent=1).encode() + b"\n")
        self._sweep(model.file)
        return model

    def drop_model(self) -> bool:
        """Take the model away; False when there is none."""
        there = self.model_file.exists()
        self.model_file.unlink(missing_ok=True)
        self._sweep("")
        return there

    def _sweep(self, kept: str) -> None:
        for path in self.folder.glob("model-*.onnx"):
            if path.name != kept:
                path.unlink(missing_ok=True)

    def _paths(self) -> list[Path]:
        return sorted(self.lists.glob("*.list"))

    @contextmanager
    def _replaced(self, path: Path) -> Iterator[BinaryIO]:
        """A file to write, as `replacing` does, that the workers can read."""
        for folder in (self.folder, self.lists):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with replacing(path) as file:
            yield file
            if os.geteuid() == 0:  # an adult with sudo; the workers run as the owner of the home
                owner = self.folder.parent.stat()
                for place in (file.fileno(), self.folder, self.lists):
                    os.chown(place, owner.st_uid, owner.st_gid)

    def _read(self, path: Path) -> tuple[Kept, memoryview]:
        data = path.read_bytes()
        line, _, _ = data[len(MAGIC) :].partition(b"\n")
        try:
            kept = Kept(**json.loads(line))
            hashes = memoryview(data)[len(MAGIC) + len(line) + 1 :]
            sound = (
                data.startswith(MAGIC)
                and len(hashes) == DIGEST * (kept.exact + kept.near)
                and xxh3_64_hexdigest(hashes) == kept.checksum
            )
        except (ValueError, TypeError):
            sound = False
        if not sound:
            raise HashesFault(f"`{path}` is damaged: run kidgate images add with its list again")
        return kept, hashes


def opened(path: Path) -> int:
    """A descriptor of the compiled hashes, to read pieces of. Raises OSError."""
    return os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
