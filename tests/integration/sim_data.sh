#!/usr/bin/env bash
# inferd sim outside of the clone: it finds the candles beside its program, or says that there are none.
#   sim_data.sh PATH_OF_INFERD SOURCE_DIR
set -euo pipefail
DIR=$(mktemp -d)
cd "$DIR"
SIM=
trap '[ -z "$SIM" ] || kill "$SIM" 2>/dev/null || true; rm -rf "$DIR"' EXIT
fail() { echo "FALSE $*"; tail -n 20 ./*.log; exit 1; }

serves() { # WANTED PROGRAM OPTIONS...: the market member of its ready line
  local wanted=$1
  shift
  rm -f ready.json
  "$@" --port 0 --json >ready.json 2>ready.log &
  SIM=$!
  for _ in $(seq 100); do [ -s ready.json ] && break; sleep 0.1; done
  kill "$SIM" && wait "$SIM" || fail "sim stops at a signal"
  SIM=
  grep -q "\"market\":$wanted" ready.json || fail "$* has the market $wanted: $(cat ready.json)"
}

serves '{' "$1" sim                       # in the clone that holds the program
mkdir -p installed/bin installed/share/inferd
cp "$1" installed/bin/inferd
for verb in sim demo; do # it ran without a market, silently
  status=0
  timeout 20 installed/bin/inferd $verb >none.log 2>&1 || status=$?
  [ "$status" -eq 1 ] && grep -q 'inferd: --candles: found in none of .*/share/inferd/btcusd-1h.csv' none.log ||
    fail "$verb without data says so"
done
serves null installed/bin/inferd sim --candles ""
cp "$2/etc/data/btcusd-1h.csv" installed/share/inferd/
serves '{' installed/bin/inferd sim       # as daemon_manager.sh installs them
echo "ok: candles in the clone, installed, none"
