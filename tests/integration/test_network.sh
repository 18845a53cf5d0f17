# Sourced: creates a temporary folder with a key, a model, and a simulated chain and market in a process.
#   start_network PATH_OF_INFERD SOURCE_DIR; configure NAME writes NAME.toml with its own state, books and admin socket.
# BLOCK_MS is the block time, default 100.
# Sets $INFERD, $SIM (the process ID) and $node, and changes to the folder. An EXIT trap removes everything.
set -euo pipefail
: "${BLOCK_MS:=100}"
fail() { echo "FALSE $*"; tail -n 20 ./*.log; exit 1; }

start_network() {
  INFERD=$1 SOURCE=$2
  DIR=$(mktemp -d)
  cd "$DIR"
  started=()
  trap 'for p in "${started[@]}"; do kill "$p" 2>/dev/null && wait "$p" 2>/dev/null || true; done; rm -rf "$DIR"' EXIT
  "$INFERD" wallet new --mnemonic-file words >wallet.json
  address=$(sed 's/.*"address":"\([^"]*\)".*/\1/' wallet.json)
  "$INFERD" sim --port 0 --block-ms "$BLOCK_MS" --epoch 10 --window 5 --fund "$address" --candles "$SOURCE/etc/data/btcusd-1h.csv" --json >sim.json 2>sim.log &
  SIM=$!
  started+=("$SIM")
  for _ in $(seq 100); do [ -s sim.json ] && break; sleep 0.1; done
  node=$(sed 's/.*"rpc":"\([^"]*\)".*/\1/' sim.json)
  "$INFERD" train --candles "$SOURCE/etc/data/btcusd-1h.csv" --topic 1 --symbol btcusd --horizon-hours 168 \
    --keep "ridge without levels, tuned" --out model.json >train.log 2>&1 || fail "training"
}

configure() {
  cat >"$1.toml" <<TOML
state_dir = "$1"
[chain]
id = "localnet"
rpc = ["$node"]
[wallet]
mnemonic_file = "words"
[[market.source]]
kind = "binance"
url = "$node"
[[topic]]
id = 1
symbol = "btcusd"
horizon_hours = 168
model = "model.json"
[ledger]
path = "$1.db"
[admin]
socket = "$1.sock"
[log]
level = "info"
dir = "$1.logs"
TOML
}
