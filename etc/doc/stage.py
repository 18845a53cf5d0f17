#!/usr/bin/env python3
"""The pages of the site in one folder for mkdocs: stage.py OUT. Links between them are rewritten; a link to a file that is no page
becomes its path in the repository."""
import os
import re
import sys
from pathlib import Path

root, out = Path(__file__).resolve().parents[2], Path(sys.argv[1])
places = {p: Path("docs") / p.relative_to(root / "etc/doc") for p in (root / "etc/doc").rglob("*.md")}
places |= {p: Path("docs/design") / p.name for p in (root / "etc/design").glob("*.md")}
places |= {root / name: Path("docs/project") / name for name in ("CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")}
places[root / "etc/THIRD_PARTY.md"] = Path("docs/project/THIRD_PARTY.md")


def staged(page):
    def link(match):
        target, _, anchor = match[2].partition("#")
        if re.match(r"\w+:", target) or not target:
            return match[0]
        file = (page.parent / target).resolve()
        if file not in places:
            return f"{match[1]} (`{file.relative_to(root)}`)"
        to = os.path.relpath(places[file], places[page].parent)
        return f"[{match[1]}]({to}{'#' + anchor if anchor else ''})"
    return re.sub(r"(?<!!)\[([^\]]*)\]\(([^)\s]+)\)", link, page.read_text())


def title(page):
    return re.search(r"^# (.*)$", page.read_text(), re.M)[1].replace('"', "'")


def entries(pages, indent="      "):
    return "".join(f'{indent}- "{title(p)}": {places[p].relative_to("docs")}\n' for p in pages)


doc, design = root / "etc/doc", root / "etc/design"
order = ["install", "testnet", "mainnet", "monitoring", "notifications", "signs", "topics", "models", "keys", "move", "upgrade"]
howto = sorted((doc / "howto").glob("*.md"), key=lambda p: (order.index(p.stem) if p.stem in order else 99, p.stem))
for page in places:
    (out / places[page]).parent.mkdir(parents=True, exist_ok=True)
    (out / places[page]).write_text(staged(page))
first = ["architecture", "semantics", "decisions", "operations"]
explained = sorted(design.glob("*.md"), key=lambda p: (first.index(p.stem) if p.stem in first else 99, p.stem))
project = [p for p in places if places[p].parts[1] == "project"]
(out / "mkdocs.yml").write_text(f"""site_name: inferd
docs_dir: docs
use_directory_urls: false
theme:
  name: readthedocs
  highlightjs: false
plugins: [search]
markdown_extensions: [tables, fenced_code, toc, sane_lists]
validation: {{anchors: info}}
nav:
  - Overview: index.md
  - Tutorial: tutorial.md
  - How to:
{entries(howto)}  - Reference:
{entries(sorted((doc / "reference").glob("*.md")))}  - Explanation:
{entries(explained)}  - Project:
{entries(sorted(project))}""")
print(f"{len(places)} pages in {out}")
