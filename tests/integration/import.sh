#!/usr/bin/env bash
# inferd import: a Go node's config.json against a simulated chain and a model behind a URL, up to a confirmed window.
#   import.sh PATH_OF_INFERD SOURCE_DIR
. "$(dirname "$0")/processes.sh"
begin "$1" "$2"
export HOME=$DIR
unset MNEMONIC ALLORA_WALLET_ADDR TOPIC_ID TIINGO_API_KEY SUBMISSION_INTERVAL LOG_LEVEL INFERD_CONFIG
words=$(cat mnemonic)
address=$(sed 's/.*"address":"\([^"]*\)".*/\1/' wallet.json)
start_sim --epoch 15 --window 8 --lag 30 --topics 1 2 --metadata "2=ETH/USD 1hour Price Prediction"
python3 "$SOURCE/etc/examples/http/server.py" 0 >model.url 2>model.log &
OTHERS=$!
wait_for test -s model.url
url=$(sed 's/.*"rpc":"\([^"]*\)".*/\1/' sim.json)
cat >config.json <<EOJSON
{"wallet": {"addressKeyName": "k", "addressRestoreMnemonic": "$words", "nodeRpcs": ["$url"], "gasPrices": "auto", "submitTx": true},
 "worker": [
  {"topicId": 1, "inferenceEntrypointName": "apiAdapter",
   "parameters": {"InferenceEndpoint": "$(cat model.url | sed 's/inference/{Path}/')", "Path": "inference"}},
  {"topicId": 2, "inferenceEntrypointName": "apiAdapter", "parameters": {"InferenceEndpoint": "http://127.0.0.1:9/"}}]}
EOJSON
"$INFERD" import config.json --market "binance=$url" --out worker >import.log 2>&1 </dev/null || fail "import"
for line in "wallet $address" 'chain  localnet' 'topic 1 of worker[0]: btcusd, log_return, 7d ahead' \
  'topic 2 of worker[1]: ethusd, price, 1h ahead' 'wallet.gasPrices: ' 'next: inferd config check'; do
  grep -qF -- "$line" import.log || fail "import says: $line"
done
grep -qF "$words" import.log worker/inferd.toml && fail "the words are not shown"
"$INFERD" config check --config worker/inferd.toml >check.log 2>&1 || fail "config check"
TOPIC_ID=1 timeout 60 "$INFERD" once --config worker/inferd.toml >once.log 2>&1 || fail "once"
"$INFERD" ledger list --config worker/inferd.toml --json >ledger.log
grep -q '"status":"confirmed"' ledger.log || fail "a window is confirmed"
grep -Eq '"value":"-?0.001' ledger.log || fail "the value is the model's"

# A node of another chain is refused, and nothing is written.
sed 's/"gasPrices"/"chainId": "allora-testnet-1", "gasPrices"/' config.json >other.json
status=0
"$INFERD" import other.json --out other >other.log 2>&1 || status=$?
[ "$status" -eq 2 ] && grep -q 'is a node of localnet, not of allora-testnet-1' other.log && [ ! -e other ] || fail "another chain"
"$INFERD" import - --offline --chain-id localnet --out stdin <config.json >stdin.log 2>&1 || fail "standard input"
echo "ok: import with a confirmed window, another chain, standard input"
