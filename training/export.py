"""Makes the product's one file of trained weights: `python export.py WEIGHTS.pt --out reader.onnx` (8-bit integers, vocabulary inside)."""

import argparse
import hashlib
import json
import re
import tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from network import Network, unpack_base
from onnx import TensorProto, helper, numpy_helper
from train import vocabulary_of

OUTPUTS = ["roles", "overlays", "types", "acts", "knowledge", "vectors"]
LARGE = 20_000
"""Numbers of a matrix that is worth shrinking."""
PRODUCT = Path(__file__).parent.parent / "kiwi" / "local" / "read"


def shrink(model: onnx.ModelProto) -> None:
    """Keep each large matrix as 8-bit integers with a scale a column, which are multiplied out when the model is loaded.

    Only the weights lose precision: quantised activations cost 5 of 100 briefs, and saturate on processors without VNNI. The word vectors
    stay integers with a scale a row, since a brief needs a few rows of them.
    """
    graph = model.graph
    large = {one.name: one for one in graph.initializer if one.data_type == TensorProto.FLOAT and np.prod(one.dims) > LARGE}
    users = {name: node for node in graph.node for name in node.input if name in large}
    added: list[onnx.NodeProto] = []
    for name, tensor in large.items():
        matrix = numpy_helper.to_array(tensor)
        rows = users[name].op_type == "Gather"
        scale = np.maximum(np.abs(matrix).max(axis=1 if rows else 0, keepdims=True), 1e-8) / 127
        whole = np.round(matrix / scale).astype(np.int8)
        graph.initializer.remove(tensor)
        graph.initializer.append(numpy_helper.from_array(whole, f"{name}_8"))
        graph.initializer.append(numpy_helper.from_array(scale if rows else scale.ravel(), f"{name}_scale"))
        if rows:
            node = users[name]
            ids, out = node.input[1], node.output[0]
            node.input[0], node.output[0] = f"{name}_8", f"{out}_8"
            at = list(graph.node).index(node) + 1
            for place, one in enumerate(
                (
                    helper.make_node("Cast", [f"{out}_8"], [f"{out}_float"], to=TensorProto.FLOAT),
                    helper.make_node("Gather", [f"{name}_scale", ids], [f"{out}_scale"]),
                    helper.make_node("Mul", [f"{out}_float", f"{out}_scale"], [out]),
                )
            ):
                graph.node.insert(at + place, one)
        else:
            axis = 1
            added.append(helper.make_node("DequantizeLinear", [f"{name}_8", f"{name}_scale"], [name], axis=axis))
    for node in reversed(added):
        graph.node.insert(0, node)


def main() -> None:
    """Export, quantise, and write the file's sha256 into the program that loads it."""
    options = argparse.ArgumentParser()
    options.add_argument("weights", type=Path)
    options.add_argument("--base", type=Path, default=Path("base"))
    options.add_argument("--out", type=Path, default=PRODUCT / "reader.onnx")
    options.add_argument("--float", action="store_true", help="leave the weights as they are, to see what the quantisation costs")
    chosen = options.parse_args()
    base = unpack_base(chosen.base)
    network = Network(base)
    network.load_state_dict(torch.load(chosen.weights))
    network.eval()
    with tempfile.TemporaryDirectory() as name:
        whole = Path(name) / "whole.onnx"
        ids = torch.ones((2, 7), dtype=torch.long)
        axes = {0: "texts", 1: "pieces"}
        dynamic = {"ids": axes, "cases": axes, "mask": axes, "roles": axes, "overlays": axes} | {part: {0: "texts"} for part in OUTPUTS[2:]}
        torch.onnx.export(
            network, (ids, torch.zeros_like(ids), ids), str(whole), input_names=["ids", "cases", "mask"], output_names=OUTPUTS,
            dynamic_axes=dynamic, opset_version=17, dynamo=False,
        )  # fmt: skip
        model = onnx.load(str(whole))
        if not chosen.float:
            shrink(model)
        for key, value in (("vocabulary", json.dumps(vocabulary_of(base), ensure_ascii=False)), ("base", "all-MiniLM-L6-v2, Apache-2.0")):
            model.metadata_props.add(key=key, value=value)
        content = model.SerializeToString()
    chosen.out.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    print(f"{chosen.out}: {len(content) / 1e6:.1f} MB, sha256 {digest}")
    if chosen.out.parent == PRODUCT:
        program = PRODUCT / "encoder.py"
        program.write_text(re.sub(r'^SHA256 = ".*"$', f'SHA256 = "{digest}"', program.read_text(), flags=re.M))


if __name__ == "__main__":
    main()
