#!/usr/bin/env python3
"""Makes the small ONNX models beside it and rows_onnx.csv, what onnxruntime predicts with them for rows200.csv.

Needs numpy, onnx 1.23 and onnxruntime 1.32. The weights are drawn once, from one seed."""
import csv
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

here = Path(__file__).parent
rows = list(csv.DictReader((here / "rows200.csv").open()))
names = [n for n in rows[0] if n != "timestamp" and not n.startswith("pred_")]
x = np.array([[float(r[n]) for n in names] for r in rows])
mean, scale = x.mean(0), x.std(0)
rng = np.random.default_rng(7)
w1, b1, w2, b2 = (rng.normal(size=s) * k for s, k in (((10, 8), 0.5), ((8,), 0.1), ((8, 1), 0.01), ((1,), 0.001)))


def save(name, nodes, inputs, outputs, constants, opset=17, metadata=None, domains=()):
    graph = helper.make_graph(nodes, "g", inputs, outputs, [numpy_helper.from_array(v, k) for k, v in constants.items()])
    opsets = [helper.make_opsetid("", opset)] + [helper.make_opsetid(d, 1) for d in domains]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    if metadata:
        helper.set_model_props(model, metadata)
    onnx.save(model, here / name)


def value(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def mlp(kind):
    c = {k: v.astype(kind) for k, v in dict(mean=mean, scale=scale, w1=w1, b1=b1, w2=w2, b2=b2).items()}
    n = helper.make_node
    return [n("Sub", ["x", "mean"], ["a"]), n("Div", ["a", "scale"], ["b"]), n("MatMul", ["b", "w1"], ["c"]),
            n("Add", ["c", "b1"], ["d"]), n("Tanh", ["d"], ["e"]), n("MatMul", ["e", "w2"], ["f"]), n("Add", ["f", "b2"], ["y"])], c


nodes, constants = mlp(np.float32)
save("mlp.onnx", nodes, [value("x", ["N", 10])], [value("y", ["N", 1])], constants, metadata={"features": ",".join(names)})
save("unnamed.onnx", nodes, [value("x", ["N", 10])], [value("y", ["N", 1])], constants)
double_nodes, double_constants = mlp(np.float64)
save("mlp_double.onnx", double_nodes, [value("x", ["N", 10], TensorProto.DOUBLE)], [value("y", ["N", 1], TensorProto.DOUBLE)],
     double_constants, metadata={"features": ",".join(names)})
save("columns.onnx", [helper.make_node("Mul", ["ret_1h", "vol_24h"], ["a"]), helper.make_node("Add", ["a", "ret_24h"], ["y"])],
     [value(n, ["N", 1]) for n in ("ret_1h", "vol_24h", "ret_24h")], [value("y", ["N", 1])], {})
# What must be refused.
save("nan.onnx", [helper.make_node("Add", ["x", "c"], ["y"])], [value("x", [1, 1])], [value("y", [1, 1])],
     {"c": np.array([[np.nan]], np.float32)}, metadata={"features": "ret_1h"})
save("unknown_opset.onnx", nodes, [value("x", ["N", 10])], [value("y", ["N", 1])], constants, opset=999)
save("calls_out.onnx", [helper.make_node("PyOp", ["x"], ["y"], domain="ai.onnx.contrib")], [value("x", ["N", 10])],
     [value("y", ["N", 1])], {}, metadata={"features": ",".join(names)}, domains=("ai.onnx.contrib",))
save("text.onnx", [helper.make_node("Identity", ["x"], ["y"])], [value("x", ["N", 10], TensorProto.STRING)],
     [value("y", ["N", 10], TensorProto.STRING)], {}, metadata={"features": ",".join(names)})

with (here / "rows_onnx.csv").open("w") as out:
    kinds = {"mlp.onnx": np.float32, "mlp_double.onnx": np.float64}
    sessions = {k: onnxruntime.InferenceSession(here / k, providers=["CPUExecutionProvider"]) for k in (*kinds, "columns.onnx")}
    print(",".join(sessions), file=out)
    for row in x:
        values = [sessions[k].run(None, {"x": row[None].astype(t)})[0].item() for k, t in kinds.items()]
        feed = {n: np.array([[row[names.index(n)]]], np.float32) for n in ("ret_1h", "vol_24h", "ret_24h")}
        values.append(sessions["columns.onnx"].run(None, feed)[0].item())
        print(",".join(format(v, ".17g") for v in values), file=out)
