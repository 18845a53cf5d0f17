"""The race: allora_sdk and inferd on one node and topic, each a worker with the same constant model, measured by one external
observer.

The observer receives the window's opening on its own WebSocket, then polls the mempool over a persistent connection without
a pause until it has seen both payloads (by the sender's address in the bytes). In other blocks it sends a transaction of a
third wallet right after the block's event, which measures the bare round trip.
"""
import argparse
import base64
import json
import os
import re
import shutil
import sys
import time
from pathlib import Path

import net
import wire
from counting_proxy import CountingProxy
from sdk import Sdk

TOPIC, VALUE = 1, "0.0123"
OPENED = f"tm.event='NewBlockEvents' AND emissions.v10.EventWorkerSubmissionWindowOpened.topic_id = '\"{TOPIC}\"'"
HEIGHT = re.compile(rb'"height":\s*"(\d+)"')


def percentile(values, share):
    ranked = sorted(values)
    return round(ranked[min(len(ranked) - 1, int(share * len(ranked)))], 3) if ranked else None


def wait(what, condition, worker, patience=90):
    end = time.time() + patience
    while time.time() < end:
        if found := condition():
            return found
        if worker.process.poll() is not None:
            raise SystemExit(f"etc/race: {what}: the worker has ended; see {worker.folder}")
        time.sleep(0.05)
    raise SystemExit(f"etc/race: {what}: not within {patience} s")


def cpu_s(pid):
    """CPU time of all its threads, in nanosecond resolution."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def resident_kb(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])


class Observer:
    def __init__(self, network, addresses, spare, epoch):
        self.net, self.epoch = network, epoch
        self.marks = {name: a.encode() for name, a in addresses.items()}
        self.events = wire.EventSocket(network.port)
        self.events.subscribe(OPENED)
        self.events.subscribe("tm.event='NewBlockHeader'")
        self.pool, self.sender = wire.Rpc(network.port), wire.Rpc(network.port)
        self.ask = wire.Rpc.request("unconfirmed_txs", limit="100")
        self.pool.exchange(self.ask)
        self.spare = spare            # signed transactions of the third wallet, in order
        self.windows = {}             # nonce -> {"opened": t, "seen": {name: t}}
        self.blocks = {}              # height -> t
        self.round_trips, self.polls = [], []
        self.nonce = 0

    def next_window(self):
        """Reads until both payloads of a new window were seen, at most half a second from its opening. Returns its nonce."""
        while True:
            at, message = self.events.read()
            if b"NewBlockHeader" in message[:400]:
                self.block(at, int(HEIGHT.search(message)[1]))
            elif b"EventWorkerSubmissionWindowOpened" in message:
                return self.watch(at, int(HEIGHT.search(message)[1]))

    def drain_until_now(self):
        """Reads the queued messages; later ones are read as they arrive."""
        head = self.net.height()
        while not self.blocks or max(self.blocks) < head:
            at, message = self.events.read()
            if b"NewBlockHeader" in message[:400]:
                self.blocks[int(HEIGHT.search(message)[1])] = at

    def watch(self, opened, nonce):
        seen, known = {}, set()
        last = time.time()
        while len(seen) < len(self.marks) and last < opened + 0.45:
            body = self.pool.exchange(self.ask)
            now = time.time()
            self.polls.append((now - last) * 1e3)
            last = now
            if b'"total":"0"' in body:
                continue
            for text in json.loads(body)["result"]["txs"]:
                if text in known:
                    continue
                known.add(text)
                raw = base64.b64decode(text)
                for name, mark in self.marks.items():
                    if mark in raw:
                        seen.setdefault(name, now)
        self.nonce = nonce
        self.windows[nonce] = {"opened": opened, "seen": seen}
        return nonce

    def block(self, at, height):
        self.blocks[height] = at
        if self.nonce and 3 <= (height - self.nonce) % self.epoch <= self.epoch - 3 and self.spare:
            request = self.spare.pop(0)
            begin = time.time()
            answer = json.loads(self.sender.exchange(request))
            took = (time.time() - begin) * 1e3
            if answer.get("result", {}).get("code") != 0:
                raise SystemExit(f"etc/race: the third wallet's transaction was refused: {answer}")
            self.round_trips.append(took)
        self.pool.exchange(self.ask)  # keeps the connection open


def signed_ahead(network, folder, count):
    """Requests that broadcast payloads of a third wallet with consecutive sequences. They fail in the block."""
    mnemonic, address = folder / "third" / "mnemonic", net.address_of(folder / "third" / "mnemonic")
    number, sequence = network.account(address)
    made = []
    for i in range(count):
        spec = {"chain_id": "localnet", "account_number": number, "sequence": sequence + i, "gas": 250000, "fee": 4000000,
                "topic_id": TOPIC, "nonce": 1, "value": VALUE}
        tx = json.loads(net.run(net.INFERD, "tx", "encode", "--mnemonic-file", mnemonic, "-", input=json.dumps(spec)))["tx"]
        made.append(wire.Rpc.request("broadcast_tx_sync", tx=base64.b64encode(bytes.fromhex(tx)).decode()))
    return made


def count_traffic(network, sdk, inferd, observer, windows):
    """{name: (bytes, requests) per window}, measured through proxies. Both workers register meanwhile."""
    proxies = {"allora_sdk": CountingProxy([network.grpc, network.port]), "inferd": CountingProxy([network.port])}
    sdk.start(*proxies["allora_sdk"].ports)
    inferd.configure(proxies["inferd"].ports)
    inferd.start()
    wait("allora_sdk's first confirmed window", lambda: sdk.said("DONE"), sdk)
    wait("inferd's first confirmed window", lambda: inferd.lines(rf"outcome topic={TOPIC} nonce=[1-9]\d* status=confirmed"), inferd)
    # Discards what accumulated in the observer's socket; counting starts with the next opening.
    observer.drain_until_now()
    observer.next_window()
    before = {name: p.totals() for name, p in proxies.items()}
    for _ in range(windows):
        observer.next_window()
    after = {name: p.totals() for name, p in proxies.items()}
    sdk.stop()
    inferd.stop()
    inferd.configure([network.port])
    return {name: tuple((after[name][i] - before[name][i]) / windows for i in (0, 1)) for name in proxies}


def race(options, folder):
    network = net.Net(folder, options.port)
    inferd = net.Inferd(folder / "inferd", [options.port], {TOPIC: "constant"}, VALUE)
    sdk = Sdk(folder / "sdk", options.python, topic=TOPIC, value=VALUE)
    third = net.new_wallet(folder / "third")[1]
    try:
        network.up(options.epoch, options.block_ms, [inferd.address, sdk.address, third])
        spare = signed_ahead(network, folder, (options.windows + 8) * min(6, options.epoch - 5))
        observer = Observer(network, {"allora_sdk": sdk.address, "inferd": inferd.address}, [], options.epoch)
        traffic = count_traffic(network, sdk, inferd, observer, 3)

        started = {"allora_sdk": sdk.start(network.grpc, network.port)}
        ready = {"allora_sdk": wait("allora_sdk's READY", lambda: sdk.said("READY"), sdk)[0][0]}
        started["inferd"] = inferd.start()
        ready["inferd"] = inferd.wait_for("connected endpoint")[0]
        observer.drain_until_now()
        for _ in range(2):  # warm-up
            observer.next_window()
        observer.spare, observer.polls = spare, []
        pids = {"allora_sdk": sdk.process.pid, "inferd": inferd.process.pid}
        time.sleep(options.block_ms / 1e3)
        cpu = {name: cpu_s(pid) for name, pid in pids.items()}
        nonces = [observer.next_window() for _ in range(options.windows)]
        time.sleep(3)
        cpu = {name: cpu_s(pid) - cpu[name] for name, pid in pids.items()}
        memory = {name: resident_kb(pid) for name, pid in pids.items()}
        while max(observer.blocks) < nonces[-1] + 3:
            at, message = observer.events.read()
            if b"NewBlockHeader" in message[:400]:
                observer.block(at, int(HEIGHT.search(message)[1]))
        known = {"inferd": {}, "allora_sdk": {}}
        for at, match in inferd.lines(rf"outcome topic={TOPIC} nonce=(\d+) status=confirmed .*height=(\d+)"):
            known["inferd"][int(match[1])] = (at, int(match[2]))
        for at, rest in sdk.said("DONE"):
            height = int(rest[0])
            nonce = max((n for n in observer.windows if n < height), default=0)
            known["allora_sdk"][nonce] = (at, height)
    finally:
        sdk.stop()
        inferd.stop()
        network.down()

    opened_at = {int(m[1]): at for at, m in inferd.lines(rf"window opened topic={TOPIC} nonce=(\d+)")}
    answered_at = {int(m[1]): at for at, m in inferd.lines(rf"broadcast topic={TOPIC} nonce=(\d+)")}
    (folder / "windows.json").write_text(json.dumps([
        {"nonce": n, **{f"{name}_ms": round((t - observer.windows[n]["opened"]) * 1e3, 3)
                        for name, t in {**observer.windows[n]["seen"], "inferd_opened": opened_at.get(n, 0),
                                        "inferd_answered": answered_at.get(n, 0)}.items()}} for n in nonces], indent=1))
    result = {"windows": options.windows, "epoch_blocks": options.epoch, "block_ms": options.block_ms, "cpus": os.cpu_count()}
    for name in ("allora_sdk", "inferd"):
        opened = {n: observer.windows[n]["opened"] for n in nonces}
        mempool = [(observer.windows[n]["seen"][name] - opened[n]) * 1e3 for n in nonces if name in observer.windows[n]["seen"]]
        confirmed = [(known[name][n][0] - opened[n]) * 1e3 for n in nonces if n in known[name]]
        after_block = [(known[name][n][0] - observer.blocks[known[name][n][1]]) * 1e3
                       for n in nonces if n in known[name] and known[name][n][1] in observer.blocks]
        result[name] = {
            "event_to_mempool_ms_p50": percentile(mempool, 0.5), "event_to_mempool_ms_p99": percentile(mempool, 0.99),
            "seen_in_mempool": len(mempool), "confirmed": len(confirmed),
            "opening_to_confirmed_ms_p50": percentile(confirmed, 0.5), "opening_to_confirmed_ms_p99": percentile(confirmed, 0.99),
            "block_to_known_ms_p50": percentile(after_block, 0.5), "block_to_known_ms_p99": percentile(after_block, 0.99),
            "start_to_ready_ms": round((ready[name] - started[name]) * 1e3), "resident_kb": memory[name],
            "cpu_ms_per_window": round(cpu[name] * 1e3 / options.windows, 3),
            "bytes_per_window": round(traffic[name][0]), "requests_per_window": round(traffic[name][1], 1)}
    result["broadcast_round_trip_ms_p50"] = percentile(observer.round_trips, 0.5)
    result["broadcast_round_trip_ms_p99"] = percentile(observer.round_trips, 0.99)
    result["round_trips"] = len(observer.round_trips)
    result["observer_poll_ms_p50"] = percentile(observer.polls, 0.5)
    result["nice"], result["load"] = os.getpriority(os.PRIO_PROCESS, 0), round(os.getloadavg()[1], 1)
    return result


ROWS = [("event → mempool, ms p50", "event_to_mempool_ms_p50"), ("event → mempool, ms p99", "event_to_mempool_ms_p99"),
        ("opening → confirmed known, ms p50", "opening_to_confirmed_ms_p50"),
        ("opening → confirmed known, ms p99", "opening_to_confirmed_ms_p99"),
        ("block → confirmed known, ms p50", "block_to_known_ms_p50"), ("block → confirmed known, ms p99", "block_to_known_ms_p99"),
        ("start → ready, ms", "start_to_ready_ms"), ("resident memory, kB", "resident_kb"),
        ("CPU a window, ms", "cpu_ms_per_window"), ("bytes a window", "bytes_per_window"),
        ("requests a window", "requests_per_window"), ("windows confirmed", "confirmed")]


def table(result):
    lines = ["| | allora_sdk 1.3.0 | inferd | ratio |", "|---|---:|---:|---:|"]
    for title, key in ROWS:
        theirs, ours = result["allora_sdk"][key], result["inferd"][key]
        ratio = f"{theirs / ours:.1f}" if theirs and ours and key != "confirmed" else ""
        lines.append(f"| {title} | {theirs} | {ours} | {ratio} |")
    lines.append(f"| bare broadcast_tx_sync round trip, ms p50 (p99), {result['round_trips']} sent | "
                 f"{result['broadcast_round_trip_ms_p50']} ({result['broadcast_round_trip_ms_p99']}) | | |")
    lines.append(f"| the observer's own poll of the mempool, ms p50 | {result['observer_poll_ms_p50']} | | |")
    return "\n".join(lines)


def targets(result):
    """[(sentence, figure, reached)]"""
    ours, theirs, bare = result["inferd"], result["allora_sdk"], result["broadcast_round_trip_ms_p50"]
    faster = theirs["event_to_mempool_ms_p50"] / ours["event_to_mempool_ms_p50"]
    trips = ours["event_to_mempool_ms_p50"] / bare
    memory = theirs["resident_kb"] / ours["resident_kb"]
    cpu = theirs["cpu_ms_per_window"] / ours["cpu_ms_per_window"]
    known = ours["block_to_known_ms_p99"]
    return [("event → mempool at least 10 times faster than allora_sdk, p50", f"{faster:.1f} times", faster >= 10),
            ("event → mempool at most 2 bare round trips, p50", f"{trips:.2f}", trips <= 2),
            ("confirmation known at most 20 ms after the block, p99", f"{known} ms", known <= 20),
            ("memory at most 1/6 of allora_sdk's", f"1/{memory:.1f}", memory >= 6),
            ("CPU a window at most 1/20 of allora_sdk's", f"1/{cpu:.1f}", cpu >= 20)]


def machine():
    info = Path("/proc/cpuinfo").read_text()
    name = re.search(r"model name\s*:\s*(.*)", info)
    memory = int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())[1]) // 1048576
    return f"{os.cpu_count()} cores of {name[1] if name else 'an unnamed processor'}, {memory} GB"


def write_page(result, file):
    """Renews the page up to its second heading; what follows is written by hand."""
    before = Path(file).read_text() if Path(file).exists() else ""
    by_hand = before[before.find("\n## "):] if "\n## " in before else ""
    Path(file).write_text(f"""# The race: allora_sdk 1.3.0 and inferd on the same node and topic

`etc/race --windows {result['windows']} --epoch {result['epoch_blocks']} --block-ms {result['block_ms']} --write`
on {machine()}, everything on it: a single-validator network of the chain's own node, both workers, the observer.
Niceness {result['nice']} for all of them; load average over the last five minutes {result['load']}, other programs included.

{table(result)}

| target | here | reached |
|---|---|---|
{chr(10).join(f"| {what} | {figure} | {'yes' if good else 'NO'} |" for what, figure, good in targets(result))}

How it is measured: `tests/localnet/race.py`. Both submit the same constant in every window of one topic. The clock starts when
the observer's own WebSocket has the opening event, and stops when the observer first finds the payload in `unconfirmed_txs`,
which it polls without a pause, so each figure includes up to one poll. The bare round trip is one `broadcast_tx_sync` of a
valid transaction of a third wallet, sent as soon as a block's event has arrived, in the blocks between the windows. Bytes and
requests (HTTP requests, WebSocket messages, gRPC calls, both subscriptions' events in the bytes) are counted through proxies
over three windows before the timed part, which runs without them. "Confirmed known" is the time that the worker itself reports:
inferd's log line, the result that allora_sdk returns to its caller. A negative block → known means that the worker received the
event before the observer did. On a machine this small everything shares the cores with the node's own work after a block and
with the other worker, so single windows differ by several milliseconds either way; run/race/windows.json has each.

Both subscribe to their topic's events only, so neither bytes nor CPU time grow with the blocks between two windows. About a
quarter of inferd's CPU time is spent on the books.
{by_hand}""")


def main():
    parser = argparse.ArgumentParser(prog="etc/race", description="allora_sdk 1.3.0 and inferd on one node, one topic, one run.")
    parser.add_argument("--windows", type=int, default=20, help="measured windows (20)")
    parser.add_argument("--epoch", type=int, default=30, help="blocks from window to window (30)")
    parser.add_argument("--block-ms", type=int, default=500, help="pace of the chain (500)")
    parser.add_argument("--port", type=int, default=36750, help="first of five ports on loopback (36750)")
    parser.add_argument("--python", default=sys.executable, help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="one object as the last line; the table goes to stderr")
    parser.add_argument("--write", action="store_true", help="renew the first part of tests/bench/race.md")
    options = parser.parse_args()
    folder = net.ROOT / "run" / "race"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    result = race(options, folder)
    print(table(result), file=sys.stderr if options.json else sys.stdout)
    for what, figure, good in targets(result):
        print(f"{'ok  ' if good else 'MISS'} {what}: {figure}", file=sys.stderr if options.json else sys.stdout)
    if options.write:
        write_page(result, net.ROOT / "tests" / "bench" / "race.md")
    if options.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
