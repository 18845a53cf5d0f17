"""Trains a small network with PyTorch and writes it as ONNX: export.py R.csv HORIZON OUT, where R.csv is the output of
`inferd features`. Prints the names of the inputs, for `model = { file = OUT, features = [...] }`: torch.onnx.export writes no
metadata. The scaling of inputs and labels is part of the network, so inferd gives it the features as they are."""
import csv
import inspect
import sys

import torch

rows_file, horizon, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
names = ["ret_1h", "ret_24h", "vol_24h", "price_pos_24h", "price_pos_72h"]
with open(rows_file) as file:
    rows = [r for r in csv.DictReader(file) if all(r[n] for n in names)]
x = torch.tensor([[float(r[n]) for n in names] for r in rows[:-horizon]])
y = torch.tensor([[float(b["log_price"]) - float(a["log_price"])] for a, b in zip(rows, rows[horizon:])])


class Scaled(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("mean", x.mean(0))
        self.register_buffer("scale", x.std(0))
        self.register_buffer("unit", y.std())
        self.net = torch.nn.Sequential(torch.nn.Linear(len(names), 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))

    def forward(self, rows):
        return self.net((rows - self.mean) / self.scale) * self.unit


torch.manual_seed(1)
torch.set_num_threads(1)
model = Scaled()
optimizer = torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=0.01)
for _ in range(100):
    optimizer.zero_grad()
    torch.nn.functional.mse_loss(model(x), y).backward()
    optimizer.step()
older = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
torch.onnx.export(model.eval(), (torch.zeros(1, len(names)),), out, input_names=["x"], output_names=["y"],
                  dynamic_axes={"x": {0: "N"}, "y": {0: "N"}}, opset_version=17, **older)
print(",".join(names))
