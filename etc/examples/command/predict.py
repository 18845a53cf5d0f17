"""Serves a trained model as a command: predict.py MODEL [INPUT,INPUT,...]. MODEL: see trained_model.py."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from inferd_model import serve  # noqa: E402
from trained_model import load  # noqa: E402

names, predict = load(sys.argv[1], sys.argv[2].split(",") if len(sys.argv) > 2 else None)
serve(lambda request: predict(request["features"]))
