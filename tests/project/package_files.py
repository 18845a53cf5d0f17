#!/usr/bin/env python3
"""What etc/package/generate makes follows the program: every verb and option is in its man page and offered by bash, zsh and fish;
the configuration is accepted; the SBOM names every part; two runs give the same bytes.

package_files.py SOURCE_DIR INFERD. Shells and mandoc are asked where they are installed."""
import gzip
import json
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

source, program = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
sys.dont_write_bytecode = True
sys.path.insert(0, str(source / "etc/package"))
import help_tree  # noqa: E402
import sbom  # noqa: E402

failed, passed, left_out = [], 0, []


def check(sentence, holds, detail=""):
    global passed
    if holds:
        passed += 1
    else:
        failed.append(f"{sentence}{': ' + str(detail) if detail else ''}")


def generate(root):
    subprocess.run([source / "etc/package/generate", f"--program={shlex.quote(str(program))}", f"--source={source}", f"--root={root}",
                    "--prefix=/usr", "--version=1.2.3", "--arch=amd64", "--epoch=1700000000", "--maintainer=A Name <a@b.cd>"],
                   check=True, timeout=120)
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def shell(name, script, *arguments):
    """Output of a shell's script, or None where that shell is not installed."""
    if not shutil.which(name):
        left_out.append(name)
        return None
    done = subprocess.run([name, "-c", script, *arguments], capture_output=True, text=True, timeout=60)
    check(f"{name} reads its completion", done.returncode == 0 and not done.stderr, done.stderr)
    return done.stdout


with tempfile.TemporaryDirectory() as folder:
    first, second = Path(folder, "one"), Path(folder, "two")
    files = generate(first)
    check("two runs give the same bytes", files == generate(second))
    tree = help_tree.tree(shlex.quote(str(program)))
    verbs = list(tree.walk())
    check("the program has its verbs", len(verbs) > 20, len(verbs))

    for verb in tree.verbs:
        page = gzip.decompress(files[f"usr/share/man/man1/inferd-{verb.name}.1.gz"]).decode().replace("\\-", "-")
        for part in verb.walk():
            check(f"man page of {' '.join(part.words)}", all(f"Cm {w}" in page for w in part.words[1:2]))
            for option in part.options:
                name = max(option.names, key=len)
                check(f"{name} in the man page of {verb.name}", name == "--help" or f"Fl {name[1:]}" in page)
    if shutil.which("mandoc"):
        for name, data in files.items():
            if "/man/" in name:
                done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning"], input=gzip.decompress(data), capture_output=True)
                check(f"mandoc on {name}", not done.stdout, done.stdout.decode())
    else:
        left_out.append("mandoc")

    share = first / "usr/share"
    bash = share / "bash-completion/completions/inferd"
    typed = "\n".join(f"t {' '.join(v.words)} ''" + f"; t {' '.join(v.words)} --" for v in verbs)
    said = shell("bash", f". {bash}\nt() {{ COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _inferd; echo \"${{COMPREPLY[*]}}\"; }}\n{typed}")
    if said is not None:
        lines = said.splitlines()
        for verb, plain, dashed in zip(verbs, lines[::2], lines[1::2]):
            check(f"bash offers the verbs of {' '.join(verb.words)}", {v.name for v in verb.verbs} <= set(plain.split()), plain)
            long = {n for o in verb.options for n in o.names if n.startswith("--")}
            check(f"bash offers the options of {' '.join(verb.words)}", long == set(dashed.split()), dashed)
    fish = share / "fish/vendor_completions.d/inferd.fish"
    typed = "\n".join(f"complete -C '{' '.join(v.words)} '; echo =; complete -C '{' '.join(v.words)} --'; echo =" for v in verbs)
    said = shell("fish", f"set -x HOME {folder}; source {fish}\n{typed}")
    if said is not None:
        parts = said.split("=\n")
        for verb, plain, dashed in zip(verbs, parts[::2], parts[1::2]):
            offered = {line.split("\t")[0] for line in (plain + dashed).splitlines()}
            wanted = {v.name for v in verb.verbs} | {n for o in verb.options for n in o.names if n.startswith("--")}
            check(f"fish offers all of {' '.join(verb.words)}", wanted <= offered, wanted - offered)
    zsh = share / "zsh/vendor-completions/_inferd"
    if shell("zsh", f"zsh -n {zsh}") is not None:
        text = zsh.read_text()
        for verb in verbs:
            name = "_" + "_".join(verb.words).replace("-", "_")
            body = re.search(rf"^{name}\(\) \{{\n(.*?)^\}}", text, re.S | re.M)
            check(f"zsh has a function for {' '.join(verb.words)}", body)
            for option in verb.options:
                check(f"zsh offers {option.names[-1]} of {' '.join(verb.words)}", body and f"'{option.names[-1]}[" in body[1].replace("*--", "--"))

    configuration = first / "etc" / "inferd" / "inferd.toml"
    for line in ('state_dir = "/var/lib/inferd"', 'credential = "mnemonic"', 'socket = "/run/inferd/admin.sock"', 'dir = "/var/log/inferd"'):
        check("the service's configuration", f"\n{line}" in configuration.read_text(), line)
    done = subprocess.run([program, "config", "show", "--config", configuration], capture_output=True, text=True)
    check("the program reads it", done.returncode == 0, done.stderr)
    units = [name for name in files if name.endswith(".service")]
    check("the units have the prefix's paths", len(units) == 2 and all(b"/usr/local" not in files[u] and b"=/usr/bin/inferd" in files[u] for u in units))

    spdx = json.loads(files["usr/share/doc/inferd/inferd.spdx.json"])
    names = {p["SPDXID"] for p in spdx["packages"]}
    check("the SBOM's relationships name its packages", {r["relatedSpdxElement"] for r in spdx["relationships"]} == names)
    check("the SBOM names every part of etc/THIRD_PARTY.md", len(names) == 1 + len(sbom.parts((source / "etc/THIRD_PARTY.md").read_text())))
    check("with the versions that are installed", sum("versionInfo" in p for p in spdx["packages"]) > 12)
    check("identifiers are SPDX's", all(re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", n) for n in names))
    try:
        from spdx_tools.spdx.parser.parse_anything import parse_file
        from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
        problems = validate_full_spdx_document(parse_file(str(first / "usr/share/doc/inferd/inferd.spdx.json")))
        check("spdx-tools has nothing to say", not problems, [p.validation_message for p in problems])
    except ImportError:
        left_out.append("spdx-tools")

for failure in failed:
    print(failure, file=sys.stderr)
if left_out:
    print("not installed, not asked: " + ", ".join(left_out))
print(f"{passed} checks of the generated files, {len(failed)} failed")
sys.exit(1 if failed else 0)
