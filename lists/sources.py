"""The line of a feed that a decision rests on, for the block page, the journal and `check`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kidgate.lists.faults import NamesFault
from kidgate.lists.names_file import NamesFile
from kidgate.policies.model import Source


def with_line(source: Source, feeds: Path) -> Source:
    """A feed's source with its line, looked up in the names files in `feeds`.

    As it came when it is no feed's, or when the file is gone or damaged: the verdict stands, only
    its line is unknown.
    """
    if source.kind != "feed" or source.line is not None:
        return source
    try:
        with NamesFile(feeds / f"{source.name}.names") as names:
            return replace(source, line=names.line_of(source.entry))
    except NamesFault:
        return source
