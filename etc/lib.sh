# Shared by the scripts of this folder: packages and builds. Source it; it sets ROOT and changes to it.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"

say() { printf '%s\n' "$*" >&2; }
die() { say "$0: $*"; exit 1; }

installed() {
  local name
  for name; do dpkg-query -W -f='${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || return 1; done
}
known() {
  local name
  for name; do [ -n "$(apt-cache show "$name" 2>/dev/null)" ] || return 1; done
}
# first_of installed|known LINE: prints the first alternative whose packages all pass that test.
first_of() {
  local choices choice
  IFS='|' read -ra choices <<<"$2"
  for choice in "${choices[@]}"; do
    # shellcheck disable=SC2086 # a choice is a list of names
    "$1" $choice && echo $choice && return 0
  done
  return 1
}

# need_packages [FILE]: installs the packages in etc/packages.txt, or FILE, that dpkg does not have. Of the alternatives on a
# line (A | B) it takes the first that is installed, else the first that apt knows. An alternative may be several packages.
need_packages() {
  local file=${1:-etc/packages.txt} line choice lines=() names=() sudo=
  while read -r line; do
    case $line in '' | '#'*) continue ;; esac
    first_of installed "$line" >/dev/null || lines+=("$line")
  done <"$file"
  [ ${#lines[@]} -eq 0 ] && return 0
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "there is neither root nor sudo to install what is missing of $file: ${lines[*]}"
    sudo=sudo
  fi
  $sudo apt-get update -qq >&2 || die "apt-get update failed"
  for line in "${lines[@]}"; do
    choice=$(first_of known "$line") || die "$file: \"$line\": no such package on $(. /etc/os-release && echo "$PRETTY_NAME")"
    read -ra choice <<<"$choice" && names+=("${choice[@]}")
  done
  say "Installing ${#names[@]} packages: ${names[*]}"
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${names[@]}" >/dev/null \
    || die "apt-get could not install: ${names[*]}"
}

# configure PRESET FOLDER: once
configure() {
  [ -f "$2/build.ninja" ] || cmake --preset "$1" >"$2.log" 2>&1 || { cat "$2.log" >&2; die "cmake failed"; }
  rm -f "$2.log"
}
# build_as PRESET FOLDER TARGET...: configures once, builds with ninja's progress output.
build_as() {
  local folder=$2
  configure "$1" "$2"
  shift 2
  cmake --build "$folder" --target "$@" >&2
}
build() { build_as release build "$@"; }
