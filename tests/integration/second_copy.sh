#!/usr/bin/env bash
# Two daemons with one key and nothing else in common: the second is refused while the first runs, however the first ends.
#   second_copy.sh PATH_OF_INFERD SOURCE_DIR
. "$(dirname "$0")/test_network.sh"
start_network "$1" "$2"
configure first
configure second
"$INFERD" run --config first/inferd.toml >first.log 2>&1 &
first=$!
started+=("$first")
for _ in $(seq 100); do [ -S first/admin.sock ] && break; sleep 0.1; done

for verb in run once; do
  if "$INFERD" $verb --config second/inferd.toml >second.log 2>&1; then fail "$verb beside a running one was not refused"; fi
  grep -q "in use by another inferd (process $first) on chain localnet" second.log || fail "$verb names the other process"
done
[ ! -e second/books.db ] || fail "a refused start leaves the books alone"
"$INFERD" once --dry-run --config second/inferd.toml >dry.log 2>&1 || fail "a dry run may look on: it sends nothing"

kill -9 "$first"
wait "$first" 2>/dev/null || true
"$INFERD" once --config second/inferd.toml >once.log 2>&1 || fail "once, after the first was killed"
"$INFERD" ledger list --config second/inferd.toml --json | grep -q '"status":"confirmed"' || fail "it answers in the other's place"
for books in first second; do "$INFERD" ledger verify --config "$books/inferd.toml" >verify.log 2>&1 || fail "the $books books"; done
echo "ok: refused with the other's number, free after kill -9, books unharmed"
