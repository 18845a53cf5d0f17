#!/usr/bin/env bash
# A chain that is reset under the same id, as a local one is daily: noticed, the books of the chain before kept, and windows of
# the same number answered again. A restart of the daemon in between changes nothing.
#   chain_reset.sh PATH_OF_INFERD SOURCE_DIR
. "$(dirname "$0")/test_network.sh"
[ "$BLOCK_MS" -le 300 ] || BLOCK_MS=300 # three chains: with blocks of a second they take minutes
start_network "$1" "$2"
port=$(sed -n 's#.*"rpc":"http://127\.0\.0\.1:\([0-9]*\)".*#\1#p' sim.json)
[ -n "$port" ] || fail "the simulated chain names its port"
reset_chain() {
  kill -9 "$SIM"
  wait "$SIM" 2>/dev/null || true
  "$INFERD" sim --port "$port" --block-ms "$BLOCK_MS" --epoch 10 --window 5 --fund "$address" \
    --candles "$SOURCE/etc/data/btcusd-1h.csv" --json >sim.json 2>sim.log &
  SIM=$!
  started+=("$SIM")
}
archives() { ls books.db.until-*Z books.db.until-*Z-[0-9] 2>/dev/null || true; }
confirmed() { "$INFERD" ledger list --config inferd.toml --json 2>/dev/null | grep -c '"status":"confirmed"'; }
until_confirmed() { # COUNT
  for _ in $(seq 600); do [ "$(confirmed)" -ge "$1" ] && return; sleep 0.1; done
  fail "$1 windows are confirmed ($2)"
}
"$INFERD" run --config inferd.toml >run.log 2>&1 &
run=$!
started+=("$run")
until_confirmed 4 "the first chain"
reset_chain
for _ in $(seq 600); do grep -q "was reset" run.log && break; sleep 0.1; done
grep -q "chain localnet was reset" run.log || fail "the new chain is noticed"
for _ in $(seq 600); do [ -n "$(archives)" ] && break; sleep 0.1; done
[ -n "$(archives)" ] || fail "the books of the first chain are kept"
until_confirmed 3 "the second chain, in new books"
kill -0 "$run" || fail "the same process goes on"
nonces() { "$INFERD" ledger list --ledger "$1" --json | sed -n 's/.*"nonce":\([0-9]*\).*"status":"confirmed".*/\1/p' | sort; }
[ -n "$(comm -12 <(nonces "$(archives)") <(nonces books.db))" ] || fail "windows of the same number are answered on both chains"
until_healthy() { # a busy machine may miss two windows in a row
  for _ in $(seq 100); do "$INFERD" health --config inferd.toml >health.log 2>&1 && return; sleep 0.1; done
  fail "healthy ($1)"
}
until_healthy "the second chain"
kill "$run"
wait "$run" 2>/dev/null || true
reset_chain # while it is not running
"$INFERD" run --config inferd.toml >run2.log 2>&1 &
started+=("$!")
for _ in $(seq 600); do [ "$(archives | wc -l)" -eq 2 ] && break; sleep 0.1; done
[ "$(archives | wc -l)" -eq 2 ] || fail "a restart between two runs is noticed"
until_confirmed 1 "the third chain"
"$INFERD" ledger verify --config inferd.toml >verify.log 2>&1 || fail "ledger verify"
echo "ok: two resets of the chain, books kept apart, windows answered again"
