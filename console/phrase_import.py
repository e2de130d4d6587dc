"""Lists of phrases as `phrases import` finds them: a file, a folder or an archive, with bounds.

What a line means is `kidgate.content.phrases.e2guardian`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kidgate.console.errors import NO, Failure
from kidgate.content.phrases.account import Account
from kidgate.content.phrases.e2guardian import Reader
from kidgate.content.phrases.list_files import endings, named_by, phrase_files
from kidgate.lists.streams import MIB, Limits
from kidgate.lists.trees import Tree, open_tree
from kidgate.policies.phrases import Phrase

LARGEST = 8 * MIB  # bytes of one list; e2guardian's largest has 100 KB
MOST_FILES = 2000
MOST_PHRASES = 100_000
LIMITS = Limits(unpacked=64 * MIB)


def read_lists(path: Path, member: str, category: str) -> tuple[tuple[Phrase, ...], Account]:
    """The phrases of every list at `path`, and what became of each line.

    Raises Failure, or ImportRefused for what cannot be unpacked.
    """
    source = _Source(path)
    chosen = phrase_files(source.tree.files, member)
    if not chosen:
        what = f"`{member}` in `{path}`" if member else f"`{path}`"
        message = "give a file, or a folder with files called weighted, banned or exception"
        raise Failure(f"{what} holds no list of phrases: {message}", NO)
    if len(chosen) > MOST_FILES:
        raise Failure(f"`{path}` holds more than {MOST_FILES} lists: name a --member", NO)
    source.load(chosen)
    account = Account()
    reader = Reader(account, source.opened, category=category)
    for name in chosen:
        reader.read(name)
        if len(reader.phrases) > MOST_PHRASES:
            raise Failure(f"`{path}` holds more than {MOST_PHRASES} phrases: name a --member", NO)
    return tuple(reader.phrases), account


class _Source:
    """The files of a path. Includes lead to others of the same tree, never out of it."""

    def __init__(self, path: Path) -> None:
        self.tree: Tree = open_tree(path, LIMITS)
        self._single = path if path.is_file() and self.tree.files == {path.name} else None
        self._loaded: Mapping[str, bytes] = {}

    def load(self, names: list[str]) -> None:
        """Read the chosen lists in one go: an archive is unpacked from its start each time."""
        self._loaded = {name: reader.read(LARGEST + 1) for name, reader in self.tree.each(names)}

    def opened(self, target: str, beside: str) -> tuple[str, bytes] | None:
        """See `e2guardian.Open`."""
        name = target if not beside else named_by(target, self.tree.files, beside)
        if name is None:
            return self._beside_single(target)
        data = self._loaded.get(name)
        if data is None:
            with self.tree.opened(name) as reader:
                data = reader.read(LARGEST + 1)
        return name, _bounded(name, data)

    def _beside_single(self, target: str) -> tuple[str, bytes] | None:
        """What an include of a single file means in the folder of that file."""
        if self._single is None:
            return None
        folder = self._single.absolute().parent
        for ending in endings(target):
            path = folder / ending
            if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                with path.open("rb") as file:
                    return ending, _bounded(ending, file.read(LARGEST + 1))
        return None


def _bounded(name: str, data: bytes) -> bytes:
    if len(data) > LARGEST:
        raise Failure(f"`{name}` is larger than {LARGEST // MIB} MB; is it a list of phrases?", NO)
    return data
