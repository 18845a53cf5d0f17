#!/usr/bin/env python3
"""Every link of the repository's Markdown pages leads somewhere: files exist, and `#anchor` is a heading there. No page of etc/doc
is without a link to it. links.py SOURCE_DIR. Links to other hosts are not followed; their form is checked."""
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlparse

root = Path(sys.argv[1]).resolve()
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|<(https?://[^>\s]+)>")


def pages():
    done = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard", "*.md"], capture_output=True, text=True)
    names = done.stdout.split() if done.returncode == 0 else [p.relative_to(root).as_posix() for p in root.rglob("*.md") if "build" not in p.parts]
    return [root / name for name in names if (root / name).is_file()]


def without_code(text):
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^ *```.*?^ *```", "", text, flags=re.S | re.M))


def anchors(page):
    """As GitHub and mkdocs make them from headings."""
    found = set()
    for line in re.sub(r"^ *```.*?^ *```", "", page.read_text(), flags=re.S | re.M).splitlines():
        if head := re.match(r"#+ (.*)", line):
            slug = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", head[1]).lower()).strip().replace(" ", "-")
            found.add(slug)
    return found


problems, links, linked = [], 0, set()
for page in pages():
    for match in LINK.finditer(without_code(page.read_text())):
        target = match[1] or match[2]
        links += 1
        where = f"{page.relative_to(root)}: {target}"
        if urlparse(target).scheme:
            if not re.fullmatch(r"(https?://[\w.-]+(:\d+)?(/\S*)?|mailto:\S+@\S+)", target):
                problems.append(f"{where}: not an address")
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists():
            problems.append(f"{where}: does not exist")
            continue
        linked.add(file)
        if anchor and file.suffix == ".md" and anchor not in anchors(file):
            problems.append(f"{where}: no heading #{anchor}")
problems += [f"{p.relative_to(root)}: no page links to it" for p in pages()
             if (root / "etc/doc") in p.parents and p.name != "index.md" and p not in linked]
if problems:
    sys.exit("\n".join([*problems, f"{len(problems)} problems"]))
print(f"ok: {links} links")
