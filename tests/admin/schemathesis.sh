#!/usr/bin/env bash
# schemathesis asks a running daemon everything that openapi.json describes, with values that it makes up, and compares the answers. For CI;
# the test daemon.operator_routes compares file and server without it. Exit code 77: it cannot be installed.
#   schemathesis.sh PATH_OF_INFERD SOURCE_DIR VENV
set -euo pipefail
venv=$3
if [ ! -x "$venv/bin/schemathesis" ]; then
  { python3 -m venv "$venv" && timeout 300 "$venv/bin/pip" install -q schemathesis==4.32.5; } >"$venv.log" 2>&1 ||
    { rm -rf "$venv"; echo "NOT RUN: schemathesis cannot be installed: $(tail -n 1 "$venv.log" 2>/dev/null)"; exit 77; }
fi
venv=$(cd "$venv" && pwd)
. "$(dirname "$0")/../integration/test_network.sh"
start_network "$(realpath "$1")" "$(realpath "$2")"
port=$((20000 + RANDOM % 20000)) token=0123456789abcdef0123
(umask 077 && echo "$token" >token)
sed -i "/^\[admin\]/a listen = \"127.0.0.1:$port\"\ntoken_file = \"token\"" inferd.toml
"$INFERD" run --config inferd.toml >run.log 2>&1 &
RUN=$!
started+=("$RUN")
for _ in $(seq 100); do "$INFERD" health --config inferd.toml >/dev/null 2>&1 && break; sleep 0.1; done
# Streams do not end, /drain ends the daemon, and a reload waits for it: these have tests of their own.
timeout 300 "$venv/bin/schemathesis" run "http://127.0.0.1:$port/openapi.json" --header "Authorization: Bearer $token" \
  --exclude-path /events --exclude-path /trace --exclude-path /drain --exclude-path /reload \
  --max-examples 40 --seed 1 --request-timeout 10 --checks all >schemathesis.out 2>&1 || { cat schemathesis.out; fail "schemathesis"; }
kill -0 "$RUN" || fail "the daemon is up"
tail -n 25 schemathesis.out
echo "ok: schemathesis finds no answer that openapi.json does not describe"
