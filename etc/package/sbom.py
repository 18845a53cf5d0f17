"""SPDX 2.3 document of what the program is linked with, from the first table of etc/THIRD_PARTY.md.

`document(...)` returns the JSON object; `parts(PAGE)` the table's rows. The versions are those of the installed Debian packages.
"""
import hashlib
import json
import re
import subprocess
from datetime import datetime, timezone

# The page's words for people, as SPDX expressions; a licence that is neither here nor an identifier is an error.
EXPRESSIONS = {
    "BSD-3-Clause, or BSL-1.0": "BSD-3-Clause OR BSL-1.0",
    "MIT, with an exception for object code": "MIT",
    "public domain": "blessing",
    "GPL-3.0-or-later, with the GCC Runtime Library Exception": "GPL-3.0-or-later WITH GCC-exception-3.1",
}
IDENTIFIER = re.compile(r"[A-Z][A-Za-z0-9]*(?:-[A-Za-z0-9.]+)*|Zlib")


def expression(licence):
    if licence in EXPRESSIONS:
        return EXPRESSIONS[licence]
    if not IDENTIFIER.fullmatch(licence):
        raise ValueError(f"etc/THIRD_PARTY.md: \"{licence}\" has no SPDX expression in etc/package/sbom.py")
    return licence


def parts(page):
    """[(name, licence, [Debian packages], linked as a shared library)] of the section about the program."""
    section = re.search(r"^## Linked into .*?\n(.*?)^## ", page, re.S | re.M)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section[1].splitlines() if line.startswith("| ")]
    return [(row[0], row[2], re.findall(r"`([^`]+)`", row[3]), ".so" in row[5]) for row in rows[1:]]


def installed(package, arch):
    """Version of the first installed of `package:arch` and `package`, otherwise empty."""
    for name in (f"{package}:{arch}", package):
        done = subprocess.run(["dpkg-query", "-W", "-f=${db:Status-Status} ${Version}", name], capture_output=True, text=True)
        words = done.stdout.split()
        if done.returncode == 0 and words and words[0] == "installed":
            return words[1]
    return ""


def identifier(text):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.]+", "-", text).strip("-")


def document(page, version, arch, epoch, distribution):
    packages = [{
        "name": "inferd", "SPDXID": "SPDXRef-inferd", "versionInfo": version, "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False, "licenseConcluded": "Apache-2.0", "licenseDeclared": "Apache-2.0",
        "copyrightText": "Copyright 2026 the inferd contributors", "supplier": "NOASSERTION"}]
    relations = [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-inferd"}]
    for name, licence, names, shared in parts(page):
        found = [(n, v) for n in names if (v := installed(n, arch))]
        package = {"name": name, "SPDXID": identifier(name), "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
                   "licenseConcluded": expression(licence), "licenseDeclared": expression(licence),
                   "copyrightText": "NOASSERTION", "supplier": "Organization: Debian"}
        if found:
            package["versionInfo"] = found[0][1]
            package["externalRefs"] = [
                {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                 "referenceLocator": f"pkg:deb/debian/{n}@{v.replace('+', '%2B').replace(':', '%3A')}?arch={arch}&distro={distribution}"}
                for n, v in found]
        packages.append(package)
        relations.append({"spdxElementId": "SPDXRef-inferd", "relatedSpdxElement": identifier(name),
                          "relationshipType": "DYNAMIC_LINK" if shared else "STATIC_LINK"})
    digest = hashlib.sha256(json.dumps([packages, relations], sort_keys=True).encode()).hexdigest()
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": f"inferd-{version}-{arch}",
        "documentNamespace": f"https://spdx.org/spdxdocs/inferd-{version}-{digest[:32]}",
        "creationInfo": {"created": datetime.fromtimestamp(epoch, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
                         "creators": ["Tool: inferd-etc-package-sbom"]},
        "packages": packages, "relationships": relations}
