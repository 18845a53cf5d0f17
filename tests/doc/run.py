#!/usr/bin/env python3
"""Types every `sh` block of a page of etc/doc, in the page's order, in one bash in an empty folder, against the simulated chain.

run.py SOURCE_DIR INFERD PAGE. A comment before a block changes what becomes of it; the comment is invisible on the page:
  <!-- skip: REASON -->        not typed: it needs a public network, root or a real key
  <!-- run: COMMANDS -->       typed before what follows: what the reader has done already (a line or several)
The shell has `inferd` in its PATH, /usr/share/inferd as $SHARE, and of tests/doc/world.sh: `world`, which makes key, model,
simulated chain and configuration in the folder, and `confirmed N`, which waits for so many confirmed windows. The first command
that fails ends the page. Ends with 77 when every block of the page is skipped.
"""
import os
import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

source, program, page = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), Path(sys.argv[3])
PART = re.compile(r"<!-- (skip|run): (.*?) ?-->|^( *)```(\w*)\n(.*?)^ *```$", re.S | re.M)

script, typed, skipped, reason = [], 0, [], None
for match in PART.finditer(page.read_text()):
    directive, text, indent, language, block = match.groups()
    if directive == "run":
        script.append(text)
    elif directive == "skip":
        reason = text
    elif language == "sh":
        lines = [line[len(indent):] for line in block.splitlines()]
        if reason:
            skipped.append((reason, [line for line in lines if line.strip()]))
        else:
            typed += len([line for line in lines if line.strip() and not line.startswith(("#", " "))])
            script += lines
        reason = None
    elif language == "" and block is not None:
        sys.exit(f"{page}: a block without a language: use sh, toml, json or text")

for why, lines in skipped:
    print(f"skipped, {why}: {'; '.join(lines)[:120]}")
if not typed:
    print(f"NOT RUN: every block of {page.name} is skipped, see above" if skipped else f"ok: {page.name} has no commands")
    sys.exit(77 if skipped else 0)
with tempfile.TemporaryDirectory() as folder:
    place = Path(folder)
    (place / "bin").mkdir()
    (place / "bin/inferd").symlink_to(program)
    (place / "share").symlink_to(source / "etc/data")
    (place / "page").mkdir()
    names = ("MNEMONIC", "ALLORA_WALLET_ADDR", "TOPIC_ID", "TIINGO_API_KEY", "SUBMISSION_INTERVAL", "LOG_LEVEL", "INFERD_CONFIG",
             "STATE_DIRECTORY", "CREDENTIALS_DIRECTORY")
    environment = {name: value for name, value in os.environ.items() if name not in names and not name.lower().endswith("_proxy")}
    environment |= {"PATH": f"{place / 'bin'}:{os.environ['PATH']}", "HOME": folder, "SHARE": str(place / "share")}
    # /usr/share/inferd is where a package has the candles; here they are those of the source tree.
    with socket.socket() as free, socket.socket() as other:  # of the simulated chain and of the admin port
        for s in (free, other):
            s.bind(("127.0.0.1", 0))
        port, admin_port = (s.getsockname()[1] for s in (free, other))
    text = "\n".join(script).replace("/usr/share/inferd/", f"{place / 'share'}/").replace("26657", str(port)).replace("9478", str(admin_port))
    (place / "page.sh").write_text(f". {source}/tests/doc/world.sh\nset -euo pipefail\nPS4='+ '\nset -x\n{text}\n")
    with open(place / "output", "w+b") as output:
        shell = subprocess.Popen(["bash", place / "page.sh"], cwd=place / "page", env=environment, stdin=subprocess.DEVNULL,
                                 stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            code = shell.wait(timeout=240)
        except subprocess.TimeoutExpired:
            code = "none within 240 s"
        finally:  # what the page left in the background
            try:
                os.killpg(shell.pid, 9)
            except ProcessLookupError:
                pass
        output.seek(0)
        said = output.read().decode(errors="replace").splitlines()
if code != 0:
    print("\n".join(said[-40:]), file=sys.stderr)
    sys.exit(f"{page}: exit code {code}; the last command above failed")
print(f"ok: {typed} commands of {page.name} typed, {len(skipped)} blocks skipped")
