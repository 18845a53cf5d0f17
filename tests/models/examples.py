#!/usr/bin/env python3
"""Runs every example of etc/examples through inferd.

examples.py INFERD SOURCE_DIR. The examples run with $INFERD_EXAMPLES_PYTHON (etc/examples/venv makes one), default: python3. An
example whose package or runtime is absent is skipped with the reason; exit code 77 if one was, and none failed."""
import math
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

inferd, source = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
examples = source / "etc/examples"
python = os.environ.get("INFERD_EXAMPLES_PYTHON", "python3")
failed, skipped = [], []


def run(*command, **options):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=120, **options)


def has(*packages):
    return run(python, "-c", "\n".join(f"import {p}" for p in packages)).returncode == 0


def predicts(what, model, rows):
    done = run(inferd, "predict", "--model", model, "--rows", rows, cwd=folder)
    if "etc/model-runtimes fetches it" in done.stderr:
        skipped.append(f"{what}: {done.stderr.strip()}")
        return
    values = [float(line) for line in done.stdout.split()]
    good = done.returncode == 0 and len(values) == 20 and all(math.isfinite(v) and abs(v) < 1 for v in values)
    print(("ok      " if good else "FAILED  ") + what, done.stderr.strip() if not good else "")
    if not good:
        failed.append(what)


def trains(what, script, out):
    done = run(python, examples / script, folder / "rows.csv", 24, folder / out)
    if done.returncode != 0:
        failed.append(what)
        print("FAILED ", what, done.stderr)
    return done.returncode == 0


with tempfile.TemporaryDirectory() as temporary:
    folder = Path(temporary)
    rows = run(inferd, "features", "--candles", source / "etc/data/btcusd-1h.csv").stdout.splitlines()
    (folder / "rows.csv").write_text("\n".join(rows[:4000]) + "\n")
    few = folder / "few.csv"
    few.write_text("\n".join([rows[0], *rows[-20:]]) + "\n")

    def command(*words):
        return "{ command = [" + ", ".join(f'"{w}"' for w in (python, *words)) + "] }"

    predicts("function", command(examples / "function/predict.py"), few)

    server = subprocess.Popen([python, examples / "http/server.py", "0"], stdout=subprocess.PIPE, text=True)
    url = server.stdout.readline().strip().format(TopicId=67, BlockHeight=1201)
    body = urllib.request.urlopen(url, timeout=10).read().decode()
    server.kill()
    server.wait()
    print("ok       http" if body == "0.001" else "FAILED   http " + body)
    if body != "0.001":
        failed.append("http")

    if has("cloudpickle"):
        run(python, examples / "pickle/make_pickle.py", cwd=folder)
        predicts("pickle", command(examples / "pickle/run_pickle.py", folder / "predict.pkl"), few)
    else:
        skipped.append("pickle: cloudpickle is not installed")
    if not has("sklearn", "joblib"):
        skipped.append("scikit-learn: it is not installed")
    elif trains("scikit-learn", "scikit-learn/train.py", "model.joblib"):
        predicts("scikit-learn", command(examples / "scikit-learn/predict.py", folder / "model.joblib"), few)
    if not has("lightgbm", "numpy"):
        skipped.append("lightgbm: it is not installed")
    elif trains("lightgbm", "lightgbm/train.py", "m.txt"):
        predicts("lightgbm", "m.txt", few)
    if not has("onnx", "numpy"):
        skipped.append("onnx: it is not installed")
    elif trains("onnx", "onnx/export.py", "m.onnx"):
        predicts("onnx", "m.onnx", few)

for line in skipped:
    print("skipped ", line)
sys.exit(1 if failed else 77 if skipped else 0)
