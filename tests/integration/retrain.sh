#!/usr/bin/env bash
# A daemon that retrains: candles from the simulated market, a child process of the lowest priority, one more shadow, which an
# operator makes live; a restart trains nothing again, and a market without candles costs no window.
#   retrain.sh PATH_OF_INFERD SOURCE_DIR
set -euo pipefail
INFERD=$(readlink -f "$1") SOURCE=$(readlink -f "$2")
DIR=$(mktemp -d)
cd "$DIR"
SIM= DAEMON=
cleanup() { for pid in $SIM $DAEMON; do kill -9 "$pid" 2>/dev/null || true; done; rm -rf "$DIR"; }
trap cleanup EXIT
fail() { echo "FALSE $*"; tail -n 30 ./*.log; exit 1; }
wait_for() { # COMMAND...: until it succeeds
  for _ in $(seq 900); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done
  fail "waited in vain for: $*"
}
models() { "$INFERD" models "$@" --config inferd.toml; }
retrained() { models list --json | grep '"name":"retrained-' | grep "$1"; }
predicts() { retrained '"role":"shadow"' | grep -qv '"predictions":0,'; }
confirmed() { "$INFERD" ledger list --config inferd.toml --json --status confirmed | wc -l; }
at_least() { [ "$(confirmed)" -ge "$1" ]; }
start() {
  "$INFERD" run --config inferd.toml >"$1" 2>&1 &
  DAEMON=$!
  wait_for "$INFERD" ctl ps --config inferd.toml
}

"$INFERD" wallet new --mnemonic-file mnemonic >wallet.json
address=$(sed 's/.*"address":"\([^"]*\)".*/\1/' wallet.json)
"$INFERD" train --constant 0.00111 --topic 1 --symbol btcusd --horizon-hours 168 --out a.json >train.log 2>&1 || fail "training"
"$INFERD" sim --port 0 --block-ms "${BLOCK_MS:-400}" --epoch 10 --window 6 --fund "$address" --register --topics 1 \
  --candles "$SOURCE/etc/data/btcusd-1h.csv" --write-config sim.toml --json >sim.json 2>sim.log &
SIM=$!
wait_for test -s sim.json
sed '/^\[\[topic\]\]/,$d' sim.toml >inferd.toml
cat >>inferd.toml <<'TOML'
[[topic]]
id = 1
symbol = "btcusd"
horizon_hours = 168
model = "a.json"
retrain = { every = "1d", history = "300d" }
TOML
"$INFERD" config check --config inferd.toml >check.log 2>&1 || fail "config check"
start run1.log
trains() { pgrep -P "$DAEMON" -f 'train --candles' || grep -q 'retrained topic' run1.log; }
wait_for trains
child=$(pgrep -P "$DAEMON" -f 'train --candles' || true)
[ -z "$child" ] || [ "$(ps -o ni= -p "$child" 2>/dev/null | tr -d ' ')" = 19 ] || [ ! -e "/proc/$child" ] || fail "the child has the lowest priority"
wait_for predicts
grep -q 'retrained topic=1 model=retrained-.* candles=7[0-9]* ' run1.log || fail "the log says what was trained on"
grep -q 'model offered topic=1 model=retrained-' run1.log || fail "and that the predictor has it"
name=$(retrained . | sed 's/.*"name":"\([^"]*\)".*/\1/')
models promote --topic 1 "$name" >promote.log 2>&1 || fail "an operator promotes it"
wait_for at_least $(($(confirmed) + 1))
kill "$DAEMON"; wait "$DAEMON" || fail "the first run did not end well"
"$INFERD" replay --config inferd.toml >replay1.log 2>&1 || fail "replay of the first run"

start run2.log
retrained '"role":"live"' >/dev/null || fail "it is live after a restart"
wait_for at_least $(($(confirmed) + 2))
models rollback --topic 1 >rollback.log 2>&1 || fail "an operator takes it back"
kill "$DAEMON"; wait "$DAEMON" || fail "the second run did not end well"
"$INFERD" replay --config inferd.toml >replay2.log 2>&1 || fail "replay of the second run"

start run3.log
retrained '"role":"shadow"' >/dev/null || fail "as a shadow it is there after a restart, too"
wait_for at_least $(($(confirmed) + 1))
grep -q 'retrained topic' run2.log run3.log && fail "nothing is trained again before its time"
kill "$DAEMON"; wait "$DAEMON" || fail "the third run did not end well"
"$INFERD" replay --config inferd.toml >replay3.log 2>&1 || fail "replay of the third run"

rm -rf books.db* training models # as on a new machine; two hours are too few to train on
sed -i 's/history = "300d"/history = "2h"/' inferd.toml
start run4.log
wait_for grep -q 'topic 1: retraining failed, tried again in 1 hour' run4.log
wait_for at_least 2
kill "$DAEMON"; wait "$DAEMON" || fail "the fourth run did not end well"
DAEMON=
echo ok
