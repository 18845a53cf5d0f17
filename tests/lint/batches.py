#!/usr/bin/env python3
"""Which sources of a library can be compiled as one: batches.py SOURCE... prints a line of paths, separated by ';', for each
batch. Most of the time goes into the headers of Boost and CAF, so eight together take less than half of it.
"""
import functools
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What a line without indent defines.
DEFINES = re.compile(
    r"(?m)^(?:\[\[\w+\]\] )?(?:(?:template <[^\n]*> )?(?:class|struct|enum class) |(?!namespace|using|return)[a-z][^\n(={;]*[ *&>])"
    r"(\w+)(?= ?[({=;]| : )"
    r"|^using (\w+) =|^#define (\w+)")
CONSTANTS = re.compile(r"(?m)^(?:inline )?const(?:expr)? [^;\n]*")  # several may stand on a line
PRIVATE = re.compile(r"(?ms)^namespace \{$(.*?)^\} // namespace$")
INCLUDES = re.compile(r'(?m)^#include "([^"]+)"')


def names(text):
    defined = {name for groups in DEFINES.findall(text) for name in groups if name}
    return defined.union(*(re.findall(r"(\w+)(?= ?[={])", line) for line in CONSTANTS.findall(text)))


@functools.cache
def included(path):
    """The names in this header and in those that it includes."""
    if not path.exists():
        return set()
    text = path.read_text()
    return names(text).union(*(included(ROOT / header) for header in INCLUDES.findall(text)))


class Batch:
    def __init__(self):
        self.sources, self.own, self.private, self.headers = [], set(), set(), set()

    def add(self, source):
        """False: a name would be ambiguous."""
        text = source.read_text()
        own, private = names(text), names("".join(PRIVATE.findall(text)))
        headers = set().union(*(included(ROOT / header) for header in INCLUDES.findall(text)))
        if len(self.sources) == 8 or own & self.own or private & self.headers or headers & self.private:
            return False
        self.sources.append(source)
        self.own |= own
        self.private |= private
        self.headers |= headers
        return True


def batches(sources):
    together = []
    for source in sources:
        if source.exists() and not any(batch.add(source) for batch in together):  # else the build generates it
            together.append(Batch())
            together[-1].add(source)
    return [batch.sources for batch in together]


if __name__ == "__main__":
    for batch in batches([Path(p) for p in sys.argv[1:]]):
        print(";".join(map(str, batch)))
