#!/usr/bin/env bash
# A daemon that retrains: candles from the simulated market, a child process of the lowest priority, one more shadow, which an
# operator makes live; a restart trains nothing again, and a market without candles costs no window.
#   retrain.sh PATH_OF_INFERD SOURCE_DIR
. "$(dirname "$0")/processes.sh"
models() { "$INFERD" models "$@" --config inferd.toml; }
retrained() { models list --json | grep '"name":"retrained-' | grep "$1"; }
predicts() { retrained '"role":"shadow"' | grep -qv '"predictions":0,'; }
confirmed() { "$INFERD" ledger list --config inferd.toml --json --status confirmed | wc -l; }
at_least() { [ "$(confirmed)" -ge "$1" ]; }

begin "$1" "$2"
"$INFERD" train --constant 0.00111 --topic 1 --symbol btcusd --horizon-hours 168 --out a.json >train.log 2>&1 || fail "training"
start_sim --epoch 10 --window 6 --topics 1
begin_config
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
stop "the first run"
replays replay1.log predictor/1

start run2.log
retrained '"role":"live"' >/dev/null || fail "it is live after a restart"
wait_for at_least $(($(confirmed) + 2))
models rollback --topic 1 >rollback.log 2>&1 || fail "an operator takes it back"
stop "the second run"
replays replay2.log predictor/1

start run3.log
retrained '"role":"shadow"' >/dev/null || fail "as a shadow it is there after a restart, too"
wait_for at_least $(($(confirmed) + 1))
grep -q 'retrained topic' run2.log run3.log && fail "nothing is trained again before its time"
stop "the third run"
replays replay3.log predictor/1

rm -rf books.db* training models # as on a new machine; two hours are too few to train on
sed -i 's/history = "300d"/history = "2h"/' inferd.toml
start run4.log
wait_for grep -q 'topic 1: retraining failed, tried again in 1 hour' run4.log
wait_for at_least 2
stop "the fourth run"
echo ok
