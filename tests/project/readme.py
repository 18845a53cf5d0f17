#!/usr/bin/env python3
"""Types the README's shell blocks in an empty folder: each line must work as it stands there.

readme.py SOURCE_DIR INFERD. Lines that need a network or a running daemon are typed with --help, which still refuses unknown
verbs and options; doctor is typed with --offline."""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ONLINE = ("init", "report", "once", "run", "ctl", "health", "ledger", "models", "replay", "tape")
source, program = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
readme = (source / "README.md").read_text()
blocks = [block for block in re.findall(r"^```sh\n(.*?)^```$", readme, re.S | re.M) if "build/inferd" in block]
assert len(blocks) >= 2, "the README has its blocks for the testnet and for inspection"
environment = {name: value for name, value in os.environ.items()
               if name not in ("MNEMONIC", "ALLORA_WALLET_ADDR", "TOPIC_ID", "TIINGO_API_KEY", "SUBMISSION_INTERVAL", "LOG_LEVEL",
                               "INFERD_CONFIG", "STATE_DIRECTORY", "CREDENTIALS_DIRECTORY")}
typed, failed = 0, []
with tempfile.TemporaryDirectory() as folder:
    os.symlink(source / "etc", f"{folder}/etc")
    os.mkdir(f"{folder}/build")
    os.symlink(program, f"{folder}/build/inferd")
    for line in "".join(blocks).splitlines():
        command = line.split("#")[0].strip()
        if not command.startswith("build/inferd"):
            continue
        verb = command.split()[1]
        if verb in ONLINE:
            command += " --help"
        if verb == "doctor":
            command += " --offline"
        done = subprocess.run(["sh", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=120)
        typed += 1
        if done.returncode != 0:
            failed.append(f"{command}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
assert typed >= 10, f"{typed} lines were typed"
for failure in failed:
    print(failure, file=sys.stderr)
print(f"{typed} lines of the README typed, {len(failed)} failed")
sys.exit(1 if failed else 0)
