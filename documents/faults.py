"""What is wrong in a document that a person wrote, and where. All of it at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SHOWN = 100  # faults printed; a file that is not YAML of ours at all needs no longer list


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to put right. `line` counts from 1; 0: the document as a whole."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        # A name in the document could hold a line's end, or an escape that steers the terminal.
        return "".join(
            c if c.isprintable() else f"\\x{ord(c):02x}" for c in f"{place}: {self.message}"
        )


class Faults(ValueError):
    """Every fault of one or more documents, in order of file and line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(dict.fromkeys(faults)))
        super().__init__(self.faults)

    def __str__(self) -> str:
        lines = [str(fault) for fault in self.faults[:SHOWN]]
        if more := len(self.faults) - SHOWN:
            lines += [f"... and {more} more faults"] if more > 0 else []
        return "\n".join(lines)
