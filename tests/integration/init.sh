#!/usr/bin/env bash
# inferd init against a simulated chain: with --yes, with typed answers, with keys of each kind, and what it refuses.
#   init.sh PATH_OF_INFERD SOURCE_DIR
set -euo pipefail
INFERD=$(readlink -f "$1") SOURCE=$(readlink -f "$2")
DIR=$(mktemp -d)
cd "$DIR"
export HOME=$DIR
unset MNEMONIC ALLORA_WALLET_ADDR TOPIC_ID TIINGO_API_KEY SUBMISSION_INTERVAL LOG_LEVEL INFERD_CONFIG
SIM=
trap '[ -z "$SIM" ] || kill -9 "$SIM" 2>/dev/null || true; rm -rf "$DIR"' EXIT
fail() { echo "FALSE $*"; tail -n 30 ./*.log; exit 1; }

"$INFERD" sim --port 0 --json --block-ms "${BLOCK_MS:-200}" --epoch 15 --window 8 --lag 30 --candles "$SOURCE/etc/data/btcusd-1h.csv" \
  --topics 1 2 3=up/down 4 5 --metadata "2=the future of everything" --metadata "4=ETH/USD 1hour volatility" \
  --metadata "5=BTC/USD - 1 day Price Prediction" >sim.json 2>sim.log &
SIM=$!
for _ in $(seq 100); do [ -s sim.json ] && break; sleep 0.1; done
url=$(sed 's/.*"rpc":"\([^"]*\)".*/\1/' sim.json)
market=(--market "binance=$url")
init() { "$INFERD" init --rpc "$url" "$@"; }
# refused CODE PATTERN OPTIONS...
refused() {
  local code=$1 pattern=$2 status=0
  shift 2
  "$INFERD" init "$@" >refused.log 2>&1 </dev/null || status=$?
  [ "$status" -eq "$code" ] || fail "init $* ends with $code, not with $status"
  grep -q -e "$pattern" refused.log || fail "init $* says $pattern"
}

# A new key, funded by the simulated chain's faucet, and the first window is confirmed.
init --topic 1 "${market[@]}" --key new --out worker --yes >new.log 2>&1 </dev/null || fail "init --yes"
for line in 'topic 1 of localnet: "btc_usd 7day log return"' 'wants    a log return of btcusd 7d ahead' 'loss     mse' \
  'a window every 15 blocks, open for 8' 'whitelist  it may submit' 'funds      the node has a faucet' 'model: "' 'next: inferd doctor --config'; do
  grep -qF -- "$line" new.log || fail "init shows: $line"
done
[ "$(stat -c %a worker/mnemonic)" = 600 ] || fail "the key is its owner's"
shown=0 # a word or two, as "window", may be in any sentence
for word in $(cat worker/mnemonic); do ! grep -qw "$word" new.log || shown=$((shown + 1)); done
[ "$shown" -lt 4 ] || fail "$shown words of the key are shown"
"$INFERD" config check --config worker/inferd.toml >check.log 2>&1 || fail "config check"
address=$("$INFERD" wallet show --config worker/inferd.toml | sed 's/.*"address":"\([^"]*\)".*/\1/')
grep -q "wallet $address" new.log || fail "init names the wallet"
faucet() { # METHOD ADDRESS: the status
  exec 3<>"/dev/tcp/127.0.0.1/${url##*:}"
  printf '%s /faucet/%s HTTP/1.1\r\nHost: sim\r\nContent-Length: 0\r\nConnection: close\r\n\r\n' "$1" "$2" >&3
  head -n 1 <&3 | cut -d ' ' -f 2
  exec 3<&-
}
[ "$(faucet POST allo1nonsense)" = 400 ] || fail "the faucet checks the address"
[ "$(faucet GET "$address")" = 405 ] || fail "the faucet takes POST"
[ "$(faucet POST "$address")" = 200 ] || fail "the faucet funds an account that it has funded"
timeout 60 "$INFERD" once --config worker/inferd.toml >once.log 2>&1 || fail "once"
"$INFERD" ledger list --config worker/inferd.toml --json >ledger.log
grep -q '"status":"confirmed"' ledger.log || fail "a window is confirmed"
(cd worker && "$INFERD" report --day --json) >report.log 2>&1 || fail "report"
grep -q '"share_confirmed":1' report.log || fail "the report counts it"

# What is there is kept.
refused 2 'inferd.toml exists already; --replace' --rpc "$url" --topic 1 "${market[@]}" --key new --out worker --yes
refused 2 'mnemonic is a key already; `--key ' --rpc "$url" --topic 1 "${market[@]}" --key new --out worker --yes --replace
before=$(sha256sum worker/mnemonic)
init --topic 5 "${market[@]}" --key worker/mnemonic --out worker --yes --replace >replace.log 2>&1 </dev/null || fail "init --replace"
[ "$before" = "$(sha256sum worker/mnemonic)" ] || fail "the key is the same"
grep -q 'id = 1' worker/inferd.toml.old && grep -q 'target = "price"' worker/inferd.toml || fail "the configuration before is kept"
grep -q 'next: inferd doctor' replace.log || fail "a funded wallet needs no funds"

# Typed answers: the proposals but for the symbol, then the words of a key. The first number is none.
words="abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about"
printf '%s\n' one 2 ethusd '' 4h '' "binance=$url" '' typed import "$words" |
  "$INFERD" init --rpc "$url" >typed.log 2>&1 || fail "init, typed"
grep -q '"one" is not the number of a topic' typed.log || fail "a wrong answer is asked for again"
grep -q 'wants    its metadata does not say what kind' typed.log || fail "init says that the metadata says nothing"
grep -q 'symbol = "ethusd"' typed/inferd.toml && grep -q 'horizon = "4h"' typed/inferd.toml || fail "the answers are in the file"
[ "$(cat typed/mnemonic)" = "$words" ] || fail "the words are those that were typed"
grep -q abandon typed.log && fail "the words are not shown"
"$INFERD" config check --config typed/inferd.toml >check.log 2>&1 || fail "config check, typed"

# Other targets and places.
init --topic 4 --symbol btcusd "${market[@]}" --interval 1h --horizon 4h --key worker/mnemonic --out vol --yes >vol.log 2>&1 || fail "volatility"
"$INFERD" config check --config vol/inferd.toml >check.log 2>&1 || fail "config check, volatility"
init --topic 1 --market "csv=$SOURCE/etc/data/btcusd-1h.csv" --key worker/mnemonic --out csv --yes >csv.log 2>&1 || fail "csv"
"$INFERD" config check --config csv/inferd.toml >check.log 2>&1 || fail "config check, csv"
init --topic 3 --symbol btcusd --horizon 7d --model http://127.0.0.1:9/ --key worker/mnemonic --out label --yes "${market[@]}" >label.log 2>&1 ||
  fail "labels"
init --topic 1 --model zero --market kraken --service --key new --out service --yes >service.log 2>&1 || fail "service"
grep -q 'credential = "mnemonic"' service/inferd.toml && [ -s service/mnemonic ] || fail "the service's key is its credential"

# What cannot be done is said, and nothing is left.
new=(--key new --out none --yes)
refused 2 '--topic: is required' --rpc "$url" "${new[@]}"
refused 1 '--topic: the chain does not know topic 99' --rpc "$url" --topic 99 "${new[@]}"
refused 2 '--topic: "x" is not the number' --rpc "$url" --topic x "${new[@]}"
refused 2 '--symbol: is required' --rpc "$url" --topic 2 "${new[@]}"
refused 2 '--horizon: is required' --rpc "$url" --topic 2 --symbol btcusd "${new[@]}"
refused 2 '--horizon: "soon" is not a duration' --rpc "$url" --topic 1 --horizon soon "${new[@]}"
refused 2 '--interval: "1d" does not divide the horizon' --rpc "$url" --topic 1 --horizon 4h --interval 1d "${new[@]}"
refused 2 '--market: "nasdaq" is none of' --rpc "$url" --topic 1 --market nasdaq "${new[@]}"
refused 2 '--model: labels have edges' --rpc "$url" --topic 3 --symbol btcusd --horizon 7d --model train "${market[@]}" "${new[@]}"
refused 1 '--market: a volatility cannot be predicted without candles' --rpc "$url" --topic 4 --market binance=http://127.0.0.1:9 "${new[@]}"
refused 1 '--rpc: http://127.0.0.1:9' --rpc http://127.0.0.1:9 --topic 1 "${new[@]}"
refused 2 'is a node of localnet, not of allora-testnet-1' --rpc "$url" --network testnet --topic 1 "${new[@]}"
refused 2 '--network: "moon" is none of' --network moon "${new[@]}"
refused 1 '--key: .*none.words' --rpc "$url" --topic 1 "${market[@]}" --key none.words --out none --yes
refused 1 '--key: ' --rpc "$url" --topic 1 "${market[@]}" --key import --out none --yes
refused 2 '--topic: standard input ended' --rpc "$url"
[ ! -e none/mnemonic ] && [ ! -e none/inferd.toml ] || fail "what failed left a key or a configuration"
echo "ok: init with --yes, typed, service, refusals"
