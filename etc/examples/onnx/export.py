"""Fits a linear model with numpy and writes it as ONNX: export.py R.csv HORIZON OUT, where R.csv is the output of
`inferd features`. Any network is exported alike; what counts: one input [N, k], the first output [N, 1], and the names of the
columns in the metadata `features`."""
import csv
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

rows_file, horizon, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
names = ["ret_1h", "ret_24h", "vol_24h", "price_pos_24h"]
with open(rows_file) as file:
    rows = [r for r in csv.DictReader(file) if all(r[n] for n in names)]
x = np.array([[float(r[n]) for n in names] for r in rows[:-horizon]])
y = np.array([float(b["log_price"]) - float(a["log_price"]) for a, b in zip(rows, rows[horizon:])])
mean, scale = x.mean(0), x.std(0)
z = (x - mean) / scale
weights = np.linalg.solve(z.T @ z + 1000 * np.eye(len(names)), z.T @ (y - y.mean()))
constants = {"mean": mean, "scale": scale, "weights": weights[:, None], "bias": np.array([y.mean()])}
graph = helper.make_graph(
    [helper.make_node("Sub", ["x", "mean"], ["centred"]), helper.make_node("Div", ["centred", "scale"], ["z"]),
     helper.make_node("MatMul", ["z", "weights"], ["product"]), helper.make_node("Add", ["product", "bias"], ["y"])],
    "linear", [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", len(names)])],
    [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 1])],
    [numpy_helper.from_array(v.astype(np.float32), k) for k, v in constants.items()])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
helper.set_model_props(model, {"features": ",".join(names)})
onnx.checker.check_model(model)
onnx.save(model, out)
