#!/usr/bin/env python3
"""Writes the pages of etc/doc/reference from the program and its sources: settings, commands, metrics, outcomes, log events.

reference.py INFERD [--check]. With --check nothing is written; it ends with 1 when a page is not what it would write. Run it after
a change of a setting, an option, a metric, a status, an exit code or a line of the log.
"""
import re
import shlex
import subprocess
import sys
from pathlib import Path

root = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(root / "etc/package"))
import help_tree  # noqa: E402


def read(path):
    return (root / path).read_text()


def cell(text):
    return text.replace("|", "\\|").replace("\n", " ").strip()


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(cell(c) for c in row) + " |" for row in rows])


def note(what):
    return f"Written by `etc/doc/reference.py` from {what}.\n"


def settings(example):
    """A table of each section, commented out or not, with the comment that stands before it."""
    out = ["# Settings\n", note("`inferd config example`"),
           "The file is TOML. What wins: environment, then `.env`, then the file, then the default. `inferd config check` reports "
           "every mistake, `inferd config show` each value with its origin. A relative path starts at the file's folder.\n"]
    setting = re.compile(r"^(?:# )?([a-z_]+) = (.*?)(?:\s+# (.*))?$")
    sections, comment, name = {"": ([], [])}, [], ""
    for line in example.splitlines():
        if head := re.match(r"^(?:# )?(\[+[a-z.]+\]+)\s*$", line):
            name = head[1]
            sections.setdefault(name, (comment, []))
            comment = []
        elif found := setting.match(line):
            rows = sections[name][1]
            if f"`{found[1]}`" not in [row[0] for row in rows]:
                rows.append((f"`{found[1]}`", f"`{found[2]}`", found[3] or ""))
            comment = []
        elif line.startswith("# "):
            comment.append(line[2:].strip())
        else:
            comment = []
    for name, (comment, rows) in sections.items():
        if rows:
            out += [f"## {name or 'Before the sections'}\n"] + ([" ".join(comment) + "\n"] if comment else [])
            out += [table(["setting", "example or default", "meaning"], rows) + "\n"]
    return "\n".join(out)


def commands(tree):
    out = ["# Commands\n", note("`inferd --help` and that of each verb"), tree.about + "\n"]
    out.append(table(["verb", ""], [(f"[`{v.name}`](#inferd-{v.name})", v.about.splitlines()[0]) for v in tree.verbs]) + "\n")
    out.append("```text\n" + tree.footer + "\n```\n")
    for verb in tree.walk():
        if verb is tree:
            continue
        out.append(f"{'#' * len(verb.words)} {' '.join(verb.words)}\n")
        out.append(verb.about + "\n\n```text\n" + verb.usage + "\n```\n")
        rows = [(f"`{p.name}`", "", p.text) for p in verb.positionals]
        for o in verb.options:
            if "--help" in o.names:
                continue
            default = "the candles that come with inferd" if o.default.endswith(".csv") else f"`{o.default}`" if o.default else ""
            text = o.text + (f" (one of {', '.join(o.choices)})" if o.choices else "") + (f" ({o.range})" if o.range else "")
            rows.append((f"`{', '.join(o.names)}{' ' + o.type if o.type else ''}`", "required" if o.required else default, text))
        if rows:
            out.append(table(["option", "default", "meaning"], rows) + "\n")
        if verb.footer and not any(p.footer == verb.footer for p in tree.walk() if verb in p.verbs):
            out.append("```text\n" + verb.footer + "\n```\n")
    return "\n".join(out)


def metrics():
    line = re.compile(r'^  \{"(\w+)", "(\w+)", "([^"]*)", "((?:[^"\\]|\\.)*)"\},$', re.M)
    found = line.findall(read("runtime/metrics/catalogue.hpp"))
    if len(found) < 40:
        raise ValueError("runtime/metrics/catalogue.hpp has a form that etc/doc/reference.py does not read")
    rows = [(f"`{name}`", kind, ", ".join(f"`{x}`" for x in labels.split(", ") if x), text) for name, kind, labels, text in found]
    return "\n".join(["# Metrics\n", note("`runtime/metrics/catalogue.hpp`"),
                      "At `/metrics` of `[admin] listen`, as OpenMetrics or in Prometheus' text format, and from `inferd ctl metrics`; the "
                      "scrape, the alerts and the dashboard: [Metrics, alerts, dashboard](../howto/monitoring.md). Amounts are in uallo, "
                      "10^-18 ALLO. The reasons of `inferd_windows_total` are classes: the rows of the books have the texts.\n",
                      table(["metric", "kind", "labels", "meaning"], rows), ""])


def enum_rows(path, name):
    body = re.search(rf"enum(?: class)? {name}[^{{]*\{{(.*?)\n\}};", read(path), re.S)[1]
    return re.findall(r"^\s*(\w+)(?: = \d+)?,?\s*///< (.*)$", body, re.M)


def outcomes():
    out = ["# Outcomes and exit codes\n", note("`messages/status.hpp`, `messages/verdict.hpp`, `runtime/cli/program.hpp` and "
                                               "`etc/design/operations.md`")]
    out += ["## Status of a window\n", "In `inferd ledger list`, `submission_log.csv`, the log's `outcome` line and the metric `inferd_windows`.\n",
            table(["status", "meaning"], [(f"`{n}`", t) for n, t in enum_rows("messages/status.hpp", "Status")]), ""]
    out += ["## Verdict on a request\n", "In the log's `broadcast`, `included` and `no answer` lines, and in reasons.\n",
            table(["verdict", "meaning"], [(f"`{n}`", t) for n, t in enum_rows("messages/verdict.hpp", "Verdict")]), ""]
    page = read("etc/design/operations.md")
    run = re.search(r"## Exit codes of `inferd run`\n(.*?)\n\n", page, re.S)[1]
    out += ["## Exit codes\n", "Of every verb:\n", table(["code", "meaning"], [
        ("0", "success"), *[(re.search(rf"{n} = (\d+)", read("runtime/cli/program.hpp"))[1], t)
                            for n, t in enum_rows("runtime/cli/program.hpp", "Exit") if n != "exit_ok"]]), "",
        "`inferd health`: 0 it earns, 1 it runs and does not earn, 2 it does not run.\n", "### Of `inferd run` and `inferd once`\n", run, ""]
    return "\n".join(out)


def log_events():
    source = read("runtime/log/narrator_lines.cpp")
    rows = []
    for function in re.split(r"\n(?=Line narrate_line\(|LogLine outcome_line\()", source)[1:]:
        message = re.search(r"const (\w+)& ?m?\)", function.replace("const Place& receiver, ", "").replace("const Place&, ", ""))[1]
        calls = re.findall(r'line\(\s*([^"]*?),\s*"((?:[^"\\]|\\.)*)"', function)
        levels_of = re.findall(r"LogLevel::(\w+)", function)
        for level, text in calls:
            levels = re.findall(r"LogLevel::(\w+)", level) or list(dict.fromkeys(levels_of))
            if text and text[0].isalpha():
                shape = re.sub(r"\{[^}]*\}\}?", "…", text.replace("{{", "{"))
                shape = re.sub("…+", "…", shape)
                rows.append((f"`{shape}`", ", ".join(dict.fromkeys(levels)), f"`{message}`"))
    return "\n".join(["# Log events\n", note("`runtime/log/narrator_lines.cpp`"),
                      "One event is one line: time, level, event, fields; text from outside is in quotes. A message without a line "
                      "here is a debug line `RECEIVER <- MESSAGE JSON`. The console shows `log.level` and above, the file debug and "
                      "above; the level is in capitals there. Where two levels stand, the milder one is of the usual course.\n",
                      table(["line", "level", "message"], rows), ""])


def main():
    program, check = sys.argv[1], "--check" in sys.argv
    example = subprocess.run([program, "config", "example"], capture_output=True, text=True, check=True).stdout
    pages = {"settings": settings(example), "commands": commands(help_tree.tree(shlex.quote(program))), "metrics": metrics(),
             "outcomes": outcomes(), "log-events": log_events()}
    stale = []
    for name, text in pages.items():
        path = root / "etc" / "doc" / "reference" / f"{name}.md"
        text = re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"
        if not path.exists() or path.read_text() != text:
            stale.append(name)
            if not check:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text)
    if check and stale:
        sys.exit(f"not what the code says: {', '.join(stale)}: etc/doc/reference.py build/inferd writes etc/doc/reference again")
    print(f"ok: {len(pages)} pages, {len(stale)} {'stale' if check else 'written'}")


main()
