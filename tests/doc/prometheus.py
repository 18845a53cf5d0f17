#!/usr/bin/env python3
"""Alert rules and dashboard name metrics that the program has, and promtool accepts and fires them.

prometheus.py SOURCE_DIR. Without promtool (Debian's package prometheus) the names are still checked; exit code 77 says so."""
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

root = Path(sys.argv[1]).resolve()
folder = root / "etc/prometheus"
known = set(re.findall(r"^\| `((?:inferd|process|allora)_\w+)` \|", (root / "etc/doc/reference/metrics.md").read_text(), re.M))
assert len(known) > 10, known
rules = (folder / "inferd.rules.yml").read_text()
dashboard = json.loads((folder / "dashboard.json").read_text())
expressions = [t["expr"] for p in dashboard["panels"] for t in p["targets"]]
problems = []
for where, text in [("inferd.rules.yml", "\n".join(re.findall(r"expr: (.*)", rules)))] + [("dashboard.json", e) for e in expressions]:
    names = [re.sub("_bucket$", "", name) for name in re.findall(r"\b(?:inferd|process|allora)_\w+", text)]
    problems += [f"{where}: {name} is no metric of inferd" for name in names if name not in known]
signs = (root / "etc/doc/howto/signs.md").read_text()
alerts = re.findall(r"alert: (\w+)", rules)
problems += [f"etc/doc/howto/signs.md has no section about {name}" for name in alerts if f"### {name}\n" not in signs]
problems += [f"etc/doc/howto/signs.md is about {name}, which is no alert" for name in re.findall(r"^### (Inferd\w+)$", signs, re.M) if name not in alerts]
ids = [p["id"] for p in dashboard["panels"]]
if len(set(ids)) != len(ids):
    problems.append("dashboard.json: two panels have one id")
if problems:
    sys.exit("\n".join(problems))
if not shutil.which("promtool"):
    print("NOT RUN: promtool is not installed (Debian's package prometheus); the names of the metrics are right")
    sys.exit(77)
with tempfile.TemporaryDirectory() as scratch:
    queries = Path(scratch, "dashboard.yml")  # the panels' expressions as rules, so that promtool parses them
    rows = [{"record": f"panel:{i}", "expr": re.sub(r"\$(instance|topic)", ".*", e)} for i, e in enumerate(expressions)]
    queries.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rows}]}))
    for command in (["promtool", "check", "rules", "inferd.rules.yml"], ["promtool", "check", "rules", queries],
                    ["promtool", "test", "rules", "inferd.rules.test.yml"]):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            sys.exit(done.stdout + done.stderr)
print(f"ok: {len(alerts)} alerts fire for their causes, {len(expressions)} queries of the dashboard parse")
