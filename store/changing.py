"""A change to the policy: read, edit, write, and once more where another came first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol, cast

from kidgate.policies.rows import PolicyRows
from kidgate.policies.rows_json import to_json
from kidgate.store.edits import Edit, changes

TRIES = 3  # when others change the policy meanwhile


class Conflict(RuntimeError):
    """The policy has moved on since the caller read it; read it again and repeat the edit."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A policy after a change: its version, its rows, and what differs from before."""

    version: int
    rows: PolicyRows
    edits: list[Edit]


class Read(Protocol):
    """The newest policy and its version; `again`: one read before is too old."""

    def __call__(self, *, again: bool) -> tuple[PolicyRows, int]: ...


def change(
    read: Read,
    do: Callable[..., dict[str, Any]],
    edit: Callable[[PolicyRows], PolicyRows],
    **said: Any,
) -> Changed:
    """Make a change to the newest policy.

    `do` asks a writer; `said` goes with the command: `author`, `comment`, `by`. Raises Conflict
    after `TRIES`, and what `edit` and `do` raise.
    """
    for left in reversed(range(TRIES)):
        before, base = read(again=left < TRIES - 1)
        after = edit(before)
        try:
            answer = do("policy.write", rows=to_json(after), base=base, **said)
        except Conflict:
            if not left:
                raise
            continue
        after = numbered(after, answer["ids"])
        return Changed(answer["version"], after, changes(before, after))
    raise AssertionError("the last try raises")


def numbered(rows: PolicyRows, ids: dict[str, list[int]]) -> PolicyRows:
    """Rows with the numbers that the writer gave them."""
    found = {
        kind: tuple(
            cast("Any", replace(row, id=number))
            for row, number in zip(getattr(rows, kind), numbers, strict=True)
        )
        for kind, numbers in ids.items()
    }
    return replace(rows, **cast("Any", found))
