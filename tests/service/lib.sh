# shellcheck shell=bash disable=SC2034
# Shared by the scripts of this folder: checks that print one line each, waits with a deadline, a simulated network.
# To be sourced. INFERD names the program, default build/inferd. Only the callers' waits bound a run.
set -u # no pipefail: grep -q closes its pipe early
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
INFERD=$(realpath -m "${INFERD:-$ROOT/build/inferd}")
FAILED=0
PASSED=0

skip() { printf 'skipped: %s\n' "$*"; exit 77; } # ctest's SKIP_RETURN_CODE
need() { command -v "$1" >/dev/null || skip "$1 is missing ($2)"; }

# check SENTENCE COMMAND...: passes when the command succeeds.
check() {
  local sentence=$1 out
  shift
  if out=$("$@" 2>&1); then
    PASSED=$((PASSED + 1)); printf '  ok    %s\n' "$sentence"
  else
    FAILED=$((FAILED + 1)); printf '  FALSE %s\n        %s\n%s\n' "$sentence" "$*" "$(tail -n 15 <<<"$out" | sed 's/^/        | /')"
  fi
}
fails() { ! "$@"; }
says() { # TEXT COMMAND...: its output contains TEXT, whatever its exit code
  local text=$1 out
  shift
  out=$("$@" 2>&1)
  grep -qF -- "$text" <<<"$out" || { printf '%s\n' "$out"; return 1; }
}
ends_with() { # CODE COMMAND...
  local want=$1 got=0
  shift
  "$@" || got=$?
  [ "$got" -eq "$want" ] || { echo "exit code $got, not $want"; return 1; }
}
# within SECONDS COMMAND...: retries until it succeeds or the time is up.
within() {
  local until=$((SECONDS + $1)) out
  shift
  while ! out=$("$@" 2>&1); do
    [ "$SECONDS" -lt "$until" ] || { printf '%s\nnot within the time\n' "$out"; return 1; }
    sleep 0.1
  done
}
finish() {
  printf '%d checks, %d false\n' $((PASSED + FAILED)) "$FAILED"
  [ "$FAILED" -eq 0 ]
}

need_program() { [ -x "$INFERD" ] || skip "$INFERD is not built (INFERD names another)"; }

# Writes mnemonic, address and model.json to FOLDER.
make_key_and_model() { # FOLDER
  "$INFERD" wallet new --mnemonic-file "$1/mnemonic" | sed 's/.*"address":"\([^"]*\)".*/\1/' >"$1/address"
  "$INFERD" train --candles "$ROOT/etc/data/btcusd-1h.csv" --topic 1 --symbol btcusd --out "$1/model.json" >/dev/null 2>&1
}
world_toml() { # URL: the sections every configuration needs
  cat <<TOML
[chain]
id = "localnet"
rpc = ["$1"]
[[market.source]]
kind = "tiingo"
url = "$1"
token_env = "TIINGO_API_KEY"
[[topic]]
id = 1
symbol = "btcusd"
model = "model.json"
TOML
}
TOKEN=sim-token # the simulated market's

# Number of confirmed windows in the CSV view.
confirmed() { # submission_log.csv
  grep -c ',confirmed,' "$1" 2>/dev/null || true
}
more_confirmed() { # FILE THAN
  [ "$(confirmed "$1")" -gt "$2" ]
}
