#!/usr/bin/env bash
# A daemon with one live model and shadows, one of which exits and one of which hangs, the network's value and a guard: promotions
# and rollbacks over the admin socket, two at once among them, across kill -9 and a changed configuration; every tape is replayed.
#   model_swaps.sh PATH_OF_INFERD SOURCE_DIR
. "$(dirname "$0")/processes.sh"
command -v python3 >/dev/null || { echo "skipped: python3 is not installed"; exit 77; }
models() { "$INFERD" models "$@" --config inferd.toml; }
confirmed() { "$INFERD" ledger list --config inferd.toml --json --status confirmed | grep -c "\"value\":\"$1" || true; }
at_least() { [ "$(confirmed "$1")" -ge "$2" ]; }
role() { models list --json | grep "\"name\":\"$1\"" | sed 's/.*"role":"\([a-z]*\)".*/\1/'; }
is_live() { [ "$(models list --json | grep -c '"role":"live"')" = 1 ] && [ "$(role "$1")" = live ]; }
figure() { models list --json | grep "\"name\":\"$1\"" | sed "s/.*\"$2\":\([0-9]*\).*/\1/"; }
figure_at_least() { [ "$(figure "$1" "$2")" -ge "$3" ]; }

begin "$1" "$2"
for model in a=0.00111 b=0.00222 c=0.00333; do
  "$INFERD" train --constant "${model#*=}" --topic 1 --symbol btcusd --horizon-hours 168 --out "${model%=*}.json" >train.log 2>&1 ||
    fail "training"
done
start_sim --epoch 10 --window 6 --topics 1
write_failing_models
configure() { # MODEL
  begin_config
  cat >>inferd.toml <<TOML
[[topic]]
id = 1
symbol = "btcusd"
horizon_hours = 168
model = "$1"
shadow = ["b.json", { command = ["python3", "exits.py"] }, { command = ["python3", "hangs.py"], deadline_ms = 300 },
          { command = ["python3", "$SOURCE/etc/examples/function/predict.py"], name = "mine" }, "network"]
guard = {}
TOML
}
configure a.json
"$INFERD" config check --config inferd.toml >check.log 2>&1 || fail "config check"
sed 's/"b.json"/"b.json", "eth.json"/' inferd.toml >wrong.toml
"$INFERD" train --constant 0.1 --topic 1 --symbol ethusd --horizon-hours 168 --out eth.json >train.log 2>&1
"$INFERD" config check --config wrong.toml >wrong.log 2>&1 && fail "a shadow of another symbol is refused"
grep -q 'wrong.toml:[0-9]*: topic.shadow: .*eth.json.*ethusd' wrong.log || fail "it is named with file and line"
cp wrong.toml inferd.toml # the live model does not depend on it

start run1.log
grep -q 'topic 1: topic.shadow is left out: .*ethusd' run1.log || fail "a shadow that cannot be used is left out with a warning"
grep -q 'topic 1: guard is left out: its expert topic.shadow is left out' run1.log || fail "and the guard over it"
wait_for at_least 0.00111 3
wait_for figure_at_least b.json predictions 3
wait_for figure_at_least mine predictions 1
wait_for figure_at_least exits.py failures 2
wait_for figure_at_least hangs.py failures 2
is_live a.json || fail "a.json is live"
[ "$(role b.json)" = shadow ] && [ "$(role mine)" = shadow ] || fail "the others are shadows"
models list >list.log && grep -q 'exited with code 1: the weights are gone' list.log || fail "the list says why a shadow fails"
"$INFERD" ctl inspect predictor/1 --config inferd.toml >inspect.log && grep -q 'no answer within' inspect.log || fail "so does ctl inspect"
"$INFERD" health --config inferd.toml >health.log 2>&1 || fail "shadows that fail do not make the daemon unwell"

models promote --topic 1 no.json >no.log 2>&1 && fail "a model that is not there is refused"
grep -q 'topic 1 has no model no.json; it has a.json, b.json' no.log || fail "with what there is"
models promote --topic 1 a.json >no.log 2>&1 && fail "the live model is refused"
grep -q 'a.json (.*) is live already' no.log || fail "as being live"
models promote --topic 2 b.json >no.log 2>&1 && fail "another topic is refused"
models rollback --topic 1 >no.log 2>&1 && fail "without a swap there is nothing to go back to"

models promote --topic 1 b.json >promote.log 2>&1 || fail "promote"
grep -q 'b.json (.*) is live in topic 1 from the first window after [0-9]* on, instead of a.json' promote.log || fail "says from when"
is_live b.json || fail "b.json is live at once in the books"
wait_for at_least 0.00222 2

# Two at once: one after the other, and one live model whatever the order.
models promote --topic 1 a.json >two1.log 2>&1 & first=$!
models promote --topic 1 mine >two2.log 2>&1 & second=$!
wait $first || fail "two at once: the first"
wait $second || fail "two at once: the second"
[ "$(models list --json | grep -c '"role":"live"')" = 1 ] || fail "there is one live model"
[ "$(models history --topic 1 --json | wc -l)" = 3 ] || fail "each is in the history"
models rollback --topic 1 >rollback.log 2>&1 || fail "rollback"
models rollback --topic 1 b.json >rollback.log 2>&1 || fail "rollback to a named version"
is_live b.json || fail "b.json is live again"

kill_daemon
replays replay1.log predictor/1
start run2.log
is_live b.json || fail "the swap outlives kill -9"
n=$(confirmed 0.00222)
wait_for at_least 0.00222 $((n + 2))
stop "the second run"
replays replay2.log predictor/1

configure c.json # a new model in the configuration wins over an older swap
start run3.log
grep -q "the configuration's model has changed since b.json was made live: c.json is live" run3.log || fail "it is said"
wait_for at_least 0.00333 2
a_version=$(models list --all --json | grep '"name":"a.json"' | sed 's/.*"version":"\([0-9a-f]*\)".*/\1/')
[ "$(models list --all --json | grep '"name":"a.json"' | grep -c '"role":"retired"')" = 1 ] || fail "a.json has retired"
rm a.json
n=$(confirmed 0.00111)
models rollback --topic 1 "$a_version" >rollback.log 2>&1 || fail "rollback to a version whose file is gone"
wait_for at_least 0.00111 $((n + 2))
stop "the third run"
replays replay3.log predictor/1
start run4.log
is_live a.json || fail "a version whose file is gone is live after a restart"
n=$(confirmed 0.00111)
wait_for at_least 0.00111 $((n + 1))
models promote --topic 1 network >no.log 2>&1 && fail "the network's value is never live"
grep -q 'cannot be live' no.log || fail "with the reason"
models promote --topic 1 guard >promote.log 2>&1 || fail "the guard is promoted"
n=$(confirmed '0"')
wait_for at_least '0"' $((n + 2)) # it has learnt nothing: the first truth comes in a week
wait_for figure_at_least network predictions 2
kill_daemon
replays replay4.log predictor/1
start run5.log
is_live guard || fail "the guard outlives kill -9"
n=$(confirmed '0"')
wait_for at_least '0"' $((n + 2))
stop "the fifth run"
replays replay5.log predictor/1
models compare --topic 1 >compare.log || fail "compare"
lost=$("$INFERD" ledger list --config inferd.toml --json | grep -v '"status":"confirmed"' | grep -vc 'not watching' || true)
[ "$lost" -le 4 ] || fail "$lost windows were lost, more than one a run"
"$INFERD" ledger verify --config inferd.toml >verify.log || fail "verify"
echo ok
