#!/usr/bin/env bash
# A daemon behind a provider's gateways and a company's proxy with every kind of credential: user and password in the URL, keys in
# paths and in a query, headers from the environment and from a file, a market's token, a proxy's password, a mnemonic from a file
# and from the environment. Windows are confirmed although gateways and proxy refuse some requests and repeat the credentials in
# the refusal. Afterwards no credential is in log, tape, books, admin answers or any other output, in /proc/PID/environ or
# cmdline, or in a core file. What the searches are able to find is planted: each search also has to find its plant.
#   secrets.sh PATH_OF_INFERD SOURCE_DIR PATH_OF_GATEWAY
WORDS=$(sed -n 's/.*"mnemonic": "\(.*\)",/\1/p' "$2/tests/golden/keys.json" | head -1)
KEY=$(sed -n 's/.*"private_key": "\(.*\)",/\1/p' "$2/tests/golden/keys.json" | head -1)
read -ra w <<<"$WORDS"
. "$(dirname "$0")/test_network.sh"
start_network "$1" "$2"
upstream=$(sed -n 's|^rpc = \["http://127.0.0.1:\([0-9]*\)"\]$|\1|p' inferd.toml)
[ -n "$upstream" ] || fail "the simulated network has a port"
PASSWORD=hunter2-password PATH_KEY=pathkey-0123456789 SOCKET_KEY=socketkey-0123456789 MARKET_KEY=marketkey-0123456789
QUERY_KEY=querykey-0123 HEADER_KEY=headerkey-0123 FILE_KEY=filekey-0123 TOKEN=token-0123456789 PROXY_PASSWORD=proxy-password-0123
PLANT=plant-0123456789
joe=$(printf 'joe:%s' "$PASSWORD" | base64) proxy_user=$(printf 'ann:%s' "$PROXY_PASSWORD" | base64)
serve() { # NAME ARGUMENT...
  local name=$1
  shift
  "$GATEWAY" "$@" >"$name.port" &
  started+=("$!")
  for _ in $(seq 100); do [ -s "$name.port" ] && break; sleep 0.1; done
}
GATEWAY=$3
serve rpc "$upstream" 4 "Authorization: Basic $joe" "X-Api-Key: Bearer $HEADER_KEY"
serve binance "$upstream" 2 "Authorization: Basic $joe" "X-Market-Key: $FILE_KEY"
serve tiingo "$upstream" 2 "Authorization: Token $TOKEN=>Authorization: Token sim-token"
serve proxy 0 9 "Proxy-Authorization: Basic $proxy_user"
rpc=$(cat rpc.port)
printf '%s\n' "$FILE_KEY" >market-key
chmod 600 market-key
headers='headers = { X-Api-Key = { env = "NODE_KEY" } }'
sed -i -e "s|^rpc = .*|rpc = [{ url = \"http://joe:$PASSWORD@127.0.0.1:$rpc/$PATH_KEY\", websocket = \"/$SOCKET_KEY/stream\", $headers }, { url = \"http://joe:$PASSWORD@localhost:$rpc/$PATH_KEY\", $headers }]|" \
  -e "s|^url = .*|url = \"http://joe:$PASSWORD@127.0.0.1:$(cat binance.port)/$MARKET_KEY?apikey=$QUERY_KEY\"\nheaders = { X-Market-Key = { file = \"market-key\" } }|" \
  -e "s|^\[\[market.source\]\]|[[market.source]]\nkind = \"tiingo\"\nurl = \"http://127.0.0.1:$(cat tiingo.port)/$MARKET_KEY\"\n&|" \
  -e 's|^level = .*|level = "trace"|' -e '/^proxy = /d' -e "s|^path = .books.db.|path = \"$PLANT.db\"|" inferd.toml
mv inferd.toml "$PLANT.toml"
export NODE_KEY="Bearer $HEADER_KEY" TIINGO_API_KEY=$TOKEN http_proxy="http://ann:$PROXY_PASSWORD@127.0.0.1:$(cat proxy.port)" \
  PLANTED=$PLANT
secrets=("$PASSWORD" "$PATH_KEY" "$SOCKET_KEY" "$MARKET_KEY" "$QUERY_KEY" "$HEADER_KEY" "$FILE_KEY" "$TOKEN" "$PROXY_PASSWORD"
  "$joe" "$proxy_user" "${w[*]:0:3}" "${w[*]:9:3}" "$KEY")
holds() { LC_ALL=C grep -qaF -- "$2" "$1"; } # FILE TEXT
holds_key() { LC_ALL=C grep -qaP "$(sed 's/../\\x&/g' <<<"$KEY")" "$1"; }
free_of_secrets() { # FILE WHAT
  holds "$1" "$PLANT" || fail "the search finds what is planted in $2"
  for secret in "${secrets[@]}"; do ! holds "$1" "$secret" || fail "$secret is in $2"; done
  ! holds_key "$1" || fail "the private key is in $2"
}
confirmed() { "$INFERD" ledger list --config "$PLANT.toml" --json 2>/dev/null | grep -c '"status":"confirmed"' || true; }
await() { # COUNT
  for _ in $(seq 300); do [ "$(confirmed)" -ge "$1" ] && return; sleep 0.2; done
  fail "windows are confirmed behind gateways and proxy"
}
proc_of() { # PID: environment and command line, as the kernel shows them
  cat "/proc/$1/environ" >environ
  cat "/proc/$1/cmdline" >cmdline
  tr '\0' '\n' <environ | grep -q '^NODE_KEY=' || fail "the variables' names are still there"
  free_of_secrets environ "/proc/PID/environ"
  free_of_secrets cmdline "/proc/PID/cmdline"
}

"$INFERD" config check --config "$PLANT.toml" >check.out 2>&1 || fail "config check"
"$INFERD" config show --config "$PLANT.toml" >show.out 2>&1 || fail "config show"
"$INFERD" doctor --config "$PLANT.toml" >doctor.out 2>&1 || true # a refusal may come to it
"$INFERD" run --config "$PLANT.toml" >run.log 2>&1 &
RUN=$!
started+=("$RUN")
await 3
for question in "ctl tree" "ctl inspect watcher" "ctl inspect submitter" "ctl inspect feed/btcusd/1h/fetcher" "ctl metrics" "ctl failures" health; do
  # shellcheck disable=SC2086
  "$INFERD" $question --config "$PLANT.toml" >>admin.out 2>&1 || true
done
[ -s admin.out ] || fail "the admin socket answers"
proc_of "$RUN"
kill "$RUN"
wait "$RUN" || true
"$INFERD" ledger export --config "$PLANT.toml" --csv >export.out 2>&1 || true
"$INFERD" replay --config "$PLANT.toml" >replay.log 2>&1 || fail "replay"
grep -rqs "HTTP 401: not for you" log run.log || fail "the gateways' refusals are in the log, in their own words"
grep -rqs "refused with HTTP 407" log run.log || fail "the proxy's refusals are in the log"

# crash FILTER: a daemon with the mnemonic in its environment answers a window and aborts; its core file is core.found. FILTER is
# what core(5) has in coredump_filter; empty: what inferd chose.
mkdir cores
crash() {
  local before status=0
  before=$(confirmed)
  rm -f cores/*
  (cd cores && ulimit -c unlimited && export MNEMONIC="$WORDS" && exec "$INFERD" run --config "../$PLANT.toml") >>crash.log 2>&1 &
  RUN=$!
  started+=("$RUN")
  await $((before + 1))
  proc_of "$RUN"
  [ -z "$1" ] || echo "$1" >"/proc/$RUN/coredump_filter"
  if grep -q '^[|/]' /proc/sys/kernel/core_pattern && command -v gcore >/dev/null; then
    gcore -o cores/core "$RUN" >gcore.out 2>&1 || true
  fi
  kill -ABRT "$RUN"
  wait "$RUN" || status=$?
  [ $status -eq 134 ] || fail "SIGABRT ends it with a core file, not with $status"
  found=$(find cores -type f | head -1)
  [ -n "$found" ] && mv "$found" core.found
}
unlimited() { (ulimit -c unlimited) 2>/dev/null; }
cores="core files"
if [ -n "${SANITIZED:-}" ]; then
  cores= # sanitizers write none
elif unlimited && { ! grep -q '^[|/]' /proc/sys/kernel/core_pattern || command -v gcore >/dev/null; }; then
  crash "" || fail "a core file is written"
  free_of_secrets core.found "a core file"
  crash 0x7f || fail "a whole core file is written"
  # The memory holds credentials: so the search finds them, and the filter is what keeps them out. The words and the key are on
  # pages of their own, and in no core file at all.
  for secret in "$PASSWORD" "$HEADER_KEY" "$TOKEN" "$PROXY_PASSWORD"; do
    holds core.found "$secret" || fail "a whole core file holds $secret"
  done
  for secret in "${w[*]:0:3}" "${w[*]:9:3}" "$KEY"; do
    ! holds core.found "$secret" || fail "$secret is in a whole core file"
  done
  ! holds_key core.found || fail "the private key is in a whole core file"
  rm core.found
else
  cores=
fi

mkdir -p kept
mv "$PLANT.toml" market-key mnemonic kept # the places where the credentials belong
for secret in "${secrets[@]}"; do
  found=$(grep -rlaF --exclude-dir=kept -- "$secret" . || true)
  [ -z "$found" ] || fail "$secret stands in $found"
done
for secret in "$PASSWORD" "$PATH_KEY" "$SOCKET_KEY" "$MARKET_KEY" "$QUERY_KEY" "$FILE_KEY" "${w[*]:0:3}"; do
  grep -rqaF -- "$secret" kept || fail "$secret is used at all"
done
echo "ok: /proc, $(ls -R | wc -l) files${cores:+ and $cores} without a credential"
if [ -z "$cores" ] && [ -z "${SANITIZED:-}" ]; then
  echo "NOT RUN: core files ($(cat /proc/sys/kernel/core_pattern)) can neither be written here nor made by gcore"
  exit 77
fi
