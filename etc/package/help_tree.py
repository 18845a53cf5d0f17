"""The program's command line as data, read from `--help` of each verb: what man pages, completions and the reference show.

`tree(PROGRAM)` returns the root Verb. Nothing is started but `--help`. The text is CLI11's (2.1 to 2.4); a line that is not
understood raises ValueError, so that a new form is noticed instead of lost.
"""
import os
import re
import shlex
import subprocess
from dataclasses import dataclass, field

TITLES = {"options:": "options", "positionals:": "positionals", "subcommands:": "verbs"}
ENTRY = re.compile(r"  (\S(?:.*?\S)?)(?:\s{2,}(\S.*))?$")
TYPE = re.compile(r"([A-Z]*)(?::(?:\{([^}]*)\}|[A-Z]+ in \[([^\]]*)\]|[A-Z]+))?(?:=(.*)| \[(.*)\])?$")
AFTER_NAME = re.compile(r"^((?:-\w|--[\w-]+)(?:,(?:-\w|--[\w-]+))*)(?:\s+(.*))?$")


@dataclass
class Option:
    names: list          # ["-h", "--help"]
    type: str            # "FILE", "UINT", …; empty: a flag
    default: str
    choices: list        # of a closed set, otherwise empty
    text: str
    range: str = ""      # "1 - 8760"
    required: bool = False
    repeats: bool = False


@dataclass
class Positional:
    name: str
    type: str
    text: str
    required: bool


@dataclass
class Verb:
    words: list          # ["inferd", "ctl", "tree"]
    about: str
    usage: str = ""
    options: list = field(default_factory=list)
    positionals: list = field(default_factory=list)
    verbs: list = field(default_factory=list)
    footer: str = ""

    @property
    def name(self):
        return self.words[-1]

    def walk(self):
        yield self
        for verb in self.verbs:
            yield from verb.walk()


def said(program, words):
    """Standard output of `PROGRAM WORDS… --help`. PROGRAM may be several words: an emulator before the program."""
    command = [*shlex.split(program), *words, "--help"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                          env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"})
    if done.returncode != 0 or not done.stdout:
        raise ValueError(f"{shlex.join(command)}: exit code {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def sections(text):
    """Text before the first title, {section: [(left column, right column)]}, text behind the last section."""
    before, found, after, current = [], {}, [], None
    for line in text.splitlines():
        line = re.sub(r"\]\s+\.\.\.", "] ...", line.rstrip())  # CLI11 2.4 sets the dots apart
        if line.strip().lower() in TITLES and not line.startswith(" "):
            current = found.setdefault(TITLES[line.strip().lower()], [])
        elif current is None:
            (after if found else before).append(line)
        elif not line.strip():
            current = None
        elif line.startswith("      ") and current:  # the right column goes on
            left, right = current[-1]
            current[-1] = (left, (right + " " + line.strip()).strip())
        elif entry := ENTRY.match(line):
            current.append((entry[1], entry[2] or ""))
        else:  # the footer follows without an empty line
            current = None
            after.append(line)
    return "\n".join(before).strip(), found, "\n".join(after).strip()


def option(left, right):
    """A line of Options: names, then TYPE[:CHECK][=DEFAULT] (of CLI11 2.4 TYPE[:CHECK] [DEFAULT]), then how often, and with or
    without what, it is given."""
    match = AFTER_NAME.match(left)
    if not match:
        raise ValueError(f"not an option: {left}")
    names, rest = match[1].split(","), match[2] or ""
    rest = re.sub(r"\s*(?:Needs|Excludes): --?[\w-]+(?: --?[\w-]+)*", "", rest)
    required, repeats = "REQUIRED" in rest.split(), "..." in rest.split()
    rest = re.sub(r"\s*(?:\bREQUIRED\b|(?<!\S)\.\.\.)", "", rest).strip()
    value = TYPE.match(rest)
    if not value:
        raise ValueError(f"not an option's value: {left}")
    choices = [c.split("->")[0].strip() for c in (value[2] or "").split(",") if c]
    return Option(names, value[1], value[4] or value[5] or "", choices, right, value[3] or "", required, repeats)


def positional(left, right):
    words = left.split()
    kind = next((w for w in words[1:] if re.fullmatch(r"[A-Z:_]+", w) and w != "REQUIRED"), "")
    return Positional(words[0], kind, right, "REQUIRED" in words)


def read(program, words, about):
    text = said(program, words[1:])
    before, found, footer = sections(text)
    usage = re.search(r"^Usage: (.*)$", before, re.M)
    if not usage:
        raise ValueError(f"`{' '.join(words)} --help` has no usage")
    verb = Verb(words, before[:usage.start()].strip() or about, usage[1].strip(), footer=footer)
    verb.options = [option(*entry) for entry in found.get("options", [])]
    verb.positionals = [positional(*entry) for entry in found.get("positionals", [])]
    verb.verbs = [read(program, [*words, left], right) for left, right in found.get("verbs", [])]
    return verb


def tree(program):
    """The whole command line. The root's help is a summary of its own: a text, `Verbs` with a line each, a footer."""
    text = said(program, [])
    match = re.search(r"^(.*?)\n\nVerbs\n((?:  [^\n]*\n)+)\n(.*)$", text, re.S)
    if not match:
        raise ValueError("the summary has no list of verbs")
    root = Verb(["inferd"], match[1].strip(), "inferd VERB [OPTIONS]", footer=match[3].strip())
    root.options = [Option(["-h", "--help"], "", "", [], "Print a summary and exit"),
                    Option(["--version"], "", "", [], "Print version and commit and exit")]
    for line in match[2].splitlines():
        name, about = line.split(None, 1)
        root.verbs.append(read(program, ["inferd", name], about))
    return root
