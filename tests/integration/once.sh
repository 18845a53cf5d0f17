#!/usr/bin/env bash
# A daemon and a simulated chain as two processes, by hand as an operator would: once --dry-run, once, run --until.
#   once.sh PATH_OF_INFERD SOURCE_DIR
set -euo pipefail
INFERD=$1 SOURCE=$2
DIR=$(mktemp -d)
cd "$DIR"
SIM=
cleanup() { [ -z "$SIM" ] || kill "$SIM" 2>/dev/null || true; rm -rf "$DIR"; }
trap cleanup EXIT
fail() { echo "FALSE $*"; tail -n 20 ./*.log; exit 1; }

"$INFERD" wallet new --mnemonic-file words >wallet.json
address=$(sed 's/.*"address":"\([^"]*\)".*/\1/' wallet.json)
"$INFERD" sim --port 0 --block-ms 100 --epoch 10 --window 5 --fund "$address" --candles "$SOURCE/etc/data/btcusd-1h.csv" --json >sim.json 2>sim.log &
SIM=$!
for _ in $(seq 100); do [ -s sim.json ] && break; sleep 0.1; done
node=$(sed 's/.*"rpc":"\([^"]*\)".*/\1/' sim.json)
"$INFERD" train --candles "$SOURCE/etc/data/btcusd-1h.csv" --topic 1 --symbol btcusd --horizon-hours 168 \
  --keep "ridge without levels, tuned" --out model.json >train.log 2>&1 || fail "training"
cat >inferd.toml <<TOML
state_dir = "state"
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
path = "books.db"
[admin]
socket = "admin.sock"
[log]
level = "info"
dir = "log"
TOML
"$INFERD" config check --config inferd.toml >check.log 2>&1 || fail "config check"
"$INFERD" once --dry-run --config inferd.toml >dry.log 2>&1 || fail "once --dry-run"
"$INFERD" ledger list --config inferd.toml --json >dry.json
grep -q '"status":"dry_run"' dry.json || fail "a dry run is in the books"
"$INFERD" once --config inferd.toml >once.log 2>&1 || fail "once"
"$INFERD" ledger list --config inferd.toml --json >once.json
grep -q '"status":"confirmed"' once.json || fail "a confirmed window is in the books"
"$INFERD" run --config inferd.toml --until "$(date -u -d '+4 seconds' +%FT%TZ)" >until.log 2>&1 || fail "run --until"
"$INFERD" ledger verify --config inferd.toml >verify.log 2>&1 || fail "ledger verify"
"$INFERD" replay --config inferd.toml >replay.log 2>&1 || fail "replay"
echo "ok: dry run, once, until, verify, replay"
