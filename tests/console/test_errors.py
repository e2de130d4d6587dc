"""Exceptions as one message and an exit status."""

from __future__ import annotations

import errno
import importlib

import pytest

from kidgate.console.errors import NO, STATUS, UNREACHABLE, USAGE, failure_of
from kidgate.documents.faults import Fault, Faults
from kidgate.lists.faults import ImportRefused, Refusal


@pytest.mark.parametrize("name", STATUS)
def test_names_are_those_of_exceptions_when_looked_up(name: str) -> None:
    module, _, kind = name.rpartition(".")
    assert issubclass(getattr(importlib.import_module(module), kind), Exception)


def test_all_faults_are_told_when_a_document_has_several() -> None:
    failure = failure_of(Faults([Fault("a.yaml", 2, "is odd"), Fault("a.yaml", 1, "is wrong")]))
    assert failure is not None
    assert failure.exit_code == USAGE
    expected = "2 faults, nothing was changed:\na.yaml:1: is wrong\na.yaml:2: is odd"
    assert failure.message == expected


@pytest.mark.parametrize(
    ("reason", "status"),
    [(Refusal.HTML, NO), (Refusal.RATIO, NO), (Refusal.UNWRITABLE, UNREACHABLE)],
)
def test_refused_list_is_a_no_when_the_disk_is_not_to_blame(reason: Refusal, status: int) -> None:
    failure = failure_of(ImportRefused(reason, "no"))
    assert failure is not None
    assert failure.exit_code == status


@pytest.mark.parametrize(
    ("number", "advice"),
    [(errno.EROFS, "mount the disk writable"), (errno.ENOSPC, "free some space")],
)
def test_disk_faults_say_what_to_do_when_they_come(number: int, advice: str) -> None:
    failure = failure_of(OSError(number, "No luck", "/x"))
    assert failure is not None
    assert failure.exit_code == UNREACHABLE
    assert failure.message.startswith("`/x`: no luck; ")
    assert advice in failure.message


def test_mistakes_of_the_program_keep_their_traceback_when_they_come() -> None:
    assert failure_of(KeyError("x")) is None
    assert failure_of(ValueError("x")) is None
