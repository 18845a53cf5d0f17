#!/usr/bin/env bash
# verbs.sh INFERD SOURCE_DIR: `inferd tape` and `inferd replay --model` on the recorded tapes of this folder, of the present and
# of older versions, torn ones among them.
set -euo pipefail
inferd=$1 here=$2/tests/tapes
current=$(sed -n 's/^inline constexpr int tape_version = \([0-9]*\);/\1/p' "$2/runtime/tape/tape.hpp")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/v$current"/* "$work"
chmod 600 "$work/mnemonic"
export INFERD_DEMO_TOKEN=none
tape=$work/run.jsonl
fail() { echo "$*"; exit 1; }
ok() { "$inferd" "$@" >"$work/out" 2>"$work/err" || { cat "$work/out" "$work/err"; fail "inferd $*: exit code $?"; }; }
refused() { # CODE PART ARGUMENTS...: ends with the code and this in its sentence
  local code=$1 part=$2 status=0
  shift 2
  "$inferd" "$@" >"$work/out" 2>"$work/err" || status=$?
  [ $status -eq "$code" ] && grep -qF -- "$part" "$work/err" || { cat "$work/err"; fail "inferd $*: $status, not \"$part\""; }
}
says() { grep -qF -- "$1" "$work/${2:-out}" || { cat "$work/out" "$work/err"; fail "it does not say: $1"; }; }

ok tape show "$tape" --topic 1 --nonce 20
says "→ submitter"
ok tape show "$tape" --type Predicted --json
[ "$(wc -l <"$work/out")" -eq 2 ] || fail "two predictions"
ok tape grep '"verdict":"(Accepted|NoFunds)"' "$tape" --actor submitter
says BroadcastAnswered
ok tape stats "$tape"
says "topic 1: 2 confirmed"
ok tape stats "$tape" --json
says '"step":"opened → in a mempool","windows":2'
ok tape causes 1/20 "$tape"
says "topic 1, nonce 20: BookOutcome  submitter → ledger"
ok tape causes 1/20 "$tape" --json
says '"causes":[{'

# A smaller tape replays.
ok tape cut "$tape" --topic 1 --nonce 10 --out "$work/small.jsonl"
ok replay --config "$work/inferd.toml" "$work/small.jsonl"
says identical
says "cut by inferd"
[ "$(wc -c <"$work/small.jsonl")" -lt "$(wc -c <"$tape")" ] || fail "the cut is not smaller"
ok tape cut "$tape" --actor predictor/1 --actor feature/btcusd/1h --out "$work/smaller.jsonl"
ok replay --config "$work/inferd.toml" "$work/smaller.jsonl"
says identical
refused 2 "nothing says what to keep" tape cut "$tape" --out "$work/x"
refused 2 "that is the tape itself" tape cut "$tape" --topic 1 --out "$tape"
refused 2 '"timer/9" is no actor of' tape cut "$tape" --actor timer/9 --out "$work/x"
refused 1 "has nothing about topic 1, nonce 999" tape cut "$tape" --topic 1 --nonce 999 --out "$work/x"

# What is not there, and what cannot be read.
refused 1 "no entry of it is like that" tape grep 'no such thing' "$tape"
refused 2 'PATTERN: "("' tape grep '(' "$tape"
refused 2 "is not of the form 67/123456" tape causes 1-20 "$tape"
refused 1 "has nothing about topic 1, nonce 21" tape causes 1/21 "$tape"
refused 1 "$work/none" tape stats "$work/none"

# Torn: cut short, and damaged in the middle.
head -c 20000 "$tape" >"$work/torn.jsonl"
ok tape stats "$work/torn.jsonl"
sed '60s/.*/\x00\x00\x00/' "$tape" >"$work/damaged.jsonl"
ok tape causes 1/10 "$work/damaged.jsonl"
says "line 60 is damaged" err
refused 1 "line 60" replay --config "$work/inferd.toml" "$work/damaged.jsonl"
mkdir "$work/tapes"
for version in "$here"/v*/; do
  cp "$version/run.jsonl" "$work/tapes/run-$(basename "$version").jsonl"
  ok tape show "$version/run.jsonl" --type TopicArrived
  ok tape stats "$version/run.jsonl"
done
cp "$work/damaged.jsonl" "$work/tapes/run-damaged.jsonl"
echo '{"tape":1,"inferd":"0","wallet":"","config":"","started":0}' >"$work/tapes/run-first.jsonl"
ok tape ls "$work/tapes"
says "damaged at line 60"
says "tape version 1 of inferd 0, this inferd reads 3 to $current"
ok tape ls "$work/tapes" --json
[ "$(wc -l <"$work/out")" -eq "$(ls "$work/tapes" | wc -l)" ] || fail "a line a tape"

# What another model would have submitted.
ok train --constant 0.01 --topic 1 --symbol btcusd --horizon 168h --out "$work/other.json"
ok replay "$tape" --model "$work/other.json"
says "0.01"
says "what that allows to claim: nothing: no window that both answered has a known truth"
ok replay "$tape" --model "$work/other.json" --json
says '"live":[{"label":"","value":"0"}]'
ok train --constant 0.01 --topic 1 --symbol btcusd --horizon 24h --out "$work/day.json"
ok replay "$tape" --model "$work/day.json"
says "this model would have submitted nothing: "
ok train --constant 0.01 --topic 1 --symbol ethusd --out "$work/eth.json"
refused 1 "no topic with candles of ethusd/1h" replay "$tape" --model "$work/eth.json"
refused 2 "--candles" replay --config "$work/inferd.toml" "$tape" --candles x.csv
for version in 3 4; do
  [ ! -d "$here/v$version" ] ||
    refused 1 "this inferd reads $current for that" replay "$here/v$version/run.jsonl" --model "$work/other.json"
done
echo "ok"
