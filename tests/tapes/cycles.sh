#!/usr/bin/env bash
# cycles.sh TEST SOURCE_DIR [--record]: replays the recorded cycles of the present version of tapes with tapes.cycles.test;
# --record: records and packs them anew.
set -euo pipefail
test=$1 here=$2/tests/tapes
current=$(sed -n 's/^inline constexpr int tape_version = \([0-9]*\);/\1/p' "$2/runtime/tape/tape.hpp")
archive=$here/v$current/cycles.tar.xz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/cycles"
if [ "${3:-}" = --record ]; then
  "$test" -- --record "$work/cycles"
  tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 --mode=644 -C "$work/cycles" -cf "$work/cycles.tar" $(ls "$work/cycles")
  xz -9e "$work/cycles.tar"
  mv "$work/cycles.tar.xz" "$archive"
  exit
fi
[ -f "$archive" ] || { echo "there are no recorded cycles of version $current: tests/tapes/README.md"; exit 1; }
(cd "$work/cycles" && cmake -E tar xf "$archive")
"$test" -- "$work/cycles"
