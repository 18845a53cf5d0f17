#!/usr/bin/env bash
# `inferd ctl top` of a running daemon on a pseudo-terminal of 80 columns: width, keys, restart, pause, resize, quit (top.py).
#   top.sh PATH_OF_INFERD SOURCE_DIR PYTHON
. "$(dirname "$0")/../integration/test_network.sh"
here=$(cd "$(dirname "$0")" && pwd)
start_network "$1" "$2"
export INFERD_CONFIG=$DIR/inferd.toml
"$INFERD" run >run.log 2>&1 &
RUN=$!
started+=("$RUN")
for _ in $(seq 600); do "$INFERD" ledger list --json 2>/dev/null | grep -q '"status":"confirmed"' && break; sleep 0.1; done
"$INFERD" health || fail "a window is confirmed"
timeout 120 "$3" -B "$here/top.py" "$INFERD" || fail "top"
"$INFERD" ctl drain && wait "$RUN" || fail "the daemon ends"
"$INFERD" replay >replay.out 2>&1 || { cat replay.out; fail "the tape replays, with the restart and the pause on it"; }
echo "ok: top on a pseudo-terminal"
