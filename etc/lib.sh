# Shared by the scripts of this folder: packages and builds. Source it; it sets ROOT and changes to it.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"

say() { printf '%s\n' "$*" >&2; }
die() { say "$0: $*"; exit 1; }

# need_packages [FILE]: installs the packages in etc/packages.txt, or FILE, that dpkg does not have.
need_packages() {
  local missing=() name
  while read -r name; do
    case $name in '' | '#'*) continue ;; esac
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done < "${1:-etc/packages.txt}"
  [ ${#missing[@]} -eq 0 ] && return 0
  local sudo=
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "packages are missing and there is neither root nor sudo to install them: ${missing[*]}"
    sudo=sudo
  fi
  say "Installing ${#missing[@]} packages: ${missing[*]}"
  $sudo apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null \
    || die "apt-get could not install: ${missing[*]}"
}

# build_as PRESET FOLDER TARGET...: configures once, builds with ninja's progress output.
build_as() {
  local preset=$1 folder=$2
  shift 2
  [ -f "$folder/build.ninja" ] || cmake --preset "$preset" >"$folder.log" 2>&1 || { cat "$folder.log" >&2; die "cmake failed"; }
  rm -f "$folder.log"
  cmake --build "$folder" --target "$@" >&2
}
build() { build_as release build "$@"; }
