"""Reads what the training examples write, with the library that wrote it.

    from trained_model import load
    names, predict = load("m.txt")          # .joblib, .txt of LightGBM, .json or .ubj of XGBoost, .onnx
    predict({"ret_1h": 0.001, ...})         # a number; KeyError: an input is missing

`names` are the inputs in the model's order. A .onnx without `features` in its metadata needs them as the second argument."""
from pathlib import Path

import numpy as np


def load(path, names=None):
    kind = Path(path).suffix
    if kind == ".joblib":
        import joblib

        kept = joblib.load(path)
        names, run = kept["names"], kept["model"].predict
    elif kind == ".txt":
        import lightgbm

        model = lightgbm.Booster(model_file=str(path))
        names, run = model.feature_name(), model.predict
    elif kind in (".json", ".ubj"):
        import xgboost

        model = xgboost.Booster(model_file=str(path))
        names = model.feature_names
        run = lambda rows: model.predict(xgboost.DMatrix(rows, feature_names=names))  # noqa: E731
    elif kind == ".onnx":
        import onnxruntime

        session = onnxruntime.InferenceSession(str(path))
        kept = session.get_modelmeta().custom_metadata_map.get("features")
        names = kept.split(",") if kept else names
        if not names:
            raise ValueError(f"{path} does not name its inputs")
        run = lambda rows: session.run(None, {session.get_inputs()[0].name: rows.astype(np.float32)})[0]  # noqa: E731
    else:
        raise ValueError(f"{path} is none of .joblib, .txt, .json, .ubj and .onnx")
    return names, lambda features: float(np.ravel(run(np.array([[features[n] for n in names]], dtype=float)))[0])
