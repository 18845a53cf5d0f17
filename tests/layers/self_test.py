#!/usr/bin/env python3
"""check.py and paths.py find each kind of violation: one at a time is planted in a copy of the tree.

self_test.py SOURCE_DIR
"""
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE, HERE = Path(sys.argv[1]).resolve(), Path(__file__).resolve().parent
PAGE = "etc/design/architecture.md"
LAYERS = [  # file, what is replaced (empty: something is appended), by what, what check.py has to say
    ("runtime/ports/clock_port.hpp", "", '#include "runtime/books/books.hpp"',
     "runtime/ports/clock_port.hpp:N: ports includes runtime/books/books.hpp of books, which its row does not allow"),
    ("model/ridge.hpp", "", '#include "runtime/ports/store_port.hpp"', "model includes runtime/ports/store_port.hpp of ports"),
    # daemon names introspection as PRIVATE only
    ("runtime/cli/run.cpp", "", '#include "runtime/introspection/tree_view.hpp"', "cli includes runtime/introspection/tree"),
    ("runtime/config/load.cpp", "", "#include <sqlite3.h>", "config includes sqlite3.h of SQLite"),
    ("runtime/books/books.cpp", "", "#include <boost/asio.hpp>", "books includes boost/asio.hpp of Asio"),
    ("messages/units.hpp", "", "#include <caf/fwd.hpp>", "messages includes caf/fwd.hpp of CAF"),
    ("model/ridge.cpp", "", "#include <lzma.h>", "lzma.h belongs to no library"),
    ("model/ridge.cpp", "", '#include "model/nothing.hpp"', "model/nothing.hpp belongs to no library"),
    ("runtime/nowhere/unowned.hpp", "", "#pragma once", "runtime/nowhere/unowned.hpp:N: belongs to no library"),
    ("runtime/sim/world/url.hpp", "", "#pragma once", "runtime/endpoints/url.hpp has the same name"),
    ("actors/pipeline/timer_core.cpp", "", "#include <caf/all.hpp>",
     "actors/pipeline/timer_core.cpp:N: a core includes caf/all.hpp: no CAF, socket, file, clock or thread in a core"),
    ("actors/watcher/watcher_core.hpp", "", "#include <chrono>", "a core includes chrono"),
    ("actors/supervisor/supervision_plan.cpp", "", "#include <sys/socket.h>", "a core includes sys/socket.h"),
    ("actors/submitter/fees.hpp", "", "#include <fstream>", "a core includes fstream"),  # a core includes fees.hpp
    ("actors/ledger/ledger_core.cpp", "", '#include "actors/ledger/ledger.hpp"', "cores includes actors/interfaces.hpp of"),
    (PAGE, "| `endpoints` |", "| ~~endpoints~~ |", f"runtime/CMakeLists.txt:N: {PAGE} has no row for endpoints"),
    (PAGE, "| `notify` |", "| `nothing` | – | – | |\n| `notify` |", f"{PAGE}:N: CMake has no library nothing"),
    (PAGE, "| `ports` | messages |", "| `ports` | messages, live |", "ports uses live, which is no row above it"),
    (PAGE, "| `books` | ports | base, OpenSSL, SQLite,", "| `books` | ports | base, OpenSSL,", "books includes sqlite3.h of SQLite"),
    ("runtime/CMakeLists.txt", "runtime/notify PRIVATE", "runtime/notify PUBLIC ports PRIVATE",
     "notify links PUBLIC ['ports'], its row"),
    ("runtime/chain/CMakeLists.txt", "runtime/chain/comet PUBLIC chain_encoding", "runtime/chain/comet PUBLIC chain_signing",
     "chain_comet links PUBLIC ['chain_signing'], its row"),
]
PATHS = [  # the same for paths.py
    ("README.md", "", "See `etc/nothing`.", "README.md:N: etc/nothing does not exist"),
    ("README.md", "", "See [the page](etc/design/none.md).", "README.md:N: etc/design/none.md does not exist"),
    (PAGE, "", "See `none.cpp`.", f"{PAGE}:N: none.cpp does not exist"),
    ("CMakeLists.txt", "", "# tests/none/check.py checks it", "CMakeLists.txt:N: tests/none/check.py does not exist"),
    ("etc/test", "", "exec tests/none/run", "etc/test:N: tests/none/run does not exist"),
    ("model/ridge.hpp", "", "// see tests/model/none.test.cpp", "model/ridge.hpp:N: tests/model/none.test.cpp does not exist"),
]


def run(script, tree):
    done = subprocess.run([sys.executable, HERE / script, tree], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


with tempfile.TemporaryDirectory() as scratch:
    tree = Path(scratch)
    for each in SOURCE.iterdir():
        if each.name in (".ci", "actors", "base", "etc", "messages", "model", "runtime", "tests"):
            shutil.copytree(each, tree / each.name)
        elif each.is_file():
            shutil.copy(each, tree)
    for script, cases in ("check.py", LAYERS), ("paths.py", PATHS):
        status, said = run(script, tree)
        if status != 0:
            sys.exit(f"FAILED: the tree has problems of its own\n{said}")
        for file, old, new, expected in cases:
            path = tree / file
            before = path.read_text() if path.exists() else ""
            if old not in before:
                sys.exit(f"FAILED: {file} has no {old!r} to replace")
            path.parent.mkdir(exist_ok=True)
            path.write_text(before.replace(old, new) if old else f"{before}{new}\n")
            status, said = run(script, tree)
            if status != 1 or expected not in re.sub(r"(?m)^(\S+):\d+: ", r"\1:N: ", said):
                sys.exit(f"FAILED: {file} with {new!r}: expected {expected!r}, exit code {status}\n{said}")
            path.write_text(before) if before else path.unlink()
print(f"ok: {len(LAYERS)} violations found by check.py, {len(PATHS)} by paths.py")
