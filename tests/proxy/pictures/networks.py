"""Tiny networks, built here: they look at nothing but the mean colour of a plain field."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from kidgate.content.images.model_spec import ModelSpec

SIDE = 32
SPEC = ModelSpec((SIDE,), ("adult", "harmless"), activation="softmax")


def reddish(path: Path, *, outputs: int = 2) -> Path:
    """A network that says `adult` of what is red: mean over the picture, one matrix."""
    weights = np.zeros((3, outputs), np.float32)
    weights[:, 0] = (12, -6, -6)
    nodes = [
        helper.make_node("GlobalAveragePool", ["picture"], ["mean"]),
        helper.make_node("Flatten", ["mean"], ["colour"]),
        helper.make_node("MatMul", ["colour", "weights"], ["said"]),
    ]
    return _save(path, nodes, [numpy_helper.from_array(weights, "weights")], outputs)


def without_end(path: Path) -> Path:
    """A network that takes minutes for each picture: a loop that adds to one number."""
    number = helper.make_tensor_value_info("n", TensorProto.FLOAT, [1, 2])
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["go_on"], ["and_on"]),
            helper.make_node("Add", ["n", "n"], ["more"]),
        ],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("go_on", TensorProto.BOOL, []),
            number,
        ],
        [
            helper.make_tensor_value_info("and_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("more", TensorProto.FLOAT, [1, 2]),
        ],
    )
    constants = [
        numpy_helper.from_array(np.array(2**60, np.int64), "turns"),
        numpy_helper.from_array(np.array(True), "yes"),
        numpy_helper.from_array(np.zeros((1, 2), np.float32), "zero"),
    ]
    nodes = [helper.make_node("Loop", ["turns", "yes", "zero"], ["said"], body=body)]
    return _save(path, nodes, constants, 2)


def _save(
    path: Path, nodes: list[onnx.NodeProto], constants: list[onnx.TensorProto], outputs: int
) -> Path:
    picture = helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, 3, SIDE, SIDE])
    said = helper.make_tensor_value_info("said", TensorProto.FLOAT, [1, outputs])
    graph = helper.make_graph(nodes, "tiny", [picture], [said], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.save(model, path)
    return path
