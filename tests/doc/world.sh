# shellcheck shell=bash
# For run.py: a simulated chain and a configured worker in the present folder. To be sourced.

# wait_for SECONDS COMMAND...
wait_for() {
  local until=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$until" ] || { echo "not within the time: $*"; return 1; }
    sleep 0.1
  done
}

# world [RUN]: key, model, chain with a window every three seconds, inferd.toml; with RUN also the daemon, up and healthy.
world() {
  { set +x; } 2>/dev/null
  inferd wallet new --mnemonic-file mnemonic >/dev/null
  inferd train --candles "$SHARE/btcusd-1h.csv" --topic 1 --symbol btcusd --out model.json >/dev/null 2>&1
  inferd sim --port 0 --json --candles "$SHARE/btcusd-1h.csv" --block-ms 200 --epoch 15 --window 8 --lag 30 \
    --fund "$(inferd wallet show --mnemonic-file mnemonic | grep -o 'allo1[a-z0-9]*')" --write-config inferd.toml >sim.json 2>sim.err &
  wait_for 30 test -s sim.json
  if [ "${1:-}" = RUN ]; then
    inferd run >run.log 2>&1 &
    wait_for 30 inferd health
  fi
  set -x
}

confirmed() { # N
  { set +x; } 2>/dev/null
  enough() { [ "$(grep -c ',confirmed,' submission_log.csv)" -ge "$1" ]; }
  wait_for 60 enough "$1"
  set -x
}

# testnet: a simulated chain of the testnet's id and prices with its topic 67. `inferd init` asks it instead of the public node, and
# its market, and takes the proposals, since nobody types.
testnet() {
  { set +x; } 2>/dev/null
  inferd sim --network testnet --topics 67 --port 0 --json --candles "$SHARE/btcusd-1h.csv" --block-ms 200 --epoch 15 --window 8 \
    --lag 30 >sim.json 2>sim.err &
  wait_for 30 test -s sim.json
  URL=$(sed 's/.*"rpc":"\([^"]*\)".*/\1/' sim.json)
  inferd() {
    if [ "$1" = init ]; then command inferd "$@" --rpc "$URL" --market "binance=$URL" --yes; else command inferd "$@"; fi
  }
  set -x
}

fund() { # DIR: its wallet, as the testnet's faucet does
  { set +x; } 2>/dev/null
  exec 3<>"/dev/tcp/127.0.0.1/${URL##*:}"
  printf 'POST /faucet/%s HTTP/1.1\r\nHost: sim\r\nContent-Length: 0\r\nConnection: close\r\n\r\n' \
    "$(command inferd wallet show --config "$1/inferd.toml" | grep -o 'allo1[a-z0-9]*')" >&3
  grep -q '"uallo"' <&3
  exec 3<&-
  set -x
}
