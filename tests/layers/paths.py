#!/usr/bin/env python3
"""Every path of the repository that a page, a script, CMake or a comment names exists. paths.py SOURCE_DIR

Looked at are: what begins with one of the top folders (`etc/lib.sh`; NAME, FOLDER, N and <...> stand for anything, * and
{a,b} as in a shell), Markdown's links, and code spans that are a file name with one of this repository's endings. Not
looked at: CHANGELOG.md, whose older entries name what was, and recorded data.
"""
import re
import sys
from pathlib import Path

root = Path(sys.argv[1]).resolve()
TOPS = (".ci", "actors", "base", "etc", "messages", "model", "runtime", "tests")
RECORDED = re.compile(r"tests/(golden|fuzz/(corpus|found))/.*|etc/data/.*csv|CHANGELOG.md|tests/layers/(self_test|paths).*")
PATH = re.compile(r"(?<![\w/.$}~-])(?:%s)/[\w./*{},<>-]*[\w*}>]" % "|".join(map(re.escape, TOPS)))
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)")
SPAN = re.compile(r"`(\w[\w.-]*\.(?:cpp|hpp|ipp|md|py|sh|cmake|proto))`")
C = re.compile(r"\.[chi]pp$")

found = [p for top in TOPS for p in (root / top).rglob("*")] + [p for p in root.iterdir() if p.is_file()]
found = [p for p in found if "__pycache__" not in p.parts]
paths = {p.relative_to(root).as_posix() for p in found}
names = {p.name for p in found}


def exists(path):
    """Also a file or folder whose name goes on after the last dot: etc/run.; placeholders and wildcards match anything."""
    pattern = re.escape(path.rstrip("/.")).replace(r"\*", "[^/]*")
    pattern = re.sub(r"\b[A-Z]+\b|<\w+>", "[^/]+", pattern)
    pattern = re.sub(r"\\\{([^}]*)\\\}", lambda m: "(" + m[1].replace(",", "|") + ")", pattern)
    matches = re.compile(pattern + "$").match
    return path.rstrip("/.") in paths or any(matches(p) for p in paths)


problems, cited = [], 0
for file in sorted(p for p in found if p.is_file()):
    where = file.relative_to(root).as_posix()
    if RECORDED.match(where):
        continue
    try:
        lines = file.read_text().splitlines()
    except UnicodeDecodeError:
        continue
    for number, line in enumerate(lines, 1):
        if where.endswith("CMakeLists.txt") and where.startswith("tests/"):  # inferd_test(FOLDER/NAME)
            line = line.partition("#")[2]
        if C.search(where) and not line.lstrip().startswith("#include"):
            line = line.partition("//")[2]
        here = [path.replace(".pb.h", ".proto") for path in PATH.findall(line)]
        cited += len(here)
        wanted = [path for path in here if not exists(path)]
        if where.endswith(".md"):
            wanted += [link for link in LINK.findall(line) if not (file.parent / link).exists()]
            wanted += [name for name in SPAN.findall(line) if name not in names]
        problems += [f"{where}:{number}: {path} does not exist" for path in dict.fromkeys(wanted)]
if problems:
    sys.exit("\n".join([*problems, f"{len(problems)} problems"]))
print(f"ok: {cited} paths")
