#!/usr/bin/env bash
# etc/daemon_manager.sh under a real supervisord, and in the background, against a simulated chain: every verb, a crash, a stop.
# INFERD names the program (default build/inferd). Runs without root in about half a minute.
. "$(dirname "$0")/lib.sh"
need supervisord "apt-get install supervisor"
need_program

DIR=$(mktemp -d)
STATE="$DIR/a state" # a space tests the quoting of paths
SIM=
cleanup() {
  manager stop >/dev/null 2>&1
  [ -z "$SIM" ] || kill "$SIM" 2>/dev/null
  wait 2>/dev/null
  rm -rf "$DIR"
}
trap cleanup EXIT

manager() {
  INFERD_BIN=$INFERD INFERD_CONFIG="$DIR/inferd.toml" INFERD_STATE=$STATE TIINGO_API_KEY=$TOKEN \
    "$ROOT/etc/daemon_manager.sh" "$@"
}
if [ -d /run/systemd/system ] && systemctl cat inferd.service >/dev/null 2>&1; then
  skip "inferd.service is installed here; daemon_manager.sh would act on it"
fi

make_key_and_model "$DIR"
"$INFERD" sim --port 0 --json --candles "$ROOT/etc/data/btcusd-1h.csv" --fund "$(cat "$DIR/address")" \
  --block-ms 200 --epoch 15 --window 8 --lag 30 >"$DIR/sim.json" 2>"$DIR/sim.err" &
SIM=$!
within 20 test -s "$DIR/sim.json" || { cat "$DIR/sim.err"; exit 1; }
URL=$(sed 's/.*"rpc":"\([^"]*\)".*/\1/' "$DIR/sim.json")
{ echo "state_dir = \"$STATE\""; echo '[wallet]'; echo 'mnemonic_file = "mnemonic"'; world_toml "$URL"; } >"$DIR/inferd.toml"
LOG="$STATE/submission_log.csv"

super() { supervisorctl -c "$STATE/supervisord.conf" "$@"; }
inferd_pid() { super pid inferd; }
another_runs() { # THAN: with another PID, and healthy
  local pid
  pid=$(inferd_pid) && [ "$pid" -gt 0 ] 2>/dev/null && [ "$pid" != "$1" ] && manager health
}
echo "What does not work is said"
check "an unknown verb ends with 2 and the usage" ends_with 2 manager frobnicate
check "a number of lines that is none ends with 2" ends_with 2 manager logs many
check "status of nothing ends with 3" ends_with 3 manager status
check "health of nothing ends with 2" ends_with 2 manager health
check "there is nothing to stop" says "it does not run" manager stop
check "logs of nothing name the file" says "nohup.log" manager logs
check "enable without an installed unit says so" says "needs systemd" manager enable
if [ "$(id -u)" -ne 0 ]; then check "install needs root" says "needs root" manager install; fi
check "a missing configuration is named before anything starts" \
  says "cannot be read" env INFERD_BIN="$INFERD" INFERD_CONFIG="$DIR/none.toml" INFERD_STATE="$STATE" "$ROOT/etc/daemon_manager.sh" supervisord
sed 's/^id = 1$/id = "one"/' "$DIR/inferd.toml" >"$DIR/wrong.toml"
check "a configuration with mistakes is not started" \
  says "has mistakes" env TIINGO_API_KEY="$TOKEN" INFERD_BIN="$INFERD" INFERD_CONFIG="$DIR/wrong.toml" INFERD_STATE="$STATE" "$ROOT/etc/daemon_manager.sh" supervisord
check "nothing was started by all that" test ! -e "$STATE/supervisord.pid"

echo "supervisord"
check "check finds nothing wrong" manager check
check "supervisord starts it" manager supervisord
check "it is well" within 30 manager health
check "a second start is refused" says "runs already" manager supervisord
check "status shows supervisord's word" within 15 says "RUNNING" manager status
check "and the daemon's" says "healthy" manager status
check "status ends with 0" ends_with 0 manager status
check "monitor shows the actors" says "submitter" manager monitor
check "logs show the start" says "inferd is up" manager logs 50
check "a window is confirmed" within 30 more_confirmed "$LOG" 0
FIRST=$(inferd_pid)
SEEN=$(confirmed "$LOG")
BEGIN=$(date +%s%3N)
kill -9 "$FIRST"
check "after kill -9 another process is up and well" within 20 another_runs "$FIRST"
echo "        $(($(date +%s%3N) - BEGIN)) ms from kill -9 to well"
check "and confirms windows again" within 30 more_confirmed "$LOG" "$SEEN"
FIRST=$(inferd_pid)
check "restart" manager restart
check "restart made another process" within 20 another_runs "$FIRST"
LAST=$(inferd_pid)
BEGIN=$(date +%s%3N)
check "stop" manager stop
echo "        $(($(date +%s%3N) - BEGIN)) ms to stop"
check "the daemon is gone" test ! -d "/proc/$LAST"
check "it stopped in order, not by a kill" says "stopping: SIGTERM" manager logs 50
check "and ended with 0: nothing was left unresolved" says "stopped: inferd (exit status 0)" cat "$STATE/supervisord.log"
check "supervisord is gone too" ends_with 3 manager status
check "start brings it back under supervisord" manager start
check "it is under supervisord" within 15 says "RUNNING" manager status
manager stop >/dev/null

echo "A program that cannot run"
# shellcheck disable=SC2016
printf '#!/bin/sh\n[ "$1" = config ] && exit 0\necho tried >>"%s/tries"\nexit 1\n' "$DIR" >"$DIR/broken"
chmod +x "$DIR/broken"
broken() { INFERD_BIN=$DIR/broken INFERD_CONFIG="$DIR/inferd.toml" INFERD_STATE=$STATE "$ROOT/etc/daemon_manager.sh" "$@"; }
tried() { [ "$(wc -l <"$DIR/tries")" -ge "$1" ]; }
broken supervisord >/dev/null 2>&1
check "supervisord tries again and again" within 15 tried 4
check "and does not give up" says "BACKOFF" broken status
broken stop >/dev/null 2>&1

echo "In the background"
check "a program that ends at once is not said to run" says "ended at once" broken nohup
check "nohup starts it" manager nohup
check "it is well" within 30 manager health
check "a second start is refused" says "runs already" manager nohup
check "status says how it runs" says "restarted by nobody" manager status
check "logs show the start" says "inferd is up" manager logs
if command -v logrotate >/dev/null; then
  sed "s|/var/lib/inferd/nohup.log|\"$STATE/nohup.log\"|" "$ROOT/etc/logrotate/inferd" >"$DIR/logrotate.conf"
  chmod 644 "$DIR/logrotate.conf"
  check "logrotate turns the log" logrotate -f -s "$DIR/logrotate.state" "$DIR/logrotate.conf"
  check "the old lines are in nohup.log.1" says "inferd is up" cat "$STATE/nohup.log.1"
  check "new lines go into the new file" within 20 test -s "$STATE/nohup.log"
fi
FIRST=$(cat "$STATE/inferd.pid")
check "restart" manager restart
check "restart made another process" fails test "$FIRST" = "$(cat "$STATE/inferd.pid")"
check "stop" manager stop
check "status knows" ends_with 3 manager status
echo $$ >"$STATE/inferd.pid"
check "a stale pid file with another's number stops nobody" says "it does not run" manager stop
rm "$STATE/inferd.pid"
finish
