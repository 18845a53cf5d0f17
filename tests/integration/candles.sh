#!/usr/bin/env bash
# inferd candles fetch: a file for training from the history of sources, with progress, and with the sentence where one ends.
#   candles.sh PATH_OF_INFERD SOURCE_DIR
. "$(dirname "$0")/processes.sh"
fetch() { "$INFERD" candles fetch --symbol btcusd "$@" >out.log 2>err.log; }

begin "$1" "$2"
start_sim
URL=$(sed -n 's/^url = "\(.*\)"/\1/p' sim.toml | head -n 1)
FROM=$(date -u -d '-40 days' +%Y-%m-%dT%H:00:00Z)
fetch --from "$FROM" --source "binance=$URL" --out hourly.csv || fail "a history of 40 days"
[ "$(wc -l <hourly.csv)" -eq 961 ] || fail "40 days are 960 candles and a header, not $(wc -l <hourly.csv)"
grep -q '^hourly.csv: 960 candles of 1h, .*; no gaps$' out.log || fail "what the file has"
grep -q 'binance: 960 of 960 candles (100 %)' err.log || fail "progress"
[ "$(sed -n 2p hourly.csv | cut -d, -f1)" = "$FROM" ] || fail "it begins with the candle of --from"
"$INFERD" features --candles hourly.csv >features.csv || fail "the file is one that features are computed from"
[ "$(wc -l <features.csv)" -eq 961 ] || fail "a row of features for each candle"

# A source that does not reach back, or does not answer, is named; what another has is taken from there.
fetch --from "$FROM" --source "kraken=$URL" --source "binance=$URL" --out both.csv || fail "a second source"
grep -q '^kraken has nothing before .*: it serves the newest 720 candles only$' err.log || fail "where kraken ends"
cmp hourly.csv both.csv || fail "the second source fills up what the first lacks"
fetch --from "$FROM" --source "kraken=$URL" --out none.csv && fail "without a candle it is no success"
grep -q '^inferd: no source gave a candle of the range$' err.log || fail "the sentence says so"
[ ! -e none.csv ] || fail "and there is no file"
for wrong in "--from yesterday" "--from $FROM --interval 7m" "--from $FROM --source nasdaq"; do
  # shellcheck disable=SC2086 # options and their values
  fetch $wrong --out none.csv && fail "accepted: $wrong"
  [ "$(wc -l <err.log)" -eq 1 ] || fail "one sentence for: $wrong"
done
echo ok
