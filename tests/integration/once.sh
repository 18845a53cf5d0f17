#!/usr/bin/env bash
# A daemon and a simulated chain as two processes, run as an operator would: once --dry-run, once, run --until.
#   once.sh PATH_OF_INFERD SOURCE_DIR
. "$(dirname "$0")/test_network.sh"
start_network "$1" "$2"
"$INFERD" config check --config inferd.toml >check.log 2>&1 || fail "config check"
"$INFERD" doctor --config inferd.toml >doctor.log 2>&1 || fail "doctor"
grep -q "account .*$address holds" doctor.log && grep -q 'topic 1 .*will register' doctor.log || fail "doctor asks the chain"
sed 's/^id = 1$/id = 99/' inferd.toml >nowhere.toml
"$INFERD" doctor --config nowhere.toml >nowhere.log 2>&1 && fail "doctor finds a topic that does not exist"
grep -q 'topic 99 .*does not know' nowhere.log || fail "doctor names the topic"
"$INFERD" once --dry-run --config inferd.toml >dry.log 2>&1 || fail "once --dry-run"
[ "$(grep -c 'not registered' dry.log)" -le 1 ] || fail "a missing registration is logged once"
"$INFERD" ledger list --config inferd.toml --json >dry.json
grep -q '"status":"dry_run"' dry.json || fail "a dry run is in the books"
"$INFERD" once --config inferd.toml >once.log 2>&1 || fail "once"
"$INFERD" ledger list --config inferd.toml --json >once.json
grep -q '"status":"confirmed"' once.json || fail "a confirmed window is in the books"
# A market that fails: the window is missed, `once` ends with its code, and the window has one line. It waited for ever.
configure dead
sed -i 's#^url = "http.*#url = "http://127.0.0.1:1"#' dead/inferd.toml
status=0
timeout 60 "$INFERD" once --config dead/inferd.toml >dead.log 2>&1 || status=$?
[ "$status" -eq 5 ] || fail "once ends with 5 for a missed window, not with $status"
grep -q 'inferd: not every topic was answered: topic 1: missed, binance: ' dead.log || fail "once says what became of it"
sed -n 's/.*\(outcome topic=1 nonce=[0-9]*\) status=missed.*/\1/p' dead.log | sort >outcomes
[ -s outcomes ] && [ -z "$(uniq -d outcomes)" ] || fail "each window has one outcome line"
"$INFERD" doctor --config dead/inferd.toml >dead_doctor.log 2>&1 && fail "doctor finds a dead market"
grep -q 'topic 1 .*none of its market sources' dead_doctor.log || fail "doctor names the topic without candles"
echo '{' >dead/model.json
for verb in "config check" "doctor --offline" run; do
  # shellcheck disable=SC2086
  "$INFERD" $verb --config dead/inferd.toml >model.log 2>&1 && fail "$verb refuses a model that is none"
  grep -q 'model.json: the file is cut short' model.log || fail "$verb says why the model is refused"
done
confirmed() { "$INFERD" ledger list --config inferd.toml --json | grep -c '"status":"confirmed"'; }
before=$(confirmed)
for when in "" soon; do
  status=0
  timeout 20 "$INFERD" run --config inferd.toml --until "$when" >when.log 2>&1 || status=$?
  [ "$status" -eq 2 ] && grep -q -e "--until: \"$when\" is no time" when.log || fail "--until \"$when\" is refused"
done
"$INFERD" run --config inferd.toml --until "$(date -u -d "+$((BLOCK_MS * 40 / 1000)) seconds" +%FT%TZ)" >until.log 2>&1 &
RUN=$!
started+=("$RUN")
for _ in $(seq 100); do [ -S admin.sock ] && break; sleep 0.1; done
# SIGHUP in every state, with open windows and while draining: it must change nothing.
for _ in $(seq $((BLOCK_MS * 3 / 2))); do kill -HUP "$RUN" 2>/dev/null || break; sleep 0.02; done
wait "$RUN" || fail "run --until, under SIGHUP"
[ "$(confirmed)" -gt "$before" ] || fail "windows are confirmed under SIGHUP"
"$INFERD" ledger verify --config inferd.toml >verify.log 2>&1 || fail "ledger verify"
"$INFERD" replay --config inferd.toml >replay.log 2>&1 || fail "replay"
echo "ok: doctor, dry run, once, until, verify, replay"
