#!/usr/bin/env bash
# Two hundred topics in one process against a simulated chain in another; then three runs on the same books, one of them killed,
# each replayed; and a run without permission to lock memory.
#   topics.sh PATH_OF_INFERD SOURCE_DIR
# BLOCK_MS is the block time, default 250; SANITIZED is set for a sanitized program.
set -euo pipefail
INFERD=$1 SOURCE=$2
DIR=$(mktemp -d)
cd "$DIR"
SIM= DAEMON=
cleanup() { for pid in $SIM $DAEMON; do kill -9 "$pid" 2>/dev/null || true; done; rm -rf "$DIR"; }
trap cleanup EXIT
fail() { echo "FALSE $*"; tail -n 20 ./*.log; exit 1; }
wait_for() { # COMMAND...: until it succeeds
  for _ in $(seq 300); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done
  fail "waited in vain for: $*"
}
at_least() { [ "$("$INFERD" ledger list --config state/inferd.toml --json | grep -c '"status":"confirmed"')" -ge "$1" ]; }
newest_tape() { find state/tapes -name '*.jsonl' | sort | tail -n 1; }
replays() { "$INFERD" replay --config state/inferd.toml "$(newest_tape)" >replay.log 2>&1 || fail "replay of $1"; }
start() { "$INFERD" run --config state/inferd.toml >run.log 2>&1 & DAEMON=$!; }

chain() { # TOPIC...: with a configuration in a folder of its own
  mkdir state
  cp -p mnemonic model.json state/
  "$INFERD" sim --port 0 --block-ms "${BLOCK_MS:-250}" --epoch 16 --window 8 --fund "$address" --register --topics "$@" \
    --candles "$SOURCE/etc/data/btcusd-1h.csv" --write-config state/inferd.toml --json >sim.json 2>sim.log &
  SIM=$!
  wait_for test -s sim.json
}

"$INFERD" wallet new --mnemonic-file mnemonic >wallet.json
address=$(sed 's/.*"address":"\([^"]*\)".*/\1/' wallet.json)
"$INFERD" train --candles "$SOURCE/etc/data/btcusd-1h.csv" --topic 1 --symbol btcusd --horizon-hours 168 \
  --keep "ridge without levels, tuned" --out model.json >train.log 2>&1 || fail "training"

# shellcheck disable=SC2046
chain $(seq 200)
timeout 60 "$INFERD" once --config state/inferd.toml >once.log 2>&1 || fail "once, with 200 topics"
"$INFERD" ledger list --config state/inferd.toml --json >once.json
[ "$(grep -c '"status":"confirmed"' once.json)" -eq 200 ] || fail "200 windows are confirmed"
[ "$(sed 's/.*"nonce":\([0-9]*\).*/\1/' once.json | sort -u | wc -l)" -eq 1 ] || fail "they opened in one block"
"$INFERD" ledger verify --config state/inferd.toml >verify.log 2>&1 || fail "ledger verify"
kill "$SIM"; wait "$SIM" || true
rm -rf state sim.json

chain 1 2 3
start
wait_for at_least 3
kill "$DAEMON"; wait "$DAEMON" || fail "the first run did not end well"
replays "the first run"
start
wait_for "$INFERD" ctl restart ledger --config state/inferd.toml
wait_for at_least 6
wait_for "$INFERD" ctl restart submitter --config state/inferd.toml
wait_for at_least 9
kill -9 "$DAEMON"; wait "$DAEMON" 2>/dev/null || true
replays "the second run, on the books of the first, with restarts, killed"
grep -q '^ledger .* out as recorded' replay.log || fail "the ledger was replayed"

[ -z "${SANITIZED:-}" ] || { echo "ok, but for memory that cannot be locked: a sanitizer answers for the kernel"; exit; }
bare=(prlimit --memlock=0)
[ "$(id -u)" -ne 0 ] || bare+=(setpriv --bounding-set=-ipc_lock --inh-caps=-ipc_lock)
"${bare[@]}" "$INFERD" doctor --offline --config state/inferd.toml >doctor.log 2>&1 || fail "doctor"
grep -q 'memory cannot be locked' doctor.log || fail "doctor tells that memory cannot be locked"
"${bare[@]}" "$INFERD" once --config state/inferd.toml >once.log 2>&1 || fail "once, without locked memory"
grep -q 'memory cannot be locked' once.log || fail "the log tells that memory cannot be locked"
replays "the third run"
echo "ok: 200 topics, replays on old books, memory that cannot be locked"
