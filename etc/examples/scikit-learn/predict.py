"""Serves what train.py wrote: predict.py model.joblib."""
import sys
from pathlib import Path

import joblib

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from inferd_model import serve  # noqa: E402

kept = joblib.load(sys.argv[1])


def predict(request):
    return kept["model"].predict([[request["features"][name] for name in kept["names"]]])[0]


serve(predict)
