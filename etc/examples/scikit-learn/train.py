"""Trains a model of the return over the next HORIZON rows: train.py R.csv HORIZON OUT, where R.csv is the output of
`inferd features`. Writes OUT with joblib."""
import csv
import sys

import joblib
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

rows_file, horizon, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
names = ["ret_1h", "ret_24h", "vol_24h", "price_pos_24h", "price_pos_72h"]
with open(rows_file) as file:
    rows = [r for r in csv.DictReader(file) if all(r[n] for n in names)]
x = [[float(r[n]) for n in names] for r in rows[:-horizon]]
y = [float(b["log_price"]) - float(a["log_price"]) for a, b in zip(rows, rows[horizon:])]
model = make_pipeline(StandardScaler(), Ridge(alpha=100.0)).fit(x, y)
joblib.dump({"model": model, "names": names}, out)
