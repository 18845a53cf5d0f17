#!/usr/bin/env bash
# The operator's commands on a running daemon: top, trace, mailbox, windows, pause, resume, submit --dry-run, reload, drain; and the same
# port over TCP.
#   ctl.sh PATH_OF_INFERD SOURCE_DIR
. "$(dirname "$0")/test_network.sh"
BLOCK_MS=${BLOCK_MS:-200}
start_network "$1" "$2"
export INFERD_CONFIG=$DIR/inferd.toml
ctl() { "$INFERD" ctl "$@"; }
wait_for() { # SECONDS COMMAND...
  local until=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$until" ] || return 1
    sleep 0.1
  done
}
confirmed() { "$INFERD" ledger list --json | grep -c '"status":"confirmed"'; }
more_confirmed() { [ "$(confirmed)" -gt "$1" ]; }
newest_is() { ctl windows --limit 1 --json | grep -q "\"status\":\"$1\""; }

# A free port: nobody else of this test asks for one.
port=$((20000 + RANDOM % 20000))
head -c 18 /dev/urandom | od -An -tx1 | tr -d ' \n' >token
chmod 600 token
printf '[admin]\nlisten = "127.0.0.1:%s"\ntoken_file = "token"\n' "$port" >admin.toml
grep -q '^\[admin\]' inferd.toml && sed -i "/^\[admin\]/a listen = \"127.0.0.1:$port\"\ntoken_file = \"token\"" inferd.toml || cat admin.toml >>inferd.toml
"$INFERD" run >run.log 2>&1 &
RUN=$!
started+=("$RUN")
wait_for 30 "$INFERD" health || fail "the daemon is up"
wait_for 60 more_confirmed 0 || fail "a window is confirmed"

"$INFERD" health >health.out || fail "health"
[ "$(wc -l <health.out)" -eq 1 ] || fail "health is one sentence"
grep -Eq '^healthy; last 24 h: [1-9][0-9]* of [1-9][0-9]* windows answered, fees [0-9]+ uallo; windows since the last answered one: .*; the head is [0-9]+; the balance of .*; the newest candle is of .*Z' health.out ||
  { cat health.out; fail "health reports what it knows"; }

ctl top --once >top.out || fail "top"
grep -q 'healthy' top.out && grep -q 'timer/1' top.out || fail "top shows actors"
[ "$(LC_ALL=C.UTF-8 wc -L <top.out)" -le 80 ] || fail "top fits 80 columns"
ctl top --json | grep -q '"overview":{' || fail "top --json"
ctl overview | grep -q 'confirmed' || fail "overview"
ctl mailbox submitter | grep -q 'handled in' || fail "mailbox"
ctl windows --limit 5 | grep -q 'confirmed' || fail "windows"
timeout 30 "$INFERD" ctl trace submitter --count 5 >trace.out || fail "trace"
[ "$(wc -l <trace.out)" -eq 5 ] || fail "trace --count"
nonce=$(ctl nonces | awk 'NR == 2 { print $4 }')
timeout 30 "$INFERD" ctl trace "$nonce" --count 5 --json >nonce.out || fail "trace of a window"
grep -q "\"nonce\":$nonce" nonce.out && grep -q '"cause":' nonce.out || fail "trace names window and cause"
ctl trace nobody >nobody.out 2>&1 && fail "trace of nobody"

before=$("$INFERD" ledger list --json | wc -l)
ctl submit 1 --dry-run >submit.out || fail "submit --dry-run"
grep -q 'would submit' submit.out && grep -q 'nothing was sent' submit.out || { cat submit.out; fail "a dry run has a value"; }
ctl submit 1 >submit.out 2>&1 && fail "submit without --dry-run"
ctl submit 9 --dry-run >submit.out 2>&1 && fail "submit of an unknown topic"

ctl pause 1 || fail "pause"
wait_for 60 newest_is skipped || fail "a paused topic's window is skipped"
"$INFERD" ledger list --json | grep -q 'paused by the operator' || fail "its row says why"
ctl overview | grep -q paused || fail "the overview shows the pause"
ctl resume 1 || fail "resume"
count=$(confirmed)
wait_for 60 more_confirmed "$count" || fail "a resumed topic is answered"

# Over TCP: the token for everything, since one is configured.
http() { # METHOD PATH [HEADER]: the status, with bash's own sockets
  exec 3<>"/dev/tcp/127.0.0.1/$port" || return 1
  printf '%s %s HTTP/1.1\r\nHost: localhost:%s\r\n%s\r\n' "$1" "$2" "$port" "${3:+$3$'\r\n'}" >&3
  head -n 1 <&3 | cut -d' ' -f2
  exec 3>&-
}
[ "$(http GET /health)" = 401 ] || fail "a configured token is needed"
[ "$(http GET /health "Authorization: Bearer $(cat token)")" = 200 ] || fail "the token opens"
[ "$(http POST /restart/timer/1 "Authorization: Bearer wrong")" = 401 ] || fail "a wrong token does not"
grep -q "$(cat token)" run.log log/inferd.log tapes/* 2>/dev/null && fail "the token is written nowhere"

# Reload: a mistake changes nothing; a change takes effect between two windows, in the same process, and no window is lost.
cp inferd.toml good.toml
sed -i 's/^id = 1$/id = "x"/' inferd.toml
ctl reload --socket admin.sock >reload.out 2>&1 && fail "a wrong configuration is not taken"
grep -q 'nothing is reloaded: .*inferd.toml:' reload.out || fail "its mistake is named with the line"
cp good.toml inferd.toml
grep -q '^\[log\]' inferd.toml && sed -i '/^\[log\]/a heartbeat_s = 1' inferd.toml || printf '[log]\nheartbeat_s = 1\n' >>inferd.toml
ctl reload >reload.out || fail "reload"
grep -q 'changed: log.heartbeat_s' reload.out || { cat reload.out; fail "reload says what changes"; }
reloaded() { ctl overview --json | grep -q "\"reloads\":$1,"; }
wait_for 60 reloaded 1 || fail "the configuration is taken"
for again in 2 3 4 5 6; do # a tree with nothing under way ends at once, and the next one must begin at once
  sed -i "s/^heartbeat_s = .*/heartbeat_s = $again/" inferd.toml
  ctl reload >/dev/null || fail "reload $again"
  wait_for 60 reloaded "$again" || fail "the configuration is taken again"
done
kill -0 "$RUN" || fail "the process is the same"
count=$(confirmed)
wait_for 60 more_confirmed "$((count + 1))" || fail "windows are answered after the reload"
wait_for 30 grep -q HEARTBEAT run.log || fail "the new setting holds"
lost=$("$INFERD" ledger list --json | grep -v 'paused by the operator' | grep -c '"status":"\(missed\|refused\|skipped\)"' || true)
first=$("$INFERD" ledger list --json | head -n 1 | grep -c '"status":"\(missed\|skipped\)"' || true)
[ "$lost" -le "$first" ] || { "$INFERD" ledger list; fail "no window is lost by the reload"; }

# A reload takes a changed model file and a new shadow, too.
first_tapes=$(ls tapes)
cp model.json first-model.json
for each in "0.00222 model.json" "0.00111 b.json"; do
  read -r value file <<<"$each"
  "$INFERD" train --constant "$value" --topic 1 --symbol btcusd --horizon-hours 168 --out "$file" >train.log 2>&1 || fail "a constant"
done
sed -i '/^\[\[topic\]\]/a shadow = ["b.json"]' inferd.toml
cp inferd.toml shadow.toml
cp model.json new-model.json
ctl reload >reload.out || { cat reload.out; fail "reload of models"; }
wait_for 60 reloaded 7 || fail "the models are taken"
by_new_model() { "$INFERD" ledger list --json --status confirmed | grep -q '"value":"0.00222"'; }
wait_for 60 by_new_model || fail "a window is answered by the new file"
"$INFERD" models list --json | grep '"name":"b.json"' | grep -q '"role":"shadow"' || fail "the new shadow predicts"
lost_now=$("$INFERD" ledger list --json | grep -v 'paused by the operator' | grep -c '"status":"\(missed\|refused\|skipped\)"' || true)
[ "$lost_now" -le "$first" ] || fail "no window is lost by the reload of models"

sed -i 's#^path = .*books.db.*#path = "other.db"#' inferd.toml
ctl reload --socket admin.sock >reload.out 2>&1 && fail "the books cannot be exchanged in a running process"
grep -q 'ledger.path cannot change' reload.out || { cat reload.out; fail "the refusal names the setting"; }

ctl drain || fail "drain"
wait "$RUN" || fail "a drained daemon ends with 0"
cp shadow.toml inferd.toml
"$INFERD" ledger verify >/dev/null || fail "the books are in order"
for tape in tapes/*; do # with the pause on it, each with the models of its time
  if grep -qF "${tape#tapes/}" <<<"$first_tapes"; then cp good.toml inferd.toml && cp first-model.json model.json
  else cp shadow.toml inferd.toml && cp new-model.json model.json; fi
  "$INFERD" replay "$tape" >replay.out 2>&1 || { cat replay.out; fail "the tape $tape replays"; }
done
[ "$("$INFERD" ledger list --json | wc -l)" -gt "$before" ] || fail "windows went on"
echo "ok: top, trace, mailbox, windows, pause, submit --dry-run, TCP with a token, reload without a lost window, drain"
