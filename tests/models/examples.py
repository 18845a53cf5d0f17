#!/usr/bin/env python3
"""Runs every example of etc/examples through inferd.

examples.py INFERD SOURCE_DIR. The examples run with $INFERD_EXAMPLES_PYTHON (etc/examples/venv makes one), default: python3. An
example whose package or runtime is absent is skipped with the reason; exit code 77 if one was, and none failed. A trained model
has to give the same numbers as a file of inferd's, as a command and behind a URL."""
import math
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

inferd, source = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
examples = source / "etc/examples"
python = os.environ.get("INFERD_EXAMPLES_PYTHON", "python3")
ran, failed, skipped = 0, [], []


def run(*command, **options):
    return subprocess.run([str(c) for c in command], capture_output=True, text=True, timeout=120, **options)


def has(*packages, by=python):
    return run(by, "-c", "\n".join(f"import {p}" for p in packages)).returncode == 0


def report(what, good, why):
    global ran
    ran += 1
    print(("ok      " if good else "FAILED  ") + what, "" if good else why)
    if not good:
        failed.append(what)


def predicts(what, model, rows):
    """The values; empty: none."""
    done = run(inferd, "predict", "--model", model, "--rows", rows, cwd=folder)
    if "etc/model-runtimes fetches it" in done.stderr:
        skipped.append(f"{what}: {done.stderr.strip()}")
        return []
    values = [float(line) for line in done.stdout.split()] if done.returncode == 0 else []
    report(what, len(values) == 20 and all(math.isfinite(v) and abs(v) < 1 for v in values), done.stderr.strip())
    return values


def trains(what, script, out, by=python):
    done = run(by, examples / script, folder / "rows.csv", 24, folder / out)
    if done.returncode != 0:
        report(what + " is trained", False, done.stderr)
    return done.returncode == 0


def served(*arguments):
    """What http/server.py answers for an odd block."""
    server = subprocess.Popen([python, examples / "http/server.py", "0", *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
    try:
        url = server.stdout.readline().strip().format(TopicId=67, BlockHeight=1201)
        return urllib.request.urlopen(url, timeout=10).read().decode() if url else server.stderr.read()
    except urllib.error.HTTPError as error:
        return error.read().decode()
    finally:
        server.kill()
        server.communicate()


def near(a, b):
    return len(a) == len(b) and all(abs(x - y) <= 1e-6 * max(abs(x), 1e-6) for x, y in zip(a, b))


def in_every_form(what, file, names=None):
    """The trained file as a command, behind a URL and, where inferd reads it, as it is."""
    more = [",".join(names)] if names else []
    values = predicts(what + " as a command", command(examples / "command/predict.py", file, *more), few)
    if file.suffix != ".joblib":
        listed = ", features = [" + ", ".join(f'"{n}"' for n in names) + "]" if names else ""
        own = predicts(what, f'{{ file = "{file}"{listed} }}', few)
        if own and values:
            report(what + ": the file and the command agree", near(own, values), f"{own[-1]} and {values[-1]}")
    answer = served(str(file), str(few), *more)
    try:
        report(what + " behind a URL", near([float(answer)], values[-1:]), f"{answer}, not {values[-1:]}")
    except ValueError:
        report(what + " behind a URL", False, answer)


def command(*words):
    return "{ command = [" + ", ".join(f'"{w}"' for w in (python, *words)) + "] }"


with tempfile.TemporaryDirectory() as temporary:
    folder = Path(temporary)
    rows = run(inferd, "features", "--candles", source / "etc/data/btcusd-1h.csv").stdout.splitlines()
    (folder / "rows.csv").write_text("\n".join(rows[:4000]) + "\n")
    few = folder / "few.csv"
    few.write_text("\n".join([rows[0], *rows[-20:]]) + "\n")

    predicts("function", command(examples / "function/predict.py"), few)
    report("http", served() == "0.001", "")

    if has("cloudpickle"):
        run(python, examples / "pickle/make_pickle.py", cwd=folder)
        predicts("pickle", command(examples / "pickle/run_pickle.py", folder / "predict.pkl"), few)
    else:
        skipped.append("pickle: cloudpickle is not installed")
    for what, packages, script, out in [("scikit-learn", ("sklearn", "joblib"), "scikit-learn/train.py", "model.joblib"),
                                        ("lightgbm", ("lightgbm", "numpy"), "lightgbm/train.py", "m.txt"),
                                        ("xgboost", ("xgboost", "numpy"), "xgboost/train.py", "m.json"),
                                        ("xgboost binary", ("xgboost", "numpy"), "xgboost/train.py", "m.ubj"),
                                        ("onnx", ("onnx", "onnxruntime", "numpy"), "onnx/export.py", "m.onnx")]:
        if not has(*packages):
            skipped.append(f"{what}: {' or '.join(packages)} is not installed")
        elif trains(what, script, out):
            in_every_form(what, folder / out)

    torch = next((p for p in (python, "/usr/bin/python3") if has("torch", by=p)), None)
    if not torch:
        skipped.append("pytorch: torch is not installed")
    elif not has("onnxruntime"):
        skipped.append("pytorch: onnxruntime is not installed")
    elif trains("pytorch", "pytorch/export.py", "torch.onnx", by=torch):
        in_every_form("pytorch", folder / "torch.onnx", ["ret_1h", "ret_24h", "vol_24h", "price_pos_24h", "price_pos_72h"])

for line in skipped:
    print("skipped ", line)
sys.exit(1 if failed or not ran else 77 if skipped else 0)
