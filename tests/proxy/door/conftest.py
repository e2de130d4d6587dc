"""Fixtures of the door's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from kidgate.proxy.ca import ensure_ca
from tests.e2e.pki import Authority
from tests.proxy.stand import NOW


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our CA, and the roots that upstream certificates are held against."""
    root = tmp_path_factory.mktemp("door")
    (root / "ca").mkdir()
    ensure_ca(root / "ca", now=NOW)
    Authority.make(root).pem.rename(root / "roots.pem")
    return root
