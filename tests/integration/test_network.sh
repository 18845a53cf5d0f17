# Sourced: creates a temporary folder with a key, a model, and a simulated chain and market in a process.
#   start_network PATH_OF_INFERD SOURCE_DIR writes inferd.toml; books.db, admin.sock and the rest of its state lie beside it.
#   configure NAME makes the folder NAME with a copy of inferd.toml, and so with its own state.
# BLOCK_MS is the block time, default 100. WORDS is the mnemonic, by default a new one.
# Sets $INFERD and $SIM (the process ID), and changes to the folder. An EXIT trap removes everything.
set -euo pipefail
: "${BLOCK_MS:=100}"
fail() { echo "FALSE $*"; tail -n 20 ./*.log ./*.out 2>/dev/null; exit 1; }

start_network() {
  INFERD=$1 SOURCE=$2
  DIR=$(mktemp -d)
  cd "$DIR"
  started=()
  trap 'for p in "${started[@]}"; do kill "$p" 2>/dev/null && wait "$p" 2>/dev/null || true; done; rm -rf "$DIR"' EXIT
  if [ -n "${WORDS:-}" ]; then "$INFERD" wallet import --mnemonic-file mnemonic <<<"$WORDS" >wallet.json
  else "$INFERD" wallet new --mnemonic-file mnemonic >wallet.json
  fi
  address=$(sed 's/.*"address":"\([^"]*\)".*/\1/' wallet.json)
  "$INFERD" sim --port 0 --block-ms "$BLOCK_MS" --epoch 10 --window 5 --fund "$address" --candles "$SOURCE/etc/data/btcusd-1h.csv" \
    --write-config inferd.toml --json >sim.json 2>sim.log &
  SIM=$!
  started+=("$SIM")
  for _ in $(seq 100); do [ -s sim.json ] && break; sleep 0.1; done
  "$INFERD" train --candles "$SOURCE/etc/data/btcusd-1h.csv" --topic 1 --symbol btcusd --horizon-hours 168 \
    --keep "ridge without levels, tuned" --out model.json >train.log 2>&1 || fail "training"
}

configure() { # NAME
  mkdir "$1"
  cp -p inferd.toml mnemonic model.json "$1/"
}
