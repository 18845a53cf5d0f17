#!/usr/bin/env bash
# The form of `inferd --version`, and what etc/cmake/Version.cmake writes: from a clone, a changed clone, a worktree, a tarball.
#   version.sh PATH_OF_INFERD SOURCE_DIR
set -euo pipefail
INFERD=$1 SOURCE=$2
fail() { echo "FAILED: $*" >&2; exit 1; }

version=$(sed -nE 's/^project\(inferd VERSION ([0-9]+\.[0-9]+\.[0-9]+) .*/\1/p' "$SOURCE/CMakeLists.txt")
[ -n "$version" ] || fail "CMakeLists.txt has no project(inferd VERSION X.Y.Z ...)"
said=$("$INFERD" --version)
[[ $said =~ ^inferd\ "$version"\ \((unknown|[0-9a-f]{9,40}(-dirty)?)\)$ ]] || fail "inferd --version says: $said"
head=$(sed -nE 's/^## \[([0-9.]+)\].*/\1/p' "$SOURCE/CHANGELOG.md" | sed -n 1p)
[ "$head" = "$version" ] || fail "CHANGELOG.md begins with version \"$head\", CMakeLists.txt has $version"
command -v git >/dev/null || { echo "ok: form only, there is no git"; exit 0; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
git() { command git -c init.defaultBranch=main -c user.name=test -c user.email=test@example.invalid -c commit.gpgsign=false "$@"; }
# written FOLDER: what stands between the parentheses when FOLDER is the source tree
written() {
  cmake -D "SOURCE_DIR=$1" -D VERSION=1.2.3 -D "OUT=$scratch/version.cpp" -P "$SOURCE/etc/cmake/Version.cmake"
  sed -nE 's/.*"1\.2\.3 \((.*)\)".*/\1/p' "$scratch/version.cpp"
}
tree=$scratch/tree
mkdir "$tree"
echo one >"$tree/file"
[ "$(written "$tree")" = unknown ] || fail "a tarball's commit is unknown"
git init -q "$tree"
[ "$(written "$tree")" = unknown ] || fail "a clone without a commit is unknown"
git -C "$tree" add file
git -C "$tree" commit -q -m One
git -C "$tree" tag -a v9 -m "a tag is no commit"
first=$(git -C "$tree" rev-parse --short=9 HEAD)
[ "$(written "$tree")" = "$first" ] || fail "a clone says its commit"
touch -d '2001-01-01' "$scratch/version.cpp"
written "$tree" >/dev/null
[ "$(stat -c %Y "$scratch/version.cpp")" = "$(date -d 2001-01-01 +%s)" ] || fail "an unchanged tree leaves the file alone"
echo two >"$tree/file"
[ "$(written "$tree")" = "$first-dirty" ] || fail "a changed file makes it dirty"
git -C "$tree" commit -q -a -m Two
second=$(git -C "$tree" rev-parse --short=9 HEAD)
[ "$(written "$tree")" = "$second" ] || fail "a new commit is seen"
git -C "$tree" worktree add -q "$scratch/worktree" HEAD~
[ "$(written "$scratch/worktree")" = "$first" ] || fail "a worktree says its own commit"
mkdir "$tree/unpacked"
[ "$(written "$tree/unpacked")" = unknown ] || fail "a tarball inside another repository is unknown"
echo "ok: $said"
