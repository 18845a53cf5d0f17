# Shared by the scripts beside it: packages and builds. Source it; it sets ROOT and moves there.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"

say() { printf '%s\n' "$*" >&2; }
die() { say "$0: $*"; exit 1; }

# Installs what etc/packages.txt names and dpkg does not have.
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

# build TARGET...: configures once, builds with ninja's own progress.
build() {
  [ -f build/build.ninja ] || cmake --preset release >build.log 2>&1 || { cat build.log >&2; die "cmake failed"; }
  rm -f build.log
  cmake --build build --target "$@" >&2
}
