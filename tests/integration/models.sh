#!/usr/bin/env bash
# A daemon with models of every kind against a simulated chain, each in processes of its own; it is killed, started again and
# stopped, and both tapes are replayed without the models.
#   models.sh PATH_OF_INFERD SOURCE_DIR
# A topic with a LightGBM model is added where etc/model-runtimes was run.
. "$(dirname "$0")/processes.sh"
command -v python3 >/dev/null || { echo "skipped: python3 is not installed"; exit 77; }
rows() { "$INFERD" ledger list --config inferd.toml --json | grep "\"topic_id\":$1," | grep -c "\"status\":\"$2\""; }
at_least() { [ "$(rows "$1" "$2")" -ge "$3" ]; }
children() { pgrep -P "$DAEMON" || true; }
alive() { for pid in $1; do kill -0 "$pid" 2>/dev/null && return; done; return 1; }
gone() { ! alive "$1"; }
places="predictor/1 predictor/2 predictor/3 predictor/4 predictor/5 feature/btcusd/1h watcher submitter ledger"

begin "$1" "$2"
"$INFERD" train --candles "$SOURCE/etc/data/btcusd-1h.csv" --topic 1 --symbol btcusd --horizon-hours 168 --out model.json \
  >train.log 2>&1 || fail "training"
start_sim --epoch 16 --window 10 --topics 1 2 3 4 5=up/down 6
python3 "$SOURCE/etc/examples/http/server.py" 0 >server.url 2>server.log &
OTHERS=$!
wait_for test -s server.url

write_failing_models
cat >labels.py <<'PY'
import json, sys
for line in sys.stdin:
    r = json.loads(line)
    up = 0.5 + (r["nonce"] % 10) / 100
    print(json.dumps({"nonce": r["nonce"], "values": [{"label": "up", "value": up}, {"label": "down", "value": 1 - up}]}), flush=True)
PY
begin_config
topic() { printf '[[topic]]\nid = %s\nsymbol = "btcusd"\nhorizon_hours = 168\n%s\n' "$1" "$2" >>inferd.toml; }
topic 1 "model = { command = [\"python3\", \"$SOURCE/etc/examples/function/predict.py\"], candles = 30 }"
topic 2 "model = \"$(cat server.url)\""
topic 3 'model = { command = ["python3", "exits.py"] }
fallback = "model.json"'
topic 4 'model = { command = ["python3", "hangs.py"], deadline_ms = 300 }'
topic 5 'model = { command = ["python3", "labels.py"], labels = ["up", "down"] }
target = "labels"'
LIGHTGBM=
gunzip -c "$SOURCE/tests/golden/models/lightgbm.txt.gz" >m.txt
head -3 "$SOURCE/tests/golden/models/rows200.csv" >few.csv
if "$INFERD" predict --model m.txt --rows few.csv >predict.log 2>&1; then
  LIGHTGBM=1
  topic 6 'model = "m.txt"'
else
  echo "without LightGBM: $(cat predict.log)"
fi

"$INFERD" config check --config inferd.toml >check.log 2>&1 || fail "config check"
"$INFERD" doctor --config inferd.toml >doctor.log 2>&1 || fail "doctor"
grep -q 'model of 1 .*predict.py (sha256:' doctor.log && grep -q 'model runtimes .*ONNX Runtime' doctor.log || fail "doctor names models and runtimes"
sed 's/command = \["python3", "labels.py"\]/command = ["python3", "labels.py"], features = ["no_such"]/' inferd.toml >wrong.toml
"$INFERD" config check --config wrong.toml >wrong.log 2>&1 && fail "config check refuses a feature that does not exist"
grep -q 'wrong.toml:[0-9]*: topic\[5\].model: .*no_such' wrong.log || fail "it is named with file and line"

start run.log
wait_for at_least 1 confirmed 3
wait_for at_least 2 confirmed 2
wait_for at_least 3 confirmed 2
wait_for at_least 4 skipped 2
wait_for at_least 5 confirmed 2
[ -z "$LIGHTGBM" ] || wait_for at_least 6 confirmed 2
grep -q 'predicted topic=1 .*model="predict.py (sha256:' run.log || fail "the books name the program"
grep -q 'predicted topic=2 .*model="http model at 127.0.0.1' run.log || fail "the books name the endpoint"
grep -q 'predicted topic=3 .*model="model.json' run.log || fail "the fallback answers under its name"
grep -q 'delayed topic=3 .*exited with code 1: the weights are gone; model.json' run.log || fail "the reason for the fallback"
grep -q 'topic=4 .*status=skipped.*no answer within [0-9]* ms' run.log || fail "a model that hangs is the reason of its row"
"$INFERD" ctl inspect predictor/4 --config inferd.toml >inspect.json 2>&1 || fail "ctl inspect"
grep -q 'no answer within [0-9]* ms' inspect.json || fail "the predictor shows the failure"
kb=$(awk '/VmRSS/ { print $2 }' "/proc/$DAEMON/status")
[ -n "${SANITIZED:-}" ] || [ "$kb" -lt 30000 ] || fail "the daemon has $kb kB"

before=$(children)
[ -n "$before" ] || fail "the models are children of the daemon"
kill_daemon
wait_for gone "$before"
replays replay1.log $places

start run2.log
n=$(rows 1 confirmed)
wait_for at_least 1 confirmed $((n + 1))
before=$(children)
stop "the second run"
gone "$before" || fail "no model outlives the daemon"
replays replay2.log $places
echo "ok, $kb kB"
