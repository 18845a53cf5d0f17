#!/usr/bin/env python3
"""Runs clang-tidy on the libraries' sources: tidy.py CLANG_TIDY BUILD_DIR [FILE...], with BUILD_DIR/compile_commands.json.
With files: on those sources, and on the sources of those headers, only.

The sources of a library are read up to eight at a time (batches.py), through a file that includes them; where that does not
compile, one by one.
"""
import collections
import concurrent.futures
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from batches import batches as batches_of

tidy, build = sys.argv[1], Path(sys.argv[2]).resolve()
root, out = Path(__file__).resolve().parents[2], build / "lint"
out.mkdir(exist_ok=True)

wanted = {Path(file).with_suffix("") for file in sys.argv[3:]}
libraries = collections.defaultdict(list)  # compiler options → sources
for entry in json.loads((build / "compile_commands.json").read_text()):
    source = Path(entry["file"])
    if source.is_relative_to(root) and source.relative_to(root).parts[0] in ("actors", "base", "messages", "model", "runtime"):
        if wanted and source.relative_to(root).with_suffix("") not in wanted:
            continue
        libraries[re.sub(r" -o \S+ -c \S+$", "", entry["command"])].append(source)
batches, commands = {}, []
for options, sources in libraries.items():
    for batch in batches_of(sources):
        unit = out / f"{len(batches)}.cpp"
        batches[unit] = batch
        unit.write_text("".join(f'#include "{source}"\n' for source in batch))
        commands.append({"directory": str(build), "file": str(unit), "command": f"{options} -c {unit}"})
(out / "compile_commands.json").write_text(json.dumps(commands))


def run(database, source):
    # clang 16 takes Beast's constrained friends for other functions, as CMakeLists.txt says.
    command = [tidy, "--quiet", "-p", database, "--extra-arg=-DBOOST_ASIO_DISABLE_CONCEPTS", source]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, re.sub(r"(?m)^\d+ warnings? .*generated\.?.*\n", "", done.stdout)


def check(unit):
    status, said = run(out, unit)
    if "clang-diagnostic-error" not in said:
        return status, said
    print(f"{unit}: one by one, since together they do not compile", file=sys.stderr, flush=True)
    each = [run(build, source) for source in batches[unit]]
    return max(status for status, _ in each), "".join(said for _, said in each)


failed = 0
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    for status, said in pool.map(check, sorted(batches, key=lambda unit: -len(batches[unit]))):
        print(said, end="", flush=True)
        failed += status != 0
sys.exit(1 if failed else 0)
