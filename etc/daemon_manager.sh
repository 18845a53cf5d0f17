#!/usr/bin/env bash
# Runs inferd as a service: under systemd once installed, else under supervisord, else in the background.
#
#   daemon_manager.sh install       installs program, configuration and systemd unit; run again to upgrade (root)
#   daemon_manager.sh uninstall     removes the unit and the program; configuration, key and books stay (root)
#   daemon_manager.sh check         runs inferd doctor with the service's own user, key and environment
#   daemon_manager.sh start|stop|restart
#   daemon_manager.sh enable        start at boot (systemd)
#   daemon_manager.sh status        state from the service manager and the daemon; exit 3: not running
#   daemon_manager.sh health        exit 0: healthy; with the process, the last log lines and the number of submissions
#   daemon_manager.sh logs [N]      the last N lines; on a terminal it follows
#   daemon_manager.sh monitor [S]   health, actors, books and log every S seconds; once without a terminal
#   daemon_manager.sh supervisord   start it under supervisord
#   daemon_manager.sh nohup         start it in the background, without restarts
#
# INFERD_BIN, INFERD_CONFIG and INFERD_STATE set program, configuration and folder for supervisord and nohup;
# install takes the program from INFERD_BIN or build/inferd. Exit codes: 0 done, 1 failed, 2 wrong command line, 3 see status.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ME=$(basename "$0")
BUILT=${INFERD_BIN:-$HERE/../build/inferd}
BIN=$BUILT
if [ -z "${INFERD_BIN:-}" ]; then # a package's program is in /usr/bin, this script in /usr/share/inferd
  for installed in /usr/local/bin/inferd /usr/bin/inferd; do
    if [ -x "$installed" ]; then BIN=$installed; break; fi
  done
fi
CONFIG=${INFERD_CONFIG:-/etc/inferd/inferd.toml}
STATE=${INFERD_STATE:-/var/lib/inferd}
export INFERD_BIN=$BIN INFERD_CONFIG=$CONFIG INFERD_STATE=$STATE
PID=$STATE/inferd.pid
STOP_S=35 # the daemon takes at most 29 s

say() { printf '%s\n' "$*"; }
die() { printf '%s: %s\n' "$ME" "$*" >&2; exit 1; }
usage() { sed -n '2,19s/^# \{0,1\}//p' "$0"; }

has_systemd() { [ -d /run/systemd/system ]; }
has_unit() { has_systemd && systemctl cat inferd.service >/dev/null 2>&1; }
need_root() { [ "$(id -u)" -eq 0 ] || die "$1 needs root"; }
need_bin() { [ -x "$BIN" ] || die "$BIN is not there: run etc/run once, or set INFERD_BIN"; }
need_ready() { # starts nothing that could not run
  need_bin
  running && die "it runs already: $ME status"
  [ -r "$CONFIG" ] || die "$CONFIG cannot be read: \"$BIN config example\" prints one to begin with"
  "$BIN" config check --config "$CONFIG" >/dev/null || die "not started: $CONFIG has mistakes, see above"
  mkdir -p "$STATE" && chmod 700 "$STATE"
}

super() { supervisorctl -c "$STATE/supervisord.conf" "$@"; }
super_pid() { [ -S "$STATE/supervisor.sock" ] && super pid 2>/dev/null | grep -x '[0-9]*'; }
nohup_pid() {
  local pid
  pid=$(cat "$PID" 2>/dev/null) && [ -r "/proc/$pid/cmdline" ] || return 1
  tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF " run --config $CONFIG" && echo "$pid" # the PID may have been reused
}
running() {
  if has_unit; then systemctl is-active --quiet inferd.service
  else super_pid >/dev/null || nohup_pid >/dev/null; fi
}
gone() { # PID: waits for its end
  local i
  for ((i = 0; i < STOP_S * 10; i++)); do [ -d "/proc/$1" ] || return 0; sleep 0.1; done
  return 1
}
healthy_soon() { # PID LOG: healthy, or the reason
  local i
  for ((i = 0; i < 100; i++)); do
    inferd_health >/dev/null 2>&1 && return 0
    [ -d "/proc/$1" ] || { tail -n 5 "$2" >&2; die "it ended at once; the end of $2 is above"; }
    sleep 0.1
  done
  say "It is up but not yet well: $ME health says why."
}

from_package() { command -v dpkg-query >/dev/null && [ "$(dpkg-query -W -f='${db:Status-Status}' inferd 2>/dev/null)" = installed ]; }

install_all() {
  need_root install
  ! from_package || die "inferd is installed as a package: apt upgrades it, and apt remove removes it"
  [ -x "$BUILT" ] || die "$BUILT is not there: run etc/run once, or set INFERD_BIN"
  install -D -m 755 "$BUILT" /usr/local/bin/inferd
  install -D -m 755 "$HERE/systemd/pause" /usr/local/lib/inferd/pause
  install -D -m 644 "$HERE/../README.md" /usr/local/share/doc/inferd/README.md
  install -m 644 "$HERE/design/operations.md" /usr/local/share/doc/inferd/operations.md
  install -D -m 644 -t /usr/local/share/inferd "$HERE/data/btcusd-1h.csv" "$HERE/data/btcusd-1m.csv"
  cp -rT "$HERE/examples" /usr/local/share/inferd/examples
  install -d -m 755 /etc/inferd
  if [ ! -e /etc/inferd/inferd.toml ]; then
    /usr/local/bin/inferd config example | sed -f "$HERE/package/service.sed" >/etc/inferd/inferd.toml
    say "Wrote /etc/inferd/inferd.toml: set the chain, the topic and the market in it."
  fi
  [ -e /etc/inferd/mnemonic ] || say "No key yet: inferd wallet new --mnemonic-file /etc/inferd/mnemonic"
  install -D -m 644 "$HERE/logrotate/inferd" /etc/logrotate.d/inferd
  install -D -m 644 "$HERE/systemd/inferd.service" /etc/systemd/system/inferd.service
  if has_systemd; then systemctl daemon-reload; fi
  if running; then say "Installed; the old program still runs: $ME restart"
  else say "Installed. Next: $ME check && $ME enable && $ME start"; fi
}

uninstall_all() {
  need_root uninstall
  [ -x /usr/local/bin/inferd ] || ! from_package || die "inferd is installed as a package: apt remove inferd"
  if has_unit; then systemctl disable --now inferd.service; fi
  rm -f /etc/systemd/system/inferd.service /etc/logrotate.d/inferd /usr/local/bin/inferd
  rm -rf /usr/local/lib/inferd /usr/local/share/doc/inferd /usr/local/share/inferd
  if has_systemd; then systemctl daemon-reload; fi
  say "Removed. /etc/inferd, /var/lib/inferd and /var/log/inferd are still there."
}

check() {
  need_bin
  local as=()
  if has_unit; then # as the service's user, with its permissions
    need_root check
    as=(systemd-run --quiet --pipe --wait --collect -p User=inferd -p DynamicUser=yes -p StateDirectory=inferd
      -p LogsDirectory=inferd -p RuntimeDirectory=inferd -p RuntimeDirectoryPreserve=yes -p UMask=0077
      -p LoadCredential=mnemonic:/etc/inferd/mnemonic -p EnvironmentFile=-/etc/inferd/environment --)
  fi
  "${as[@]}" "$BIN" config check --config "$CONFIG" && "${as[@]}" "$BIN" doctor --config "$CONFIG"
}

start_supervisord() {
  command -v supervisord >/dev/null || die "supervisord is not installed: apt-get install supervisor"
  need_ready
  cat - "$HERE/supervisord/inferd.conf" >"$STATE/supervisord.conf" <<CONF
; Written by $ME supervisord.
[supervisord]
logfile=$STATE/supervisord.log
pidfile=$STATE/supervisord.pid
childlogdir=$STATE
[unix_http_server]
file=$STATE/supervisor.sock
chmod=0600
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://$STATE/supervisor.sock

CONF
  supervisord -c "$STATE/supervisord.conf"
  healthy_soon "$(super_pid)" "$STATE/supervisord-inferd.log"
  say "Under supervisord; $ME status, logs, stop act on it."
}

start_nohup() {
  need_ready
  nohup "$BIN" run --config "$CONFIG" >>"$STATE/nohup.log" 2>&1 </dev/null &
  echo $! >"$PID"
  healthy_soon $! "$STATE/nohup.log"
  say "Started with pid $(cat "$PID"), log in $STATE/nohup.log. Nobody restarts it: prefer systemd or supervisord."
}

need_credentials() { # systemd reports a missing one as "Protocol error"
  local file
  while read -r file; do
    [ -e "$file" ] || die "there is no $file: inferd wallet new --mnemonic-file $file, or wallet import"
  done < <(systemctl cat inferd.service | sed -n 's|^LoadCredential=[^:]*:/|/|p')
}

start() {
  if has_unit; then need_credentials && systemctl start inferd.service
  elif super_pid >/dev/null; then super start inferd
  elif command -v supervisord >/dev/null; then start_supervisord
  else start_nohup; fi
}

stop() {
  local pid
  if has_unit; then systemctl stop inferd.service
  elif pid=$(super_pid); then super shutdown
  elif pid=$(nohup_pid); then kill "$pid"
  else die "it does not run"; fi
  if [ -n "${pid:-}" ]; then gone "$pid" || die "pid $pid did not end within $STOP_S s"; rm -f "$PID"; fi
  say "Stopped."
}

restart() {
  if has_unit; then systemctl stop inferd.service && start # not `restart`: resets the backoff
  elif super_pid >/dev/null; then super restart inferd
  elif nohup_pid >/dev/null; then stop && start_nohup
  else start; fi
}

status() {
  if has_unit; then systemctl --no-pager status inferd.service || true
  elif super_pid >/dev/null; then super status || true
  elif nohup_pid >/dev/null; then say "inferd runs with pid $(nohup_pid), restarted by nobody"; fi
  running || { say "inferd does not run"; return 3; }
  inferd_health || true
}

inferd_health() { need_bin; "$BIN" health --config "$CONFIG"; }
setting() { "$BIN" config show --config "$CONFIG" 2>/dev/null | sed -n "s|^$1 = \"\(.*\)\" *# .*|\1|p"; } # NAME: of the configuration
process_state() {
  local pid=''
  if has_unit; then pid=$(systemctl show inferd.service -p MainPID --value)
  elif super_pid >/dev/null; then pid=$(super pid inferd)
  else pid=$(nohup_pid) || true; fi
  case $pid in
    '' | 0 | *[!0-9]*) say "process: does not run" ;;
    *) say "process: runs with pid $pid since $(date -u -d "@$(stat -c %Y "/proc/$pid")" +%FT%TZ), $(awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/$pid/status") MB" ;;
  esac
}
last_lines() { # N: of the log
  local file
  file=$(setting log.dir)/inferd.log
  if [ -r "$file" ]; then grep -v ' DEBUG ' "$file" | tail -n "$1"
  elif has_unit; then journalctl --no-pager -u inferd.service -n "$1"; fi
}
submissions() {
  local file
  file=$(dirname "$(setting ledger.path)")/submission_log.csv
  if [ -r "$file" ]; then
    say "submissions: $(grep -c ',confirmed,' "$file" || true) confirmed of $(($(wc -l <"$file") - 1)) windows in $file"
  fi
}

health() { # the daemon's word and exit code, with what the guide shows beside it
  local code=0
  inferd_health || code=$?
  process_state || true
  say "the last lines of the log:"
  last_lines 5 || true
  submissions || true
  return $code
}

logs() {
  local follow=() lines=${1:-50}
  [ -t 1 ] && follow=(--follow)
  if has_unit; then journalctl --no-pager -u inferd.service -n "$lines" "${follow[@]}"
  elif [ -e "$STATE/supervisord-inferd.log" ] && ! nohup_pid >/dev/null; then
    tail -n "$lines" "${follow[@]}" "$STATE/supervisord-inferd.log"
  else tail -n "$lines" "${follow[@]}" "$STATE/nohup.log"; fi
}

monitor() {
  need_bin
  while :; do
    [ -t 1 ] && clear
    date -u +%FT%TZ
    inferd_health || true
    "$BIN" ctl ps --config "$CONFIG" || true
    "$BIN" ledger list --limit 10 --config "$CONFIG" || true
    last_lines 3 || true
    [ -t 1 ] || return 0
    sleep "${1:-5}"
  done
}

number() { # [TEXT] NAME
  case $1 in '' | *[!0-9]*) printf '%s: %s: "%s" is no number\n' "$ME" "$2" "$1" >&2; exit 2 ;; esac
}

case ${1:-} in
  install) install_all ;;
  uninstall) uninstall_all ;;
  check | start | stop | restart | status | health) "$1" ;;
  enable) has_unit || die "enable needs systemd and an installed unit"; systemctl enable inferd.service ;;
  logs) number "${2-50}" logs; logs "${2-50}" ;;
  supervisord) start_supervisord ;;
  nohup) start_nohup ;;
  monitor) number "${2-5}" monitor; monitor "${2-5}" ;;
  -h | --help) usage ;;
  *) usage >&2; exit 2 ;;
esac
