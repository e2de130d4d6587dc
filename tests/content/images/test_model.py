"""Pictures to numbers and back."""

from __future__ import annotations

import pytest

pytest.importorskip("numpy", reason="needs the extra `images`")
pytest.importorskip("PIL", reason="needs the extra `images`")

import numpy as np
from PIL import Image

from kidgate.content.images.model import WrongOutput, prepare, scores, worst
from kidgate.content.images.model_spec import ModelSpec

LABELS = ("harmless", "adult", "adult", "gore")


def picture() -> Image.Image:
    """Red on the left, blue on the right, 60 x 20."""
    pixels = np.zeros((20, 60, 3), np.uint8)
    pixels[:, :30, 0], pixels[:, 30:, 2] = 200, 100
    return Image.fromarray(pixels)


def test_picture_is_laid_out_as_described() -> None:
    batch = prepare(picture(), ModelSpec((20,), LABELS, divide_by=1))
    assert batch.shape == (1, 3, 20, 20) and batch.dtype == np.float32
    assert batch[0, :, 5, 2].tolist() == [200, 0, 0]
    turned = prepare(picture(), ModelSpec((20,), LABELS, "nhwc", "bgr", divide_by=1))
    assert turned.shape == (1, 20, 20, 3)
    assert turned[0, 5, 2].tolist() == [0, 0, 200]


def test_width_and_height_are_not_confused() -> None:
    assert prepare(picture(), ModelSpec((40, 16), LABELS)).shape == (1, 3, 16, 40)


def test_values_are_scaled_before_the_mean_is_taken_off() -> None:
    spec = ModelSpec((20,), LABELS, divide_by=200, mean=(0.5, 0, 0), deviation=(0.25, 1, 1))
    assert prepare(picture(), spec)[0, :, 5, 2].tolist() == [2, 0, 0]


def test_crop_takes_the_middle() -> None:
    batch = prepare(picture(), ModelSpec((20,), LABELS, fit="crop", divide_by=1))
    assert batch[0, 0, 10, :9].min() == 200 and batch[0, 2, 10, 11:].min() == 100
    upright = picture().transpose(Image.Transpose.ROTATE_90)
    assert prepare(upright, ModelSpec((20,), LABELS, fit="crop")).shape == (1, 3, 20, 20)


@pytest.mark.parametrize(
    ("activation", "exclusive", "output", "want"),
    [
        ("none", True, [0.1, 0.3, 0.4, 0.2], {"adult": 70.0, "gore": 20.0}),
        ("none", False, [0.1, 0.3, 0.4, 0.2], {"adult": 40.0, "gore": 20.0}),
        ("none", True, [0, 0.9, 0.9, -3], {"adult": 100.0, "gore": 0.0}),
        ("softmax", True, [1000, 0, 0, 1000], {"adult": 0.0, "gore": 50.0}),
        ("sigmoid", False, [0, 0, -1000, 1000], {"adult": 50.0, "gore": 100.0}),
    ],
)
def test_scores_of_a_category(
    activation: str, exclusive: bool, output: list[float], want: dict[str, float]
) -> None:
    spec = ModelSpec((20,), LABELS, activation=activation, exclusive=exclusive)
    assert scores(np.array([output], np.float32), spec) == want


@pytest.mark.parametrize("output", [[1, 2, 3], [], [float("nan"), 0, 0, 0], [float("inf")] * 4])
def test_output_that_is_not_as_described_is_a_fault(output: list[float]) -> None:
    with pytest.raises(WrongOutput):
        scores(np.array(output, np.float32), ModelSpec((20,), LABELS))


def test_worst_frame_counts() -> None:
    assert worst([{"adult": 1.0, "gore": 9.0}, {"adult": 5.0}]) == {"adult": 5.0, "gore": 9.0}
    assert worst([]) == {}
