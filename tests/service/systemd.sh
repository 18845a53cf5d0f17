#!/usr/bin/env bash
# The installed service under a real systemd, against a simulated chain: hardening, credential, watchdog, crashes, crash loops,
# a power cut, a stop in time. Needs root; exits with 77 and the reason when something is missing.
# INFERD names the program (default build/inferd). Runs about three minutes.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/machine.sh"
need_program
UNIT=$ROOT/etc/systemd/inferd.service

need_machine
trap throw_away EXIT
boot

manager() { inside INFERD_BIN= /opt/inferd-source/etc/daemon_manager.sh "$@"; }
install() { inside INFERD_BIN=/opt/inferd-program /opt/inferd-source/etc/daemon_manager.sh install; }
property() { inside systemctl show inferd.service -p "$1" --value; }
is() { # PROPERTY VALUE
  local got
  got=$(property "$1")
  [ "$got" = "$2" ] || { echo "$1 is $got"; return 1; }
}
restarts() { property NRestarts; }
restarted_since() { [ "$(restarts)" -gt "$1" ]; }
well() { inside inferd health; }
journal() { inside journalctl --no-pager -o cat -u inferd.service "$@"; }
journal_says() { says "$1" journal; }
log_file() { inside cat /var/lib/inferd/submission_log.csv 2>/dev/null; }
confirmed_windows() { log_file | grep -c ',confirmed,'; }
confirms_more() { [ "$(confirmed_windows)" -ge $(($1 + ${2:-1})) ]; }
status_of() { inside cat "/proc/$(property MainPID)/status"; } # of the process, from the kernel
configure() { inside sed -i "$@" /etc/inferd/inferd.toml; }
drop_in() { # TEXT
  inside mkdir -p /etc/systemd/system/inferd.service.d
  printf '[Service]\n%s\n' "$1" | inside tee /etc/systemd/system/inferd.service.d/test.conf >/dev/null
  inside systemctl daemon-reload
}
no_drop_in() { inside rm /etc/systemd/system/inferd.service.d/test.conf; inside systemctl daemon-reload; }
simulate() { # PACE...
  inside systemd-run --quiet --unit=sim inferd sim --port 26657 --candles /opt/inferd-source/etc/data/btcusd-1h.csv \
    --fund "$ADDRESS" "$@"
}
now_ms() { date +%s%3N; }
took() { printf '        %d ms %s\n' $(($(now_ms) - $1)) "$2"; }

echo "The files"
check "install" install
verify() { # systemd-analyze exits with 0 for unknown keys too
  local out
  out=$(inside systemd-analyze verify inferd.service 2>&1)
  [ -z "$out" ] || { printf '%s\n' "$out"; return 1; }
}
check "systemd-analyze verify has nothing to say" verify
check "the exposure is below 2.0" systemd-analyze security --offline=true --threshold=19 "$UNIT"
systemd-analyze security --offline=true "$UNIT" 2>/dev/null | sed -n 's/.*Overall/        overall/p'

echo "Installed, without a key and a sensible configuration"
check "a fresh configuration is not taken for a good one" fails manager check
check "start says that there is no key" says "/etc/inferd/mnemonic" manager start
inside systemctl start inferd.service >/dev/null 2>&1
check "without a key it is tried again and again" within 20 restarted_since 5
check "which systemd does not count as failed for good" fails is ActiveState failed
check "the journal speaks of credentials" journal_says "Failed to set up credentials"
inside systemctl stop inferd.service

inside inferd wallet new --mnemonic-file /etc/inferd/mnemonic >/dev/null
ADDRESS=$(inside inferd wallet show --mnemonic-file /etc/inferd/mnemonic | sed 's/.*"address":"\([^"]*\)".*/\1/')
inside inferd train --candles /opt/inferd-source/etc/data/btcusd-1h.csv --topic 1 --symbol btcusd --out /etc/inferd/model.json >/dev/null 2>&1
simulate --block-ms 200 --epoch 15 --window 8 --lag 30 # a window every three seconds
configure -e '/^\[chain\]/,/^\[wallet\]/{/^\[wallet\]/!d}' -e '/^\[market\]/,/^\[ledger\]/{/^\[ledger\]/!d}'
world_toml http://127.0.0.1:26657 | inside tee -a /etc/inferd/inferd.toml >/dev/null
echo "TIINGO_API_KEY=$TOKEN" | inside tee /etc/inferd/environment >/dev/null
inside chmod 600 /etc/inferd/environment

echo "Running"
check "check finds nothing wrong" manager check
check "start" manager start
check "systemd has its word that it is ready" is SubState running
check "it is of Type=notify" is Type notify
check "it is well, asked from outside the unit" within 30 well
connected() { property StatusText | grep -qE 'connected to|windows|confirmed'; }
check "systemctl status has the daemon's own line" within 10 connected
check "a window is confirmed" within 40 confirms_more 0
not_root() { status_of | grep -E '^Uid:' | grep -qvE '\b0\b'; }
check "it runs as nobody in particular" not_root
check "it has no capability" says "CapBnd:	0000000000000000" status_of
check "it may gain none" says "NoNewPrivs:	1" status_of
check "its system calls are filtered" says "Seccomp:	2" status_of
locked() { status_of | grep -qE '^VmLck:\s+[1-9]'; }
check "its key is on locked pages" locked
check "the admin socket is its own" says "srw-------" inside ls -l /run/inferd/admin.sock
check "the books are in the state directory" inside test -s /var/lib/private/inferd/ledger.db
check "the log is in the logs directory" inside test -s /var/log/private/inferd/inferd.log
check "status" says "Active: active (running)" manager status
check "logs" says "inferd is up" manager logs 100
check "monitor" says "submitter" manager monitor
check "supervisord does not start a second one" says "runs already" manager supervisord
second_copy() { # as root, outside the sandbox, with the same key and other books
  inside env STATE_DIRECTORY=/var/tmp/second LOGS_DIRECTORY=/var/tmp/second RUNTIME_DIRECTORY=/var/tmp/second CREDENTIALS_DIRECTORY=/etc/inferd TIINGO_API_KEY="$TOKEN" \
    inferd once --config /etc/inferd/inferd.toml
}
check "a second copy is refused and told which process has the key" says "in use by another inferd (process $(property MainPID))" second_copy
if command -v sqlite3 >/dev/null; then
  backup() { inside sqlite3 /var/lib/inferd/ledger.db "VACUUM INTO '/var/tmp/backup.db'"; }
  check "the books can be copied while it runs" backup
  check "and the copy is whole" inside inferd ledger verify --ledger /var/tmp/backup.db
fi

echo "The secret"
WORDS=$(inside cat /etc/inferd/mnemonic)
words_in() { inside grep -rqF "$WORDS" "$@"; }
check "can be searched for" words_in /etc/inferd/mnemonic
check "is not in the environment" fails words_in "/proc/$(property MainPID)/environ"
check "is not in logs, books and tapes" fails words_in /var/log/private/inferd /var/lib/private/inferd
check "is not in the journal" fails journal_says "$WORDS"
check "the credential is the process's alone" says "-r--------" inside ls -l /run/credentials/inferd.service/mnemonic

echo "Where no path is configured, systemd's directories are taken"
configure -e '/^state_dir = /d' -e '/^socket = /d' -e '/^dir = /d'
inside rm -rf /var/log/private/inferd/inferd.log
check "restart" manager restart
well_at_socket() { inside inferd health --socket /run/inferd/admin.sock; }
check "RUNTIME_DIRECTORY has the socket" within 30 well_at_socket
check "LOGS_DIRECTORY has the log" within 10 inside test -s /var/log/private/inferd/inferd.log
SEEN=$(confirmed_windows)
check "STATE_DIRECTORY has the books of before" within 40 confirms_more "$SEEN"
configure -e '1i state_dir = "/var/lib/inferd"' -e 's|^\[admin\]|&\nsocket = "/run/inferd/admin.sock"|' -e 's|^\[log\]|&\ndir = "/var/log/inferd"|'
manager restart >/dev/null

echo "A crash"
within 20 well >/dev/null
COUNT=$(restarts) SEEN=$(confirmed_windows) BEGIN=$(now_ms)
inside systemctl kill -s KILL inferd.service
check "after kill -9 it is started again" within 10 restarted_since "$COUNT"
check "and is well" within 30 well
took "$BEGIN" "from kill -9 to well"
check "and confirms windows" within 40 confirms_more "$SEEN"

echo "The watchdog"
check "as installed it waits a minute" is WatchdogUSec 1min
drop_in WatchdogSec=12
manager restart >/dev/null
within 20 well >/dev/null
COUNT=$(restarts) SEEN=$(confirmed_windows)
check "a watchdog time shorter than the tree's own repair is warned of, as a warning" says "WatchdogSec is 12000 ms" journal -p warning
check "it is fed: windows of more than two watchdog times pass" within 90 confirms_more "$SEEN" 9
check "without a restart" is NRestarts "$COUNT"
BEGIN=$(now_ms)
inside systemctl kill -s STOP inferd.service
check "a process that stands still is killed and started again" within 40 restarted_since "$COUNT"
check "for the watchdog's reason" says "watchdog" inside journalctl --no-pager -u inferd.service
check "and is well" within 30 well
took "$BEGIN" "from SIGSTOP to well, with WatchdogSec=12"
no_drop_in

echo "Children: retraining, and a model that takes all the memory it gets"
configure -e '/^model = "model.json"$/a shadow = [{ command = ["/usr/bin/tail", "/dev/zero"], name = "greedy", memory_mb = 600 }]\nretrain = { every = "1d", history = "300d" }'
drop_in MemoryMax=300M
manager restart >/dev/null
within 20 well >/dev/null
COUNT=$(restarts) SEEN=$(confirmed_windows)
check "a model is trained, at a priority that the sandbox lets it lower" within 60 journal_says "retrained topic=1"
killed_child() { inside grep -qE '^oom_kill [1-9]' /sys/fs/cgroup/system.slice/inferd.service/memory.events; }
if inside test -e /sys/fs/cgroup/system.slice/inferd.service/memory.events; then
  check "the kernel kills the greedy model" within 60 killed_child
else
  echo "        not run: no memory controller here; the model ends at its own limit"
fi
check "windows are confirmed all the while" within 60 confirms_more "$SEEN" 4
check "by the daemon that was started" is NRestarts "$COUNT"
configure -e '/^shadow = /d' -e '/^retrain = /d'
no_drop_in

echo "A crash loop"
manager restart >/dev/null
echo nonsense | inside tee -a /etc/inferd/inferd.toml >/dev/null
COUNT=$(restarts) BEGIN=$(now_ms)
inside systemctl kill -s KILL inferd.service
check "it is started more often than systemd's usual limit of 5" within 90 restarted_since $((COUNT + 5))
took "$BEGIN" "for 6 starts"
check "the waits grow" journal_says "waiting 4 s"
check "the journal says what is wrong" journal_says "inferd.toml"
check "it has not failed for good" fails is ActiveState failed
configure -e '/^nonsense$/d'
check "once the cause is gone it comes up by itself" within 30 well
manager stop >/dev/null
BEGIN=$(now_ms)
check "a start by hand does not wait" manager start
took "$BEGIN" "for a start by hand after a crash loop"

echo "A power cut"
check "enable" manager enable
SEEN=$(confirmed_windows)
# The simulated chain loses its state in the cut, so that a pending transaction would never resolve: cut when idle.
idle() { inside inferd ctl inspect submitter --json 2>/dev/null | grep -qF '"works":[]'; }
within 60 idle >/dev/null
cut_power
boot
simulate --register --block-ms 2000 --epoch 5 --window 3 --lag 10 # slow, so that a transaction can be caught under way
check "it is up after the boot" within 20 well
check "with the books of before" confirms_more "$SEEN" 0

echo "Stopping"
check "it goes on where it was" within 60 confirms_more "$SEEN"
BEGIN=$(now_ms)
check "stop" manager stop
took "$BEGIN" "to stop"
check "in order" is Result success
check "with exit code 0" is ExecMainStatus 0
check "the credential is gone" fails inside test -e /run/credentials/inferd.service/mnemonic
manager start >/dev/null
under_way() { inside inferd ctl inspect submitter --json 2>/dev/null | grep -q InMempool; }
check "a transaction waits for its block" within 60 under_way
inside systemctl kill -s STOP sim.service
BEGIN=$(now_ms)
check "stop, while the chain is silent" manager stop
TOOK=$(($(now_ms) - BEGIN))
took "$BEGIN" "to stop"
check "it took the time it may take for the transaction" test "$TOOK" -gt 20000
check "and no more than TimeoutStopSec" test "$TOOK" -lt 30000
check "it was not systemd that ended it" is ExecMainCode 1
check "exit code 3 says that something is unresolved" is ExecMainStatus 3
check "which is no failure" is Result success
inside systemctl kill -s CONT sim.service

if command -v sqlite3 >/dev/null; then
  echo "Restoring the books"
  manager stop >/dev/null 2>&1
  restore() {
    inside rm -f /var/lib/inferd/ledger.db-wal /var/lib/inferd/ledger.db-shm && inside cp /var/tmp/backup.db /var/lib/inferd/ledger.db &&
      inside chown --reference=/var/lib/inferd/ /var/lib/inferd/ledger.db
  }
  check "the copy is put in its place" restore
  check "start" manager start
  check "it is well with it" within 30 well
  check "and the books still hold" inside inferd ledger verify
fi

echo "Upgrade and removal"
manager start >/dev/null
check "install over a running one says that the old program runs" says "the old program still runs" install
check "restart" manager restart
check "it is well" within 20 well
check "uninstall" manager uninstall
check "the unit is gone" fails inside systemctl cat inferd.service
check "books, key and configuration stay" inside test -s /var/lib/private/inferd/ledger.db -a -s /etc/inferd/mnemonic -a -s /etc/inferd/inferd.toml
finish
