#!/usr/bin/env python3
"""inferd predict on the model files of tests/golden/models, compared with what the libraries' own Python packages predict, and
on damaged ones.

predict.py INFERD SOURCE_DIR: needs the runtimes of etc/model-runtimes in INFERD_RUNTIMES or build/runtimes; exit code 77
without them."""
import csv
import gzip
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

inferd, source = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
golden = source / "tests/golden/models"
failures, checks = [], 0


def run(model, rows=golden / "rows200.csv", *more):
    return subprocess.run([inferd, "predict", "--model", str(model), "--rows", str(rows), *more], capture_output=True, text=True,
                          timeout=120)


def check(condition, what):
    global checks
    checks += 1
    if not condition:
        failures.append(what)
        print("FAILED:", what, file=sys.stderr)


def column(file, name):
    with open(golden / file) as f:
        return [float(r[name]) for r in csv.DictReader(f)]


def predictions(model, rows=golden / "rows200.csv"):
    done = run(model, rows)
    check(done.returncode == 0, f"{model}: {done.stderr.strip()}")
    return [float(line) for line in done.stdout.split()]


def float32_steps(a, b):
    bits = [struct.unpack("<i", struct.pack("<f", x))[0] for x in (a, b)]
    return abs(bits[0] - bits[1])


def refused(name, content, *words):
    """The file is refused in one sentence that has these words."""
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = run(file)
    sentence = done.stderr.strip()
    check(done.returncode == 1 and done.stdout == "", f"{name} was not refused")
    check("\n" not in sentence and len(sentence) < 600 and name in sentence, f"{name}: {sentence!r} is no sentence about it")
    for word in words:
        check(word in sentence, f"{name}: {sentence!r} does not say {word!r}")


with tempfile.TemporaryDirectory() as temporary:
    folder = Path(temporary)
    files = {}
    for name in ("lightgbm.txt", "xgboost.json", "xgboost.ubj"):
        files[name] = gzip.decompress((golden / (name + ".gz")).read_bytes())
        (folder / name).write_bytes(files[name])

    missing = [f"{n}: {d.stderr.strip()}" for n in (folder / "lightgbm.txt", folder / "xgboost.json", golden / "mlp.onnx")
               if "etc/model-runtimes fetches it" in (d := run(n)).stderr]
    if missing:
        print("skipped:", "; ".join(missing))
        sys.exit(77)

    # Equal to the libraries in Python.
    got, want = predictions(folder / "lightgbm.txt"), column("rows200.csv", "pred_lightgbm")
    check(len(got) == 200 and all(abs(a / b - 1) <= 1e-12 for a, b in zip(got, want)), "lightgbm.txt: other predictions")
    older = "was written by XGBoost 3.2, and" in run(folder / "xgboost.json").stderr  # Debian 13's is 3.0
    for name in ("xgboost.json", "xgboost.ubj"):
        if older:
            refused(name, files[name], "was written by XGBoost 3.2, and", "etc/model-runtimes --always xgboost")
            continue
        got, want = predictions(folder / name), column("rows200.csv", "pred_xgboost")
        check(len(got) == 200 and all(float32_steps(a, b) <= 1 for a, b in zip(got, want)), f"{name}: other predictions")
    for name in ("mlp.onnx", "mlp_double.onnx", "columns.onnx"):
        got, want = predictions(golden / name), column("rows_onnx.csv", name)
        check(len(got) == 200 and all(abs(a - b) <= 1e-6 * abs(b) for a, b in zip(got, want)), f"{name}: other predictions")
    line = run(golden / "mlp_double.onnx").stdout.split()[0]
    check(format(float(line), ".17g") == line, f"{line} does not have 17 digits")

    # Inputs that have no names.
    names = [n for n in (golden / "rows200.csv").read_text().split("\n")[0].split(",") if n != "timestamp" and "pred" not in n]
    done = run(f'{{ file = "{golden}/unnamed.onnx", features = {json.dumps(names)} }}')
    check(done.stdout == run(golden / "mlp.onnx").stdout and done.returncode == 0, f"features by setting: {done.stderr}")
    check("model.features" in run(golden / "unnamed.onnx").stderr, "inputs without names were accepted")
    done = run(f'{{ file = "{golden}/mlp.onnx", features = ["ret_1h"] }}')
    check("takes 10 values a row, 1 are named" in done.stderr, f"another number of names: {done.stderr}")
    bad_rows = folder / "few.csv"
    bad_rows.write_text("timestamp,ret_1h\n2024-01-01T00:00:00Z,0.1\n")
    check('no column "log_price"' in run(folder / "lightgbm.txt", bad_rows).stderr, "a missing column was not named")
    bad_rows.write_text("ret_1h,vol_24h,ret_24h\n0.1,x,0.2\n")
    check(f"few.csv:2: vol_24h is not a finite number" in run(golden / "columns.onnx", bad_rows).stderr, "a bad number was not named")

    # A program.
    (folder / "double.py").write_text("import json, sys\nfor line in sys.stdin:\n    r = json.loads(line)\n"
                                      "    print(json.dumps({'nonce': r['nonce'], 'value': 2 * r['features']['ret_1h']}), flush=True)\n")
    done = run(f'{{ command = ["python3", "{folder}/double.py"] }}')
    got, want = [float(x) for x in done.stdout.split()], column("rows200.csv", "ret_1h")
    check(got == [2 * x for x in want], f"command: {done.stderr}")

    # Damaged files.
    text = files["lightgbm.txt"].decode()
    refused("cut.txt", text[:300_000], "cut short")
    refused("start.txt", text[:100], "")
    refused("nan.txt", re.sub(r"leaf_value=\S+", "leaf_value=nan", text, count=1), "tree 0", "nan")
    refused("names.txt", text.replace("feature_names=log_price ", "feature_names=", 1), "10 inputs", "names 9")
    refused("split.txt", re.sub(r"split_feature=\S+", "split_feature=44", text, count=1), "input 44")
    refused("other.txt", "hello\n", "not a model of LightGBM")
    refused("empty.txt", "", "not a model of LightGBM")
    model = json.loads(files["xgboost.json"])
    model["version"] = [3, 0, 0]
    tree = model["learner"]["gradient_booster"]["model"]["trees"][3]
    refused("cut.json", files["xgboost.json"][:300_000], "cut short")
    model["learner"]["feature_names"].pop()
    refused("names.json", json.dumps(model), "10 inputs", "names 9")
    model["learner"]["feature_names"].append("exp_vol_ratio")
    tree["split_indices"][0] = 12
    refused("split.json", json.dumps(model), "input 12")
    tree["split_indices"][0] = 0
    tree["split_conditions"][tree["left_children"].index(-1)] = float("nan")
    refused("nan.json", json.dumps(model), "NaN")
    # Of a newer XGBoost: the library would read it without an error, and wrongly.
    model = json.loads(files["xgboost.json"])
    for version in ([9, 0, 0], [3, 99, 0]):
        model["version"] = version
        refused("newer.json", json.dumps(model, indent=1), f"was written by XGBoost {version[0]}.{version[1]}, and")
    end = files["xgboost.ubj"].rindex(b"version")
    refused("newer.ubj", files["xgboost.ubj"][:end] + files["xgboost.ubj"][end:].replace(b"i\x03i\x02", b"i\x03i\x63"),
            "was written by XGBoost 3.99, and")
    model["version"] = [3, 0, 0]
    model["learner"]["learner_model_param"]["base_score"] = "1.1965502E-2"  # as 3.0 spells it
    (folder / "older.json").write_text(json.dumps(model))
    got, want = predictions(folder / "older.json"), column("rows200.csv", "pred_xgboost")
    check(len(got) == 200 and all(float32_steps(a, b) <= 1 for a, b in zip(got, want)), "older.json: other predictions")
    refused("cut.ubj", files["xgboost.ubj"][:300_000], "XGBoost refuses it")
    leaf = struct.pack(">f", json.loads(files["xgboost.json"])["learner"]["gradient_booster"]["model"]["trees"][0]
                       ["split_conditions"][-1])
    refused("nan.ubj", files["xgboost.ubj"].replace(leaf, struct.pack(">f", float("nan")), 1), "")
    onnx = (golden / "mlp.onnx").read_bytes()
    refused("cut.onnx", onnx[:400], "ONNX Runtime refuses it")
    refused("nan.onnx", (golden / "nan.onnx").read_bytes(), "no finite number")
    refused("unknown_opset.onnx", (golden / "unknown_opset.onnx").read_bytes(), "999")
    refused("calls_out.onnx", (golden / "calls_out.onnx").read_bytes(), "PyOp")
    refused("text.onnx", (golden / "text.onnx").read_bytes(), "float or double")
    check("No such file" in run(folder / "absent.onnx").stderr or "does not exist" in run(folder / "absent.onnx").stderr, "absent file")
    # The memory of the process is bounded.
    bounded = [run(f'{{ file = "{f}", memory_mb = 16 }}') for f in (golden / "mlp.onnx", folder / "older.json")]
    check("SANITIZED" in os.environ or any(d.returncode == 1 for d in bounded), "16 MiB were enough for both")
    for done in bounded:
        check(done.returncode == 0 or "\n" not in done.stderr.strip(), f"not a sentence: {done.stderr!r}")

print(f"{checks} checks, {len(failures)} failed")
sys.exit(1 if failures else 0)
