#!/usr/bin/env bash
# The first command of a new user: windows of a topic of returns and of one of volatility, HARM live, a Python program in shadow,
# their scores, a plot.
#   demo.sh PATH_OF_INFERD DIR
set -euo pipefail
DIR=$2
rm -rf "$DIR" "$DIR.out" && mkdir -p "$(dirname "$DIR")"
fail() { echo "FALSE $*"; cat "$DIR.out"; exit 1; }
"$1" demo --windows 3 --block-ms "${BLOCK_MS:-250}" --dir "$DIR" >"$DIR.out" 2>&1 || fail "exit code $?"
says() { grep -qE "$1" "$DIR.out" || fail "the output has no line of the form $1"; }
for topic in 1 2; do
  [ "$(grep -cE "^ +$topic +[0-9]+ +-?[0-9.e-]+ confirmed " "$DIR.out")" -eq 3 ] || fail "three confirmed windows of topic $topic"
done
says '^ +2 HARM +live +built-in +3 +0$'
says '^ +live +HARM .*scored +[0-9]+ +RMSE 0\.00[0-9]+ '
if command -v python3 >/dev/null; then
  says '^ +2 ewma\.py +shadow +command +3 +0$'
  says '^ +shadow +ewma\.py .*scored +[0-9]+ +RMSE 0\.00[0-9]+ '
fi
grep -q '<svg' "$DIR/volatility.svg" || fail "a plot"
says '^6 of 6 windows confirmed'
[ "$(sh -c "$(sed -n 's/^  \(.* ledger list .*\)/\1/p' "$DIR.out")" | grep -v register | grep -c ' confirmed ')" -eq 6 ] || fail "the command that it names lists the windows"
echo ok
