"""Trains a model of the return over the next HORIZON rows: train.py R.csv HORIZON OUT, where R.csv is the output of
`inferd features`. OUT is XGBoost's .json or .ubj, which inferd reads: its feature names say which features it gets."""
import csv
import sys

import numpy as np
import xgboost

rows_file, horizon, out = sys.argv[1], int(sys.argv[2]), sys.argv[3]
names = ["ret_1h", "ret_24h", "vol_24h", "price_pos_24h", "price_pos_72h", "ma_ratio_72_24", "exp_vol_ratio"]
with open(rows_file) as file:
    rows = [r for r in csv.DictReader(file) if all(r[n] for n in names)]
x = np.array([[float(r[n]) for n in names] for r in rows[:-horizon]])
y = np.array([float(b["log_price"]) - float(a["log_price"]) for a, b in zip(rows, rows[horizon:])])
model = xgboost.train({"objective": "reg:squarederror", "max_depth": 3, "eta": 0.05, "nthread": 1},
                      xgboost.DMatrix(x, y, feature_names=names), num_boost_round=50)
model.save_model(out)
