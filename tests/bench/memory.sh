#!/usr/bin/env bash
# Resident memory of a daemon with ten topics on three symbols, of which one is answered by an ONNX model in a process of its own.
# Prints a line for each process and the share of its bound.
#   memory.sh PATH_OF_INFERD SOURCE_DIR
. "$(dirname "$0")/../integration/processes.sh"
begin "$1" "$2"
python3 - "$SOURCE/etc/data/btcusd-1h.csv" candles.csv <<'PY'
import datetime, sys
lines = open(sys.argv[1]).read().splitlines()
form = "%Y-%m-%dT%H:%M:%SZ"
newest = datetime.datetime.strptime(lines[-1].split(",")[0], form)
now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None, minute=0, second=0, microsecond=0)
shift = now - datetime.timedelta(hours=1) - newest
with open(sys.argv[2], "w") as out:
    print(lines[0], file=out)
    for line in lines[-2000:]: # as much as a source of the network sends
        time, rest = line.split(",", 1)
        print((datetime.datetime.strptime(time, form) + shift).strftime(form), rest, sep=",", file=out)
PY
SYMBOLS=(btcusd btcusd btcusd btcusd ethusd ethusd ethusd solusd solusd solusd)
for topic in {1..10}; do
  name=${SYMBOLS[topic - 1]%usd} kind=volatility
  [ "$topic" -gt 1 ] || kind="log return"
  metadata+=(--metadata "$topic=${name^^}/USD 4h $kind")
done
start_sim --epoch 10 --window 6 --topics {1..10} "${metadata[@]}"
begin_config
sed -i '/^\[\[market.source\]\]/,/^url/d' inferd.toml
printf '[[market.source]]\nkind = "csv"\npath = "candles.csv"\n' >>inferd.toml
cp "$SOURCE/tests/golden/models/mlp.onnx" m.onnx
printf '[[topic]]\nid = 1\nsymbol = "btcusd"\nhorizon = "4h"\nmodel = "m.onnx"\n' >>inferd.toml
for topic in {2..10}; do
  symbol=${SYMBOLS[topic - 1]}
  "$INFERD" train --candles "$SOURCE/etc/data/btcusd-1h.csv" --topic "$topic" --symbol "$symbol" --horizon 4h --target volatility \
    --out "model-$topic.json" >train.log 2>&1 || fail "training of topic $topic"
  printf '[[topic]]\nid = %d\nsymbol = "%s"\nhorizon = "4h"\ntarget = "volatility"\nmodel = "model-%d.json"\n' "$topic" "$symbol" "$topic" >>inferd.toml
done
start run.log
all_confirmed() { [ "$("$INFERD" ledger list --config inferd.toml --json --status confirmed | sed 's/.*"topic_id":\([0-9]*\).*/\1/' | sort -u | wc -l)" -eq 10 ]; }
wait_for all_confirmed
resident() { # PID FIELD, in MB
  awk -v field="$2:" '$1 == field { printf "%.1f", $2 * 1024 / 1e6 }' "/proc/$1/status"
}
daemon=$(resident "$DAEMON" VmRSS)
printf 'daemon with ten topics on three symbols: %s MB resident, %s of 30; %s of it its own, the rest files\n' "$daemon" \
  "$(awk "BEGIN { printf \"%.2f\", $daemon / 30 }")" "$(resident "$DAEMON" RssAnon)"
for pid in $(pgrep -P "$DAEMON"); do printf 'process of the ONNX model: %s MB\n' "$(resident "$pid" VmRSS)"; done
