# Sourced: a simulated chain and market, and the daemon on them, each in a process, for tests of models.
#   begin PATH_OF_INFERD SOURCE_DIR changes to a temporary folder with a key; an EXIT trap ends the processes and removes it.
#   start_sim OPTION...             writes sim.toml; BLOCK_MS is the block time, default 400
#   begin_config                    writes inferd.toml with sim.toml's chain and market and without topics
#   start LOG                       starts the daemon and waits until it answers
#   stop WHAT, kill_daemon          ends it in order, else WHAT fails; with kill -9
#   wait_for COMMAND...             until it succeeds, at most WAIT_S seconds
#   replays LOG PLACE...            the newest tape: each of these actors sends as recorded
#   write_failing_models            exits.py and hangs.py
# Sets $INFERD, $SOURCE, $DIR, $SIM and $DAEMON (process IDs). Further processes to be ended go into $OTHERS.
set -euo pipefail
: "${BLOCK_MS:=400}" "${WAIT_S:=120}"
SIM= DAEMON= OTHERS=
fail() { echo "FALSE $*"; tail -n 30 ./*.log; exit 1; }

end_processes() {
  for pid in $SIM $DAEMON $OTHERS; do kill -9 "$pid" 2>/dev/null || true; done
  rm -rf "$DIR"
}

begin() {
  INFERD=$(readlink -f "$1") SOURCE=$(readlink -f "$2")
  DIR=$(mktemp -d)
  trap end_processes EXIT
  cd "$DIR"
  "$INFERD" wallet new --mnemonic-file mnemonic >wallet.json
}

wait_for() {
  local until=$((SECONDS + WAIT_S))
  while ! "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt $until ] || fail "waited in vain for: $*"
    sleep 0.1
  done
}

start_sim() {
  local address
  address=$(sed 's/.*"address":"\([^"]*\)".*/\1/' wallet.json)
  "$INFERD" sim --port 0 --block-ms "$BLOCK_MS" --fund "$address" --register --candles "$SOURCE/etc/data/btcusd-1h.csv" \
    --write-config sim.toml --json "$@" >sim.json 2>sim.log &
  SIM=$!
  wait_for test -s sim.json
}

begin_config() { sed '/^\[\[topic\]\]/,$d' sim.toml >inferd.toml; }

start() {
  "$INFERD" run --config inferd.toml >"$1" 2>&1 &
  DAEMON=$!
  wait_for "$INFERD" ctl ps --config inferd.toml
}

stop() {
  kill "$DAEMON"
  wait "$DAEMON" || fail "$1 did not end well"
  DAEMON=
}

kill_daemon() {
  kill -9 "$DAEMON"
  wait "$DAEMON" 2>/dev/null || true
  DAEMON=
}

replays() {
  local log=$1 place
  shift
  "$INFERD" replay --config inferd.toml >"$log" 2>&1 || fail "replay: $log"
  for place in "$@"; do grep -q "^$place .* out as recorded" "$log" || fail "$place was replayed: $log"; done
}

write_failing_models() {
  cat >exits.py <<'PY'
import sys
sys.stdin.readline()
sys.exit("the weights are gone")
PY
  cat >hangs.py <<'PY'
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True:
    time.sleep(1)
PY
}
