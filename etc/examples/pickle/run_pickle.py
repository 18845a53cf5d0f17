"""Runs the pickled function of the builder kit: run_pickle.py predict.pkl.

The function takes nothing, or the nonce, and returns the prediction. A pickle runs code when it is loaded: use your own only."""
import inspect
import sys
from pathlib import Path

import cloudpickle

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from inferd_model import serve  # noqa: E402

with open(sys.argv[1], "rb") as file:
    function = cloudpickle.load(file)
takes_nonce = len(inspect.signature(function).parameters) > 0


def predict(request):
    return function(request["nonce"]) if takes_nonce else function()


serve(predict)
