#!/usr/bin/env bash
# [notify] of a running daemon: lost windows reach a local webhook and a command, a report is sent the same way, no secret is shown.
#   notify.sh PATH_OF_INFERD SOURCE_DIR
. "$(dirname "$0")/test_network.sh"
command -v python3 >/dev/null || { echo "skipped: python3 is not installed"; exit 77; }
start_network "$1" "$2"
wait_for() { # COMMAND...: until it succeeds
  for _ in $(seq 300); do "$@" >/dev/null 2>&1 && return; sleep 0.1; done
  fail "waited in vain for: $*"
}
cat >hook.py <<'PY'
import http.server
class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with open("posted", "ab") as f:
            f.write(self.path.encode() + b" " + body + b"\n")
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_):
        pass
server = http.server.HTTPServer(("127.0.0.1", 0), Hook)
open("hook.url", "w").write(f"http://127.0.0.1:{server.server_port}/hooks/s3cr3tpath")
server.serve_forever()
PY
python3 hook.py >hook.log 2>&1 &
started+=("$!")
wait_for test -s hook.url
printf '#!/bin/sh\ncat >>%s/paged\n' "$PWD" >page.sh
chmod +x page.sh
cat >>inferd.toml <<TOML
[notify]
webhook = { env = "INFERD_WEBHOOK" }
command = ["$PWD/page.sh"]
alerts = ["InferdWindowLost"]
check_s = 1
TOML
INFERD_WEBHOOK=$(cat hook.url)
export INFERD_WEBHOOK
# The registration costs more than the cap: each window is missed and costs nothing.
sed -i 's/^id = "localnet"/id = "localnet"\nfee_cap_uallo = 1/' inferd.toml
"$INFERD" config show --config inferd.toml >show.log 2>&1 || fail "config show"
grep -q 'notify.webhook = (secret: INFERD_WEBHOOK in the environment)' show.log || fail "the address is shown as a place"
"$INFERD" run --config inferd.toml >run.log 2>&1 &
RUN=$!
started+=("$RUN")
wait_for test -s posted
wait_for test -s paged
grep -q '^/hooks/s3cr3tpath {"source":"inferd".*"alert":"InferdWindowLost","state":"firing".*"subject":"missed"' posted || fail "the webhook's JSON"
grep -q '"alert":"InferdWindowLost"' paged || fail "the command's JSON"
sleep 3
[ "$(grep -c InferdWindowLost posted)" -eq 1 ] || fail "one message, however many windows are lost"
"$INFERD" report --day --send --config inferd.toml >report.log 2>&1 || fail "report --send"
grep -q '"report":"day"' posted && grep -q '"report":"day"' paged || fail "the report arrives"
sed 's/^webhook = .*/webhook = { env = "INFERD_WEBHOOK" }\nform = "slack"/' inferd.toml >slack.toml
"$INFERD" report --week --send --config slack.toml >report.log 2>&1 || fail "report --send, slack"
tail -n 1 posted | grep -q '^/hooks/s3cr3tpath {"text":"week from ' || fail "the report in Slack's form"
kill "$RUN"
wait "$RUN" || fail "the daemon stops in order"
INFERD_WEBHOOK=http://127.0.0.1:9/s3cr3tpath "$INFERD" report --send --config inferd.toml >report.log 2>&1 && fail "a report that cannot be sent fails"
grep -q 'inferd: --send: webhook: 127.0.0.1:9' report.log || fail "it says why"
sed '/^webhook/d;/^command/d' inferd.toml >off.toml
"$INFERD" report --send --config off.toml >report.log 2>&1 && fail "without [notify] there is nowhere to send to"
grep -q 'notify.webhook' report.log || fail "it names the setting"
! grep -rq s3cr3tpath run.log show.log report.log log tapes || fail "the address is secret"
echo "ok: an alert and a report by webhook and command"
