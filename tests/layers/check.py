#!/usr/bin/env python3
"""The layers: the table of etc/design/architecture.md against CMake and against every #include.

check.py SOURCE_DIR; exit code 1 and one line a problem on stderr: FILE:LINE: the rule. That page has the rules."""
import re
import sys
from pathlib import Path

PAGE = "etc/design/architecture.md"
LISTS = ["messages", "base", "model", "runtime", "runtime/chain", "actors"]  # folders whose CMakeLists.txt has libraries
EXTERNAL = {  # name in the table: CMake's targets, headers
    "Asio": (["inferd_asio"], r"boost/(asio|beast)"),
    "Boost.Describe": (["Boost::headers"], r"boost/(describe|mp11)"),
    "Boost.JSON": (["Boost::json"], r"boost/json"),
    "CAF": (["inferd_caf"], r"caf/"),
    "CLI11": (["CLI11::CLI11"], r"CLI/"),
    "Eigen": (["Eigen3::Eigen"], r"Eigen/"),
    "fmt": (["fmt::fmt"], r"fmt/"),
    "libsystemd": (["PkgConfig::SYSTEMD"], r"systemd/"),
    "OpenSSL": (["OpenSSL::SSL", "OpenSSL::Crypto"], r"openssl/"),
    "prometheus-cpp": (["inferd_prometheus"], r"prometheus/"),
    "protobuf": (["protobuf::libprotobuf-lite"], r"google/protobuf/"),
    "secp256k1": (["PkgConfig::SECP256K1"], r"secp256k1"),
    "spdlog": (["spdlog::spdlog"], r"spdlog/"),
    "SQLite": (["SQLite::SQLite3"], r"sqlite3"),
    "zlib": (["ZLIB::ZLIB"], r"zlib\.h$"),
    "toml++": (["tomlplusplus::tomlplusplus"], r"toml\+\+/"),
}
TARGETS = {target: name for name, (targets, _) in EXTERNAL.items() for target in targets}
POSIX = r"((sys|net|netinet|arpa)/.*|(dlfcn|fcntl|link|malloc|poll|pthread|regex|signal|string|termios|time|unistd)\.h)$"
CORE = r"actors/\w+/(\w+_core|restart_policy|supervision_plan)\."
NOT_IN_A_CORE = POSIX + (
    r"|caf/|boost/(asio|beast)|(chrono|condition_variable|cstdio|ctime|filesystem|fstream|future|iostream|mutex|random"
    r"|shared_mutex|thread)$|runtime/ports/(chain|clock|entropy|http|market|rpc)_port\.hpp$")

root = Path(sys.argv[1]).resolve()
problems = []


def fail(where, line, rule):
    problems.append(f"{where}:{line}: {rule}")


def read_table():
    """library → (page, line, PUBLIC, PRIVATE)"""
    rows, inside = {}, False
    for number, line in enumerate((root / PAGE).read_text().splitlines(), 1):
        cells = [cell.strip() for cell in line.split("|")[1:-1]]
        inside = bool(cells) and (inside or cells[0] == "library")
        if inside and cells[0].startswith("`"):
            rows[cells[0].strip("`")] = (PAGE, number, *({n.strip() for n in c.split(",")} - {"–"} for c in cells[1:3]))
    return rows


def read_cmake():
    """The same of CMake, in the table's names; and folder or file → library"""
    libraries, owners, groups = {}, {}, {}
    for folder in LISTS:
        where = f"{folder}/CMakeLists.txt"
        text = re.sub(r"#.*", "", (root / where).read_text())
        values = dict(re.findall(r"\bset\((\w+) ([^)$]*)\)", text))
        text = re.sub(r"\$\{(\w+)\}", lambda m: values.get(m[1], m[0]), text)
        for call in re.finditer(r"\b(inferd_library|target_link_libraries|add_executable)\(\s*(\w+)([^)]*)\)", text):
            parts = {key: set() for key in ("FOLDERS", "SOURCES", "PUBLIC", "PRIVATE", "INTERFACE")}
            key = "SOURCES"
            for word in call[3].split():
                key = word if word in parts else key
                parts[key] |= {word} - {key, "Threads::Threads"}  # threads are part of the C library
            if call[1] == "add_executable":
                owners.update({f"{folder}/{file}": call[2] for file in parts["SOURCES"]})
            elif parts["INTERFACE"]:  # a name for several libraries
                groups[call[2]] = parts["INTERFACE"]
            else:
                libraries[call[2]] = (where, text.count("\n", 0, call.start()) + 1, parts["PUBLIC"], parts["PRIVATE"])
                owners.update(dict.fromkeys(parts["FOLDERS"], call[2]))
    for name, (where, line, *kinds) in libraries.items():
        named = [{TARGETS.get(t, t) for target in kind for t in groups.get(target, {target})} for kind in kinds]
        libraries[name] = (where, line, *named)
    return libraries, owners


def read_includes():
    """file → [(line, " or <, header)]"""
    paths = [p for top in {folder.split("/")[0] for folder in LISTS} for p in (root / top).rglob("*.*")]
    found = {}
    for path in sorted(p for p in paths if re.search(r"\.([chi]pp|cpp\.in)$", p.name)):
        lines = enumerate(path.read_text().splitlines(), 1)
        matches = [(number, re.match(r'\s*#\s*include\s*(["<])([^">]+)', line)) for number, line in lines]
        found[path.relative_to(root).as_posix()] = [(number, m[1], m[2]) for number, m in matches if m]
    return found


table, (cmake, owners), files = read_table(), read_cmake(), read_includes()

above = set(EXTERNAL)
for name, (_, line, public, private) in table.items():
    for other in sorted((public | private) - above):
        fail(PAGE, line, f"{name} uses {other}, which is no row above it and no external library")
    above.add(name)
    if name not in cmake:
        fail(PAGE, line, f"CMake has no library {name}")
for name, (where, line, *kinds) in cmake.items():
    for kind, here, there in zip(("PUBLIC", "PRIVATE"), kinds, table[name][2:] if name in table else ()):
        if here != there:
            fail(where, line, f"{name} links {kind} {sorted(here)}, its row (line {table[name][1]}) has {sorted(there)}")
    if name not in table:
        fail(where, line, f"{PAGE} has no row for {name}")

cores = [file for file in files if re.match(CORE, file)]
for file in cores:  # grows by the headers that they include
    cores += sorted({h for _, _, h in files[file] if h in files and owners.get(h.rpartition("/")[0]) == "cores"} - {*cores})


def owner(file):
    if file.endswith(".pb.h"):
        return "chain_proto" if (root / file.replace(".pb.h", ".proto")).exists() else None
    library = owners.get(file) or owners.get(file.rpartition("/")[0]) if file in files else None
    return "actors" if file == "actors/interfaces.hpp" or library == "cores" and file not in cores else library


def reach(library):
    """Itself, its row, and what those name as PUBLIC, directly or through each other"""
    seen, pending = {library}, table[library][2] | table[library][3]
    while pending:
        seen |= pending
        pending = {name for each in pending if each in table for name in table[each][2]} - seen
    return seen


reached = {name: reach(name) for name in table}
for file, includes in files.items():
    library = owner(file)
    if library not in cmake:
        fail(file, 1, "belongs to no library of CMake")
    for line, kind, header in includes if library in table else ():
        external = next((name for name, (_, headers) in EXTERNAL.items() if re.match(headers, header)), None)
        used = owner(header) if kind == '"' else external
        if library == "cores" and re.match(NOT_IN_A_CORE, header):
            fail(file, line, f"a core includes {header}: no CAF, socket, file, clock or thread in a core")
        elif used and used not in reached[library]:
            fail(file, line, f"{library} includes {header} of {used}, which its row does not allow")
        elif not used and (kind == '"' or re.search(r"[/.]", header) and not re.match(POSIX, header)):
            fail(file, line, f"{header} belongs to no library that the table or {Path(__file__).name} knows")

first = {}
for path in sorted(p for top in ("actors", "messages", "model", "runtime", "tests") for p in (root / top).rglob("*.hpp")):
    if first.setdefault(path.name, path) != path:
        fail(path.relative_to(root), 1, f"{first[path.name].relative_to(root)} has the same name")

if problems:
    sys.exit("\n".join([*problems, f"{len(problems)} problems"]))
print(f"ok: {len(table)} libraries, {len(files)} files, {sum(map(len, files.values()))} includes, {len(cores)} files of cores")
