"""What is missing is named, and only what is needed."""

from __future__ import annotations

import pytest

from kidgate.proxy.pictures.libraries import missing


def test_only_what_is_needed_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert missing(near=False, model=False) == ()
    assert missing(near=True, model=False) == ("numpy", "PIL")
    assert missing(near=False, model=True) == ("numpy", "PIL", "onnxruntime")
