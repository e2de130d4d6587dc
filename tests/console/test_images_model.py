"""A network of the owner's: tried before it is taken. The trial itself is tested where it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from kidgate.content.images.model_spec import ModelSpec
from kidgate.proxy.pictures.trial import ModelRefused, Trial
from tests.console.runner import Kidgate

GOOD = "size: 32\nlabels: [adult, harmless]\nactivation: softmax\n"


@pytest.fixture
def network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that a trial takes for a network with two numbers in its output."""

    async def try_model(path: Path, spec: ModelSpec) -> Trial:
        if len(spec.labels) != 2:
            raise ModelRefused("the model failed")
        return Trial({"adult": 50.0}, 12.0)

    monkeypatch.setattr("kidgate.proxy.pictures.trial.try_model", try_model)
    path = tmp_path / "net.onnx"
    path.write_bytes(b"a network")
    return path


def described(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "net.yaml"
    path.write_text(text)
    return path


def test_model_is_set_shown_tried_and_removed(
    house: Kidgate, network: Path, tmp_path: Path
) -> None:
    assert "No model" in house("images", "model", "show")
    said = house.json("images", "model", "set", network, described(tmp_path, GOOD))
    assert (said["file"], said["categories"], said["milliseconds"]) == ("net.onnx", ["adult"], 12)
    shown = house.json("images", "model", "show")
    assert shown == {key: said[key] for key in shown}
    tried = house.json("images", "test")
    assert tried["sound"] and tried["exact"] is None
    assert tried["model"]["scores"] == {"adult": 50.0}
    house("images", "model", "remove")
    assert house.json("images", "model", "show") is None
    assert "there is no model" in house.fails(1, "images", "model", "remove")


def test_description_with_faults_changes_nothing(
    house: Kidgate, network: Path, tmp_path: Path
) -> None:
    before = house.files()
    text = "size: 5\nlabels: [adult]\nlayot: nchw\n"
    said = house.fails(2, "images", "model", "set", network, described(tmp_path, text))
    assert "2 faults" in said and "net.yaml:1" in said and "net.yaml:3" in said
    assert house.files() == before


def test_guess_of_a_network_is_never_illegal_material(
    house: Kidgate, network: Path, tmp_path: Path
) -> None:
    description = described(tmp_path, GOOD.replace("adult", "illegal"))
    said = house.fails(2, "images", "model", "set", network, description)
    assert "`illegal` is no category" in said


def test_network_that_does_not_work_changes_nothing(
    house: Kidgate, network: Path, tmp_path: Path
) -> None:
    before = house.files()
    description = described(tmp_path, GOOD.replace("adult,", "adult, gore,"))
    said = house.fails(1, "images", "model", "set", network, description)
    assert "the model failed" in said and "nothing was changed" in said
    assert house.files() == before
