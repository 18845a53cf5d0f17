#!/usr/bin/env bash
# Runs inferd as a service.
#
#   daemon_manager.sh install       program, configuration and systemd unit into place (root)
#   daemon_manager.sh uninstall     the unit and the program; configuration, key and books stay
#   daemon_manager.sh start|stop|restart
#   daemon_manager.sh enable        start at boot
#   daemon_manager.sh status        what the service manager and the daemon say
#   daemon_manager.sh logs [N]      the last N lines, and what follows
#   daemon_manager.sh health        exit 0: alive and well
#   daemon_manager.sh supervisord   run it under supervisord instead of systemd
#   daemon_manager.sh nohup         run it in the background without either
#   daemon_manager.sh monitor       status, books and failures, every few seconds
#
# Without systemd (containers), start, stop, restart, status and logs act on supervisord or nohup, whichever runs.
# INFERD_BIN, INFERD_CONFIG and INFERD_STATE change the paths of the supervisord and nohup ways.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BIN=${INFERD_BIN:-}
if [ -z "$BIN" ]; then
  if [ -x /usr/local/bin/inferd ]; then BIN=/usr/local/bin/inferd; else BIN=$HERE/../build/inferd; fi
fi
CONFIG=${INFERD_CONFIG:-/etc/inferd/inferd.toml}
STATE=${INFERD_STATE:-/var/lib/inferd}
export INFERD_BIN=$BIN INFERD_CONFIG=$CONFIG INFERD_STATE=$STATE
PID=$STATE/inferd.pid

say() { printf '%s\n' "$*"; }
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }
usage() { sed -n '2,19s/^# \{0,1\}//p' "$0"; }

has_systemd() { [ -d /run/systemd/system ]; }
has_unit() { has_systemd && systemctl cat inferd.service >/dev/null 2>&1; }
need_root() { [ "$(id -u)" -eq 0 ] || die "$1 needs root"; }
need_bin() { [ -x "$BIN" ] || die "$BIN is not there: run etc/run once, or set INFERD_BIN"; }
need_config() { [ -r "$CONFIG" ] || die "$CONFIG cannot be read: \"$BIN config example\" prints one to begin with"; }

super() { supervisorctl -c "$STATE/supervisord.conf" "$@"; }
has_super() { [ -S "$STATE/supervisor.sock" ] && super pid >/dev/null 2>&1; }
nohup_pid() {
  local pid
  pid=$(cat "$PID" 2>/dev/null) && kill -0 "$pid" 2>/dev/null && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q 'inferd run' && echo "$pid"
}

install_all() {
  need_root install
  [ -x "$HERE/../build/inferd" ] || die "build/inferd is not there: run etc/run once"
  install -D -m 755 "$HERE/../build/inferd" /usr/local/bin/inferd
  install -D -m 644 "$HERE/../README.md" /usr/local/share/doc/inferd/README.md
  install -d -m 755 /etc/inferd
  if [ ! -e /etc/inferd/inferd.toml ]; then
    /usr/local/bin/inferd config example >/etc/inferd/inferd.toml
    sed -i -e 's|^mnemonic_file = .*|# mnemonic_file = "mnemonic"|' -e 's|^# credential = |credential = |' /etc/inferd/inferd.toml
    say "Wrote /etc/inferd/inferd.toml: set the chain, the topic and the market in it."
  fi
  [ -e /etc/inferd/mnemonic ] || say "No key yet: inferd wallet new --mnemonic-file /etc/inferd/mnemonic"
  install -D -m 644 "$HERE/logrotate/inferd" /etc/logrotate.d/inferd
  install -D -m 644 "$HERE/systemd/inferd.service" /etc/systemd/system/inferd.service
  if has_systemd; then systemctl daemon-reload; fi
  say "Installed. Next: inferd config check && $(basename "$0") enable && $(basename "$0") start"
}

uninstall_all() {
  need_root uninstall
  if has_unit; then systemctl disable --now inferd.service; fi
  rm -f /etc/systemd/system/inferd.service /etc/logrotate.d/inferd /usr/local/bin/inferd
  if has_systemd; then systemctl daemon-reload; fi
  say "Removed. /etc/inferd and the books are still there."
}

start_supervisord() {
  command -v supervisord >/dev/null || die "supervisord is not installed: apt-get install supervisor"
  need_bin; need_config
  has_super && die "supervisord runs already; $(basename "$0") status shows it"
  mkdir -p "$STATE" && chmod 700 "$STATE"
  cat >"$STATE/supervisord.conf" <<CONF
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
[include]
files=$HERE/supervisord/inferd.conf
CONF
  supervisord -c "$STATE/supervisord.conf"
  say "Under supervisord; $(basename "$0") status, logs, stop act on it."
}

start_nohup() {
  need_bin; need_config
  nohup_pid >/dev/null && die "runs already with pid $(nohup_pid)"
  mkdir -p "$STATE" && chmod 700 "$STATE"
  nohup "$BIN" run --config "$CONFIG" >>"$STATE/nohup.log" 2>&1 &
  echo $! >"$PID"
  say "Started with pid $!, log in $STATE/nohup.log. Nobody restarts it: prefer systemd or supervisord."
}

stop_nohup() {
  local pid
  pid=$(nohup_pid) || die "does not run"
  kill "$pid"
  for _ in $(seq 300); do kill -0 "$pid" 2>/dev/null || { rm -f "$PID"; say "Stopped."; return 0; }; sleep 0.1; done
  die "pid $pid did not end within 30 s"
}

act() { # start|stop|restart
  if has_unit; then systemctl "$1" inferd.service
  elif has_super; then
    if [ "$1" = stop ]; then super shutdown; else super "$1" inferd; fi
  else
    case $1 in
      start) if command -v supervisord >/dev/null; then start_supervisord; else start_nohup; fi ;;
      stop) stop_nohup ;;
      restart) stop_nohup && start_nohup ;;
    esac
  fi
}

status() {
  if has_unit; then systemctl --no-pager status inferd.service || true
  elif has_super; then super status || true
  elif nohup_pid >/dev/null; then say "inferd runs with pid $(nohup_pid)"
  else say "inferd does not run"; fi
  health || true
}

health() { need_bin; "$BIN" health --config "$CONFIG"; }

logs() {
  if has_unit; then journalctl -u inferd.service -n "${1:-50}" -f
  elif has_super; then super tail -f inferd
  else tail -n "${1:-50}" -F "$STATE/nohup.log"; fi
}

monitor() {
  need_bin
  while :; do
    clear
    date -u +%FT%TZ
    health || true
    "$BIN" ctl ps --config "$CONFIG" || true
    "$BIN" ledger list --limit 10 --config "$CONFIG" || true
    sleep "${1:-5}"
  done
}

case ${1:-} in
  install) install_all ;;
  uninstall) uninstall_all ;;
  start | stop | restart) act "$1" ;;
  enable) has_unit || die "enable needs systemd and an installed unit"; systemctl enable inferd.service ;;
  status) status ;;
  logs) logs "${2:-}" ;;
  health) health ;;
  supervisord) start_supervisord ;;
  nohup) start_nohup ;;
  monitor) monitor "${2:-}" ;;
  -h | --help) usage ;;
  *) usage >&2; exit 2 ;;
esac
