#!/usr/bin/env python3
"""A real Prometheus scrapes running daemons and fires every alert of etc/prometheus/inferd.rules.yml, each for its cause.

prometheus.py SOURCE_DIR INFERD FAILING_DAEMON. Waits and ranges of the rules are shortened to seconds. Exit code 77: Prometheus (Debian's
package of that name) is missing.

good      a trained model on fresh candles: no alert may fire while it is alone
busy      a window every two seconds, an old model, candles that never change, small funds, another user of its key
failing   no market that answers, an actor that throws, and in the end no node
"""
import base64
import datetime
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

root, inferd, failing_daemon = Path(sys.argv[1]).resolve(), sys.argv[2], sys.argv[3]
started = []


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def until(seconds, what, check):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if found := check():
                return found
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit(f"FALSE not within {seconds} s: {what}")


def get(url):
    with urllib.request.urlopen(url, timeout=5) as answer:
        return answer.read().decode()


def start(folder, *command):
    with open(folder / f"{Path(command[0]).name}-{len(started)}.log", "wb") as log:
        started.append(subprocess.Popen(command, cwd=folder, stdout=log, stderr=log))
    return started[-1]


def tool(folder, *command):
    return subprocess.run([inferd, *command], cwd=folder, capture_output=True, text=True, check=True).stdout


def moved_candles(path):
    """The shipped candles, the newest one hour old."""
    lines = (root / "etc/data/btcusd-1h.csv").read_text().splitlines()
    form = "%Y-%m-%dT%H:%M:%SZ"
    times = [datetime.datetime.strptime(line.split(",")[0], form) for line in lines[1:]]
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None, minute=0, second=0, microsecond=0)
    shift = now - datetime.timedelta(hours=1) - times[-1]
    moved = [(t + shift).strftime(form) + line[line.index(","):] for t, line in zip(times, lines[1:])]
    path.write_text("\n".join([lines[0], *moved]) + "\n")


class Worker:
    """A key, a model, a simulated chain and market, and a configuration that serves metrics."""

    def __init__(self, top, name, *sim, candles="etc/data/btcusd-1h.csv"):
        self.folder = top / name
        self.folder.mkdir()
        self.port = free_port()
        tool(self.folder, "wallet", "new", "--mnemonic-file", "mnemonic")
        self.address = re.search(r"allo1[a-z0-9]+", tool(self.folder, "wallet", "show", "--mnemonic-file", "mnemonic"))[0]
        tool(self.folder, "train", "--candles", str(root / candles), "--topic", "1", "--symbol", "btcusd", "--out", "model.json",
             "--horizon-hours", "168", "--keep", "ridge without levels, tuned")
        self.sim = start(self.folder, inferd, "sim", "--port", "0", "--json", "--candles", str(root / "etc/data/btcusd-1h.csv"),
                         "--write-config", "inferd.toml", *[x.replace("ADDRESS", self.address) for x in sim])
        until(30, f"{name}: the simulated chain", lambda: "rpc" in self.config())
        self.edit(r"\[admin\]\n", f'[admin]\nlisten = "127.0.0.1:{self.port}"\n')

    def config(self):
        path = self.folder / "inferd.toml"
        return path.read_text() if path.exists() else ""

    def edit(self, pattern, text):
        changed, n = re.subn(pattern, lambda m: text, self.config())
        assert n, (pattern, self.config())
        (self.folder / "inferd.toml").write_text(changed)

    def run(self, program=None):
        self.daemon = start(self.folder, *([program, "inferd.toml"] if program else [inferd, "run", "--config", "inferd.toml"]))
        until(30, f"{self.folder.name}: metrics", lambda: "inferd_build_info" in self.metrics())

    def metrics(self):
        return get(f"http://127.0.0.1:{self.port}/metrics")

    def value(self, sample):
        found = re.search(rf"^{re.escape(sample)}(?:{{.*}})? (\S+)$", self.metrics(), re.M)
        return float(found[1]) if found else 0.0


def clash(worker):
    """Another process that has the key: a payload with the next sequence, as it would send it."""
    rpc = re.search(r'rpc = \["([^"]+)"', worker.config())[1]
    chain = re.search(r'id = "([^"]+)"', worker.config())[1]
    number, sequence = 0, 0
    for _ in range(60):
        spec = {"chain_id": chain, "account_number": number, "sequence": sequence, "gas": 250000, "fee": 250000, "denom": "uallo", "memo": "",
                "timeout_height": 0, "topic_id": 1, "nonce": 1, "value": "0.5"}
        (worker.folder / "spec.json").write_text(json.dumps(spec))
        tx = json.loads(tool(worker.folder, "tx", "encode", "spec.json", "--mnemonic-file", "mnemonic"))["tx"]
        tx = base64.b64encode(bytes.fromhex(tx)).decode()
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "broadcast_tx_sync", "params": {"tx": tx}}).encode()
        request = urllib.request.Request(rpc, body, {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            result = json.loads(answer.read())["result"]
        if result["code"] == 0:
            return
        log = result["log"]
        if expected := re.search(r"expected (\d+)", log):
            sequence = int(expected[1])
        elif "signature verification failed" in log and (wanted := re.search(r"account number \((\d+)\)", log)):
            number += 1
        else:
            number += 1
    raise SystemExit(f"FALSE the chain does not take the other process's payload: {log}")


def shortened(rules):
    """Seconds in the place of minutes and hours."""
    rules = re.sub(r"\n\s+for: .*", "", rules)
    return re.sub(r"\[(\d+)[mh]\]", "[15s]", rules)


def main(top):
    prometheus_port = free_port()
    moved_candles(top / "fresh.csv")
    good = Worker(top, "good", "--block-ms", "200", "--epoch", "60", "--window", "20", "--lag", "60", "--fund", "ADDRESS",
                  candles=str(top / "fresh.csv"))
    busy = Worker(top, "busy", "--block-ms", "200", "--epoch", "10", "--window", "5", "--lag", "100000", "--fund", "ADDRESS=7000000")  # no rewards
    failing = Worker(top, "failing", "--block-ms", "200", "--epoch", "10", "--window", "5", "--lag", "10", "--fund", "ADDRESS",
                     candles=str(top / "fresh.csv"))
    busy.edit(r'\[\[market.source\]\]\nkind = "binance"\nurl = "[^"]*"\n',
              f'[[market.source]]\nkind = "csv"\npath = "{top}/fresh.csv"\n')
    failing.edit(r'kind = "binance"\nurl = "[^"]*"', 'kind = "binance"\nurl = "http://127.0.0.1:1"')

    rules = (root / "etc/prometheus/inferd.rules.yml").read_text()
    alerts = re.findall(r"alert: (\w+)", rules)
    (top / "rules.yml").write_text(shortened(rules))
    (top / "prometheus.yml").write_text(json.dumps({
        "global": {"scrape_interval": "500ms", "scrape_timeout": "500ms", "evaluation_interval": "500ms"}, "rule_files": ["rules.yml"],
        "scrape_configs": [{"job_name": "inferd", "file_sd_configs": [{"files": ["targets.json"], "refresh_interval": "1s"}]}]}))
    targets = top / "targets.json"

    def scrape(*workers):
        part = targets.with_suffix(".part")
        part.write_text(json.dumps([{"targets": [f"127.0.0.1:{w.port}"], "labels": {"worker": w.folder.name}} for w in workers]))
        part.rename(targets)

    scrape(good)
    good.run()
    prometheus = start(top, "prometheus", "--config.file=prometheus.yml", f"--web.listen-address=127.0.0.1:{prometheus_port}",
                       "--storage.tsdb.path=data", "--log.level=warn")
    api = f"http://127.0.0.1:{prometheus_port}/api/v1"
    fired = set()

    def firing():
        found = {a["labels"]["alertname"] for a in json.loads(get(f"{api}/alerts"))["data"]["alerts"] if a["state"] == "firing"}
        fired.update(found)
        return found

    def query(expression):
        return json.loads(get(f"{api}/query?query={urllib.request.quote(expression)}"))["data"]["result"]

    until(30, "Prometheus has scraped", lambda: query('up{worker="good"} == 1'))
    accepted = json.loads(get(f"{api}/targets"))["data"]["activeTargets"][0]
    assert accepted["health"] == "up" and not accepted["lastError"], accepted
    until(60, "good: two windows are confirmed", lambda: good.value("inferd_answered_total") >= 2)
    time.sleep(3)
    assert not firing(), f"alerts while all is well: {firing()}"
    for expression in [t["expr"] for p in json.loads((root / "etc/prometheus/dashboard.json").read_text())["panels"] for t in p["targets"]]:
        query(re.sub(r"\$(instance|topic)", ".*", expression))  # an error is HTTP 400
    assert query("histogram_quantile(0.99, sum by (le) (rate(inferd_opening_to_mempool_seconds_bucket[15s]))) >= 0"), "the histograms are empty"

    busy.run()
    failing.run(failing_daemon)
    scrape(good, busy, failing)
    for worker, name in ((failing, "InferdNotEarning"), (failing, "InferdWindowLost"), (failing, "InferdStaleData"), (busy, "InferdModelStale"),
                         (busy, "InferdBalanceLow"), (busy, "InferdSameAnswer")):
        until(60, f"{worker.folder.name}: {name} fires", lambda: name in fired or name in firing())
    clash(busy)
    until(45, "busy: InferdClash fires", lambda: "InferdClash" in firing())
    (failing.folder / "fail").touch()
    until(45, "failing: InferdRestartStorm fires", lambda: "InferdRestartStorm" in firing())
    until(45, "failing: InferdNotHealthy fires", lambda: "InferdNotHealthy" in fired or "InferdNotHealthy" in firing())
    (failing.folder / "fail").unlink()
    busy.sim.kill()
    until(45, "busy: InferdNoEndpoint fires", lambda: "InferdNoEndpoint" in firing())
    busy.daemon.terminate()
    until(45, "busy: InferdDown fires", lambda: "InferdDown" in firing())
    missing = [a for a in alerts if a not in fired]
    assert not missing, f"never fired: {missing}"
    prometheus.terminate()
    print(f"ok: {len(alerts)} alerts fired, each for its cause; none while all was well")


if not shutil.which("prometheus"):
    print("NOT RUN: prometheus is not installed (Debian's package of that name)")
    sys.exit(77)
os.environ.pop("INFERD_CONFIG", None)
with tempfile.TemporaryDirectory() as scratch:
    try:
        main(Path(scratch))
    except (AssertionError, SystemExit, subprocess.CalledProcessError) as e:
        print(f"FALSE {e}", getattr(e, "stderr", ""))
        for log in Path(scratch).rglob("*.log"):
            print(f"== {log}\n" + log.read_text(errors="replace")[-1500:])
        sys.exit(1)
    finally:
        for process in started:
            process.kill()
            process.wait()
