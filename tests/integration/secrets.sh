#!/usr/bin/env bash
# A daemon behind a provider's gateway with every kind of credential: user and password in the URL, keys in paths and in a query,
# headers from the environment and from a file. Windows are confirmed although the gateway refuses some requests and repeats the
# credentials in the refusal, and afterwards no credential is in log, tape, books, admin answers or any other output.
#   secrets.sh PATH_OF_INFERD SOURCE_DIR PATH_OF_GATEWAY
. "$(dirname "$0")/test_network.sh"
start_network "$1" "$2"
upstream=$(sed -n 's|^rpc = \["http://127.0.0.1:\([0-9]*\)"\]$|\1|p' inferd.toml)
[ -n "$upstream" ] || fail "the simulated network has a port"
PASSWORD=hunter2-password PATH_KEY=pathkey-0123456789 SOCKET_KEY=socketkey-0123456789 MARKET_KEY=marketkey-0123456789
QUERY_KEY=querykey-0123 HEADER_KEY=headerkey-0123 FILE_KEY=filekey-0123
basic="Authorization: Basic $(printf 'joe:%s' "$PASSWORD" | base64)"
for name in rpc market; do
  credential="X-Api-Key: Bearer $HEADER_KEY" every=4
  [ $name = rpc ] || credential="X-Market-Key: $FILE_KEY" every=2
  "$3" "$upstream" $every "$basic" "$credential" >$name.port &
  started+=("$!")
  for _ in $(seq 100); do [ -s $name.port ] && break; sleep 0.1; done
done
rpc=$(cat rpc.port) market=$(cat market.port)
printf '%s\n' "$FILE_KEY" >market-key
chmod 600 market-key
export NODE_KEY="Bearer $HEADER_KEY"
headers='headers = { X-Api-Key = { env = "NODE_KEY" } }'
sed -i -e "s|^rpc = .*|rpc = [{ url = \"http://joe:$PASSWORD@127.0.0.1:$rpc/$PATH_KEY\", websocket = \"/$SOCKET_KEY/stream\", $headers }, { url = \"http://joe:$PASSWORD@localhost:$rpc/$PATH_KEY\", $headers }]|" \
  -e "s|^url = .*|url = \"http://joe:$PASSWORD@127.0.0.1:$market/$MARKET_KEY?apikey=$QUERY_KEY\"\nheaders = { X-Market-Key = { file = \"market-key\" } }|" \
  -e 's|^level = .*|level = "trace"|' inferd.toml

"$INFERD" config check --config inferd.toml >check.out 2>&1 || fail "config check"
"$INFERD" config show --config inferd.toml >show.out 2>&1 || fail "config show"
"$INFERD" doctor --config inferd.toml >doctor.out 2>&1 || true # a refusal may come to it
"$INFERD" run --config inferd.toml >run.log 2>&1 &
RUN=$!
started+=("$RUN")
confirmed() { "$INFERD" ledger list --config inferd.toml --json 2>/dev/null | grep -c '"status":"confirmed"' || true; }
for _ in $(seq 300); do [ "$(confirmed)" -ge 3 ] && break; sleep 0.2; done
[ "$(confirmed)" -ge 3 ] || fail "windows are confirmed behind the gateway"
for question in "ctl tree" "ctl inspect watcher" "ctl inspect submitter" "ctl inspect feed/btcusd/1h/fetcher" "ctl metrics" "ctl failures" health; do
  "$INFERD" $question --config inferd.toml >>admin.out 2>&1 || true
done
[ -s admin.out ] || fail "the admin socket answers"
kill "$RUN"
wait "$RUN" || true
"$INFERD" ledger export --config inferd.toml --csv >export.out 2>&1 || true
"$INFERD" replay --config inferd.toml >replay.log 2>&1 || fail "replay"
grep -rqs "HTTP 401: not for you" log run.log || fail "the gateway's refusals are in the log, in its own words"
mkdir -p kept
mv inferd.toml market-key kept # the two places where the credentials belong
for secret in "$PASSWORD" "$PATH_KEY" "$SOCKET_KEY" "$MARKET_KEY" "$QUERY_KEY" "$HEADER_KEY" "$FILE_KEY" "${basic#*Basic }"; do
  grep -rlqa -- "$secret" kept || [ "$secret" = "$HEADER_KEY" ] || [ "$secret" = "${basic#*Basic }" ] || fail "$secret is used at all"
  found=$(grep -rla --exclude-dir=kept -- "$secret" . || true)
  [ -z "$found" ] || fail "$secret stands in $found"
done
echo "ok: $(ls -R | wc -l) files without a credential"
