#!/usr/bin/env bash
# etc/THIRD_PARTY.md names every package of etc/packages.txt, every library that etc/cmake/Dependencies.cmake looks for, and
# every shared library that inferd is linked with.
#   third_party.sh PATH_OF_INFERD SOURCE_DIR
set -euo pipefail
INFERD=$1 SOURCE=$2
PAGE=$SOURCE/etc/THIRD_PARTY.md
missing=0
# named WHERE NAME...: each NAME stands on the page as a code span
named() {
  local where=$1 name
  shift
  for name; do
    grep -qF "\`$name\`" "$PAGE" || { echo "$PAGE does not name $name ($where)" >&2; missing=$((missing + 1)); }
  done
}
mapfile -t packages < <(grep -vE '^\s*(#|$)' "$SOURCE/etc/packages.txt" | tr -s ' |' '\n')
mapfile -t found < <(sed -nE -e 's/^ *find_(package|library)\(([^)]*).*/\1 \2/p' -e 's/^ *pkg_(check|search)_modules?\(([^)]*).*/pkg \2/p' \
  "$SOURCE/etc/cmake/Dependencies.cmake" | awk '
    $1 == "package" { print $2 }
    $1 == "library" { print $3 }
    $1 == "pkg" { for (i = 3; i <= NF; i++) if ($i !~ /^[A-Z_]+$/) print $i }')
mapfile -t linked < <(objdump -p "$INFERD" | awk '$1 == "NEEDED" { print $2 }')
for list in packages found linked; do
  declare -n entries=$list
  [ ${#entries[@]} -gt 5 ] || { echo "$0 reads nothing from the list of $list" >&2; exit 1; }
done
named etc/packages.txt "${packages[@]}"
named etc/cmake/Dependencies.cmake "${found[@]}"
named "inferd, dynamic section" "${linked[@]}"
[ $missing -eq 0 ] || exit 1
echo "ok: ${#packages[@]} packages, ${#found[@]} libraries of CMake, ${#linked[@]} shared libraries"
