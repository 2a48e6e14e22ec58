"""The product's file of weights, read back as the network's: for going on with training where it ended."""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor


def weights_of(path: Path) -> dict[str, Tensor]:
    """The state of the network behind an exported file, its 8-bit matrices multiplied out."""
    graph = onnx.load(str(path)).graph
    stored = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    for name in [name for name in stored if name.endswith("_8")]:
        plain = name.removesuffix("_8")
        stored[plain] = stored[name].astype(np.float32) * stored[f"{plain}_scale"]
    state = {name: matrix for name, matrix in stored.items() if name.endswith((".weight", ".bias"))}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in stored:
            state[_layer(graph, node.output[0])] = stored[node.input[1]].T
    return {name: torch.from_numpy(np.array(matrix, dtype=np.float32)) for name, matrix in state.items()}


def _layer(graph: onnx.GraphProto, product: str) -> str:
    """The weight whose bias is added to a product of matrices: the exporter keeps only the bias's name."""
    bias = next(
        name for node in graph.node if node.op_type == "Add" and product in node.input for name in node.input if name.endswith(".bias")
    )
    return bias.removesuffix("bias") + "weight"
