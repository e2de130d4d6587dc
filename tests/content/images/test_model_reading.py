"""Descriptions of networks: read whole, or refused with every fault."""

from __future__ import annotations

import json

import pytest

from kidgate.content.images.model_reading import read_spec
from kidgate.content.images.model_spec import ModelSpec, from_plain, to_plain
from kidgate.documents.faults import Faults

CATEGORIES = frozenset({"adult", "gore", "violence"})
WHOLE = """
size: [224, 192]
layout: nhwc
colours: bgr
divide_by: 1
mean: [104, 117.5, 123]
deviation: 2
fit: crop
activation: sigmoid
exclusive: false
labels: [harmless, adult, adult, gore]
"""


def test_whole_description_is_read() -> None:
    spec = read_spec(WHOLE, "m.yaml", CATEGORIES)
    assert (spec.width, spec.height) == (224, 192)
    assert spec.mean == (104, 117.5, 123)
    assert spec.deviation == (2,)
    assert spec.categories == ("adult", "gore")
    assert not spec.exclusive


def test_json_is_read_as_well() -> None:
    spec = read_spec('{"size": 64, "labels": ["adult", "harmless"]}', "m.json", CATEGORIES)
    assert spec == ModelSpec((64,), ("adult", "harmless"))
    assert (spec.width, spec.height) == (64, 64)


def test_description_survives_json() -> None:
    spec = read_spec(WHOLE, "m.yaml", CATEGORIES)
    assert from_plain(json.loads(json.dumps(to_plain(spec)))) == spec


def test_every_fault_is_told_at_once() -> None:
    text = "size: [1, 2, 3000]\nlabels: [adult]\nlayouts: nchw\n"
    with pytest.raises(Faults) as caught:
        read_spec(text, "m.yaml", CATEGORIES)
    said = str(caught.value)
    assert "m.yaml:1" in said and "`1`" in said and "`3000`" in said
    assert "layouts" in said and "`layout`" in said


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("labels: [adlut, harmless]", "`adlut` is no category"),
        ("labels: [harmless]", "finds nothing"),
        ("labels: []", "1 to 1000"),
        ("labels: [adult]\nlayout: cwh", "nchw or nhwc"),
        ("labels: [adult]\nmean: [1, 2]", "one for each of the three"),
        ("labels: [adult]\ndeviation: 0", "greater than 0"),
        ("labels: [adult]\nsize: [32, 32, 32]", "one side"),
    ],
)
def test_what_makes_no_sense_is_refused(line: str, why: str) -> None:
    text = line if "size" in line else f"size: 32\n{line}"
    with pytest.raises(Faults, match=why):
        read_spec(text, "m.yaml", CATEGORIES)
