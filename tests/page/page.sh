#!/usr/bin/env bash
# The page of a running daemon in a real Chromium: page.mjs. Exit code 77: Chromium, Node.js or the packages of package-lock.json are missing.
#   page.sh PATH_OF_INFERD SOURCE_DIR BUILD_DIR   screenshots are left in BUILD_DIR
skip() { echo "NOT RUN: $*"; exit 77; }
CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || skip "Chromium is not installed (Debian's package chromium)"
command -v node >/dev/null && command -v npm >/dev/null || skip "Node.js and npm are not installed"
build=$3
mkdir -p "$build"
if ! cmp -s "$2/tests/page/package-lock.json" "$build/package-lock.json"; then
  cp "$2/tests/page/package.json" "$2/tests/page/package-lock.json" "$build/"
  (cd "$build" && timeout 120 npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1) || { rm -f "$build/package-lock.json"; skip "npm cannot fetch playwright-core and axe-core: $(tail -n 1 "$build/npm.log")"; }
fi
. "$(dirname "$0")/../integration/test_network.sh"
BLOCK_MS=200
start_network "$1" "$2"
"$INFERD" train --constant 0.002 --topic 1 --symbol btcusd --horizon-hours 168 --out b.json >train.log 2>&1 || fail "training"
sed -i 's|^model = .*|&\nshadow = ["b.json"]|' inferd.toml
port=$((20000 + RANDOM % 20000))
sed -i "/^\[admin\]/a listen = \"127.0.0.1:$port\"" inferd.toml
"$INFERD" run --config inferd.toml >run.log 2>&1 &
started+=("$!")
for _ in $(seq 300); do [ "$("$INFERD" ledger list --config inferd.toml --json 2>/dev/null | grep -c confirmed)" -ge 3 ] && break; sleep 0.1; done
cd "$build"
cp "$2/tests/page/page.mjs" .
timeout 150 node page.mjs "http://127.0.0.1:$port/" "$CHROMIUM" "$build" || fail "the page"
