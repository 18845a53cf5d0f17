#!/usr/bin/env bash
# replay.sh INFERD SOURCE_DIR: the recorded tape of each version in this folder. The present version's is replayed to the same
# decisions and signed bytes; an older one is refused in one sentence. A new version: record one with inferd demo (README.md).
set -euo pipefail
inferd=$1 here=$2/tests/tapes
current=$(sed -n 's/^inline constexpr int tape_version = \([0-9]*\);/\1/p' "$2/runtime/tape/tape.hpp")
[ -d "$here/v$current" ] || { echo "there is no recorded tape of version $current: tests/tapes/README.md"; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/v$current"/* "$work"
chmod 600 "$work/mnemonic"
for tape in "$here"/v*/run.jsonl; do
  version=$(basename "$(dirname "$tape")")
  status=0
  INFERD_DEMO_TOKEN=none "$inferd" replay --config "$work/inferd.toml" "$tape" >"$work/out" 2>&1 || status=$?
  cat "$work/out"
  if [ "$version" = "v$current" ]; then
    [ $status -eq 0 ] || { echo "$version: exit code $status"; exit 1; }
    grep -q identical "$work/out"
  else
    [ $status -eq 1 ] && grep -q "tape version ${version#v} of inferd .*, this inferd reads $current for that" "$work/out" ||
      { echo "$version: not refused as an older tape"; exit 1; }
  fi
done
