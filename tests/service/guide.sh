#!/usr/bin/env bash
# The original guide's commands, from its first to its last, with what its reader expects (etc/doc/howto/from-the-guide.md): train
# and .env, in the background, under a real supervisord, then under a real systemd in a namespace (root). INFERD names the program.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/machine.sh"
need supervisord "apt-get install supervisor"
need_program
if [ -d /run/systemd/system ] && systemctl cat inferd.service >/dev/null 2>&1; then
  skip "inferd.service is installed here; daemon_manager.sh would act on it"
fi
DIR=$(mktemp -d)
STATE=$DIR/state
SIM='' NSPAWN='' MACHINE=''
cleanup() {
  manager stop >/dev/null 2>&1
  [ -z "$SIM" ] || kill "$SIM" 2>/dev/null
  [ -z "$MACHINE" ] || throw_away
  wait 2>/dev/null
  rm -rf "$DIR"
}
trap cleanup EXIT
manager() { INFERD_BIN=$INFERD INFERD_CONFIG="$DIR/inferd.toml" INFERD_STATE=$STATE "$ROOT/etc/daemon_manager.sh" "$@"; }
inferd() { (cd "$DIR" && "$INFERD" "$@"); }
mkdir "$STATE"
LOG=$STATE/log/inferd.log CSV=$STATE/submission_log.csv

echo "Train: a model file, and features.json with ten features"
check "train" inferd train --candles "$ROOT/etc/data/btcusd-1h.csv" --topic 1 --symbol btcusd --out model.json
check "ls -la model.json features.json" ls -la "$DIR/model.json" "$DIR/features.json"
ten() { [ "$(tr -cd '"' <"$DIR/features.json" | wc -c)" -eq 20 ]; }
check "ten features" ten

echo ".env"
inferd wallet new --mnemonic-file mnemonic >/dev/null
ADDRESS=$(inferd wallet show --mnemonic-file mnemonic | grep -o 'allo1[a-z0-9]*')
"$INFERD" sim --port 0 --json --candles "$ROOT/etc/data/btcusd-1h.csv" --fund "$ADDRESS" --block-ms 200 --epoch 15 --window 8 --lag 30 \
  >"$DIR/sim.json" 2>"$DIR/sim.err" & # not through inferd(): the shell between would be what is killed
SIM=$!
within 20 test -s "$DIR/sim.json" || { cat "$DIR/sim.err"; exit 1; }
URL=$(sed 's/.*"rpc":"\([^"]*\)".*/\1/' "$DIR/sim.json")
{ printf 'state_dir = "%s"\n' "$STATE"; world_toml "$URL"; printf '[log]\nheartbeat_s = 2\n'; } >"$DIR/inferd.toml"
cat >"$DIR/.env" <<ENV
ALLORA_WALLET_ADDR=$ADDRESS
MNEMONIC="$(cat "$DIR/mnemonic")"
TOPIC_ID=1
TIINGO_API_KEY=$TOKEN
SUBMISSION_INTERVAL=1
LOG_LEVEL=INFO
ENV
rm "$DIR/mnemonic"
chmod 644 "$DIR/.env"
check "others' access is refused" says "chmod 600" inferd config check
chmod 600 "$DIR/.env"
check "chmod 600 .env" inferd config check
for name in MNEMONIC ALLORA_WALLET_ADDR TOPIC_ID SUBMISSION_INTERVAL LOG_LEVEL; do
  check "$name is read" says ".env:" sh -c "cd '$DIR' && '$INFERD' config show | grep -w $name"
done
check "TIINGO_API_KEY is read" says "TIINGO_API_KEY" inferd config show
check "--dry-run does everything but the broadcast" inferd once --dry-run
check "and its row says so" says ",dry_run," cat "$CSV"

echo "nohup … --continuous &, and a PID file"
check "nohup" manager nohup
check "a window is confirmed" within 60 more_confirmed "$CSV" 0
check "tail -f of its log" says "inferd is up" head -n 50 "$STATE/nohup.log"
PID=$(cat "$STATE/inferd.pid")
check "kill \$(cat …)" kill "$PID"
gone() { ! grep -qE '^State:\s+[^ZX]' "/proc/$PID/status" 2>/dev/null; } # or nobody has waited for it yet
check "it ends" within 30 gone

echo "supervisord -c supervisord.conf"
super() { supervisorctl -c "$STATE/supervisord.conf" "$@"; }
check "daemon_manager.sh supervisord" manager supervisord
check "supervisorctl status" within 15 says "RUNNING" super status
check "supervisorctl tail" says "inferd is up" super tail -20000 inferd
check "supervisorctl restart" super restart inferd
check "supervisorctl stop" super stop inferd
check "and start" super start inferd
check "daemon_manager.sh status" within 15 says "RUNNING" manager status
SEEN=$(confirmed "$CSV")
check "windows are confirmed" within 60 more_confirmed "$CSV" "$SEEN"

echo "Looking at it"
check "daemon_manager.sh health" within 15 manager health
check "health says whether the process runs" says "process: runs with pid" manager health
five() { [ "$(manager health 2>/dev/null | grep -cE '^20[0-9-]+T[0-9:.]+Z ')" -eq 5 ]; }
check "health has the last five lines of the log" five
submissions() { says "submissions: $(confirmed "$CSV") confirmed" manager health; }
check "health has the number of submissions" within 15 submissions # a window may be confirmed between the two
check "grep HEARTBEAT" within 10 grep -q HEARTBEAT "$LOG"
several() { [ "$(grep -c HEARTBEAT "$LOG")" -gt 2 ]; }
check "at the interval that is set" within 20 several
check 'grep "Submission success": a line for each' grep -q "Submission success" "$LOG"
same() { [ "$(grep success "$CSV" | wc -l)" -eq "$(grep -c "Submission success" "$LOG")" ]; }
check "as many as grep success submission_log.csv | wc -l" within 10 same
nothing() { ! grep "ERROR\|CRITICAL" "$LOG"; }
check 'grep "ERROR\|CRITICAL" finds nothing when all is well' nothing
check "tail -1 submission_log.csv" says ",confirmed," tail -1 "$CSV"
check "a row that was not answered has its reason" sh -c "grep -E ',(missed|skipped|dry_run),' '$CSV' | grep -qvE ',$'"
check "the nonce lookup" says "next" inferd ctl nonces
check "the watch dashboard: status, submissions, last lines of the log" says "Z INFO " manager monitor
check "du -sh logs" du -sh "$STATE/log"
check "archive of CSV and logs" tar -czf "$DIR/archive.tar.gz" -C "$STATE" submission_log.csv log
check "daemon_manager.sh stop" manager stop
check "an end date" inferd run --until "$(date -u -d '+8 seconds' +%FT%TZ)"
check "one in the past is refused" ends_with 2 inferd run --until 2024-01-01T00:00:00Z
kill "$SIM" 2>/dev/null
SIM=''

echo "systemd"
if [ "$(id -u)" -ne 0 ] || ! command -v systemd-nspawn >/dev/null; then
  echo "  not run: needs root and systemd-container"
  finish
  exit
fi
[ "$FAILED" -eq 0 ] || { finish; exit 1; } # what follows may be skipped
need_machine
boot
cp -a "$DIR/model.json" "$MACHINE/root/root/model.json"
service() { inside INFERD_BIN= /opt/inferd-source/etc/daemon_manager.sh "$@"; }
property() { inside systemctl show inferd.service -p "$1" --value; }
is() { [ "$(property "$1")" = "$2" ] || { property "$1"; return 1; }; }
csv() { inside cat /var/lib/inferd/submission_log.csv 2>/dev/null; }
confirms_more() { [ "$(csv | grep -c ',confirmed,')" -gt "$1" ]; }
check "daemon_manager.sh install" inside INFERD_BIN=/opt/inferd-program /opt/inferd-source/etc/daemon_manager.sh install
inside inferd wallet new --mnemonic-file /etc/inferd/mnemonic >/dev/null
ADDRESS=$(inside inferd wallet show --mnemonic-file /etc/inferd/mnemonic | grep -o 'allo1[a-z0-9]*')
inside install -m 644 /root/model.json /etc/inferd/model.json
inside systemd-run --quiet --unit=sim inferd sim --port 26657 --candles /opt/inferd-source/etc/data/btcusd-1h.csv --fund "$ADDRESS" \
  --block-ms 200 --epoch 15 --window 8 --lag 30
inside sed -i -e '/^\[chain\]/,/^\[wallet\]/{/^\[wallet\]/!d}' -e '/^\[market\]/,/^\[ledger\]/{/^\[ledger\]/!d}' /etc/inferd/inferd.toml
world_toml http://127.0.0.1:26657 | inside tee -a /etc/inferd/inferd.toml >/dev/null
echo "TIINGO_API_KEY=$TOKEN" | inside tee /etc/inferd/environment >/dev/null
inside chmod 600 /etc/inferd/environment
for verb in start enable; do check "daemon_manager.sh $verb" service "$verb"; done
check "daemon_manager.sh status" says "active (running)" service status
check "daemon_manager.sh health" within 30 service health
check "systemctl status" says "active (running)" inside systemctl --no-pager status inferd
check "journalctl -u" says "inferd is up" inside journalctl --no-pager -u inferd
check "a window is confirmed" within 60 confirms_more 0
PID=$(property MainPID)
back() { local now; now=$(property MainPID); [ "$now" != 0 ] && [ "$now" != "$PID" ] && is SubState running >/dev/null; }
inside kill -9 "$PID"
check "it is back within 10 s after a crash" within 10 back
check "systemctl restart" inside systemctl restart inferd
if [ -x "$MACHINE/root/usr/sbin/logrotate" ]; then
  SEEN=$(csv | grep -c ',confirmed,')
  PID=$(property MainPID)
  inside chown root:root /etc/logrotate.d/inferd
  check "logrotate, with systemctl reload in postrotate" inside logrotate -f /etc/logrotate.d/inferd
  check "the old lines are kept" inside test -s /var/log/private/inferd/inferd.log.1
  check "the log is made anew" within 10 inside test -s /var/log/private/inferd/inferd.log
  check "windows go on" within 60 confirms_more "$SEEN"
  whole() { # every confirmed window has its line in one of the two
    local rows lines
    rows=$(csv | grep -c success)
    lines=$(inside sh -c 'cat /var/log/private/inferd/inferd.log /var/log/private/inferd/inferd.log.1' | grep -c 'Submission success')
    [ "$rows" -eq "$lines" ] || { echo "$rows rows, $lines lines"; return 1; }
  }
  check "and no line is lost" within 10 whole
  check "by the same process" is MainPID "$PID"
else
  echo "  logrotate is not installed: not run"
fi
BEGIN=$(date +%s)
check "systemctl stop" inside systemctl stop inferd
check "within 30 s" test $(($(date +%s) - BEGIN)) -le 30
check "daemon_manager.sh logs" says "stopping: SIGTERM" service logs 200
finish
