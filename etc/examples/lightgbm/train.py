"""Trains a model of the return over the next HORIZON rows: train.py R.csv HORIZON OUT, where R.csv is the output of
`inferd features`. OUT is LightGBM's text format, which inferd reads: its feature names say which features it gets."""
import csv
import sys

import lightgbm
import numpy as np

rows_file, horizon, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
names = ["ret_1h", "ret_24h", "vol_24h", "price_pos_24h", "price_pos_72h", "ma_ratio_72_24", "exp_vol_ratio"]
with open(rows_file) as file:
    rows = [r for r in csv.DictReader(file) if all(r[n] for n in names)]
x = np.array([[float(r[n]) for n in names] for r in rows[:-horizon]])
y = np.array([float(b["log_price"]) - float(a["log_price"]) for a, b in zip(rows, rows[horizon:])])
model = lightgbm.train({"objective": "regression", "num_leaves": 15, "learning_rate": 0.05, "verbosity": -1, "num_threads": 1},
                       lightgbm.Dataset(x, y, feature_name=names), num_boost_round=50)
model.save_model(out)
