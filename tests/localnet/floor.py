"""The floor: how long inferd takes from a window's opening to the mempool, beside the least a client can take (bare_client.cpp).

Both work on one node, each in a topic of its own whose windows are half an epoch apart, so that they take turns and neither
answers in the other's window. After half of the windows they change topics: a block with one topic's opening may cost the node
more than one with the other's, and that must not count. Both stay connected throughout.

Nothing looks while a window opens: the kernel keeps each packet on the node's port with its time, and both are read afterwards.
A figure is the time from the packet that begins the opening event's frame, on the connection of whoever answers, to the packet
that begins the node's answer to broadcast_tx_sync, which it gives when the payload is in its mempool. Where the time between
goes is read from the same packets and from the client's own system calls (stamps.cpp, preloaded into both).
"""
import argparse
import base64
import json
import os
import random
import select
import shutil
import struct
import subprocess
import sys
import time

import net
import wire
from capture import Capture
from race import cpu_s, machine, percentile, wait
from pathlib import Path

TOPICS, VALUE, WARM_UP = (1, 3), "0.0123", 2
STEPS = [("read", "event sent → read by the client's last recv"), ("decide", "read → the client calls send"),
         ("write", "send called → on the wire"), ("node", "on the wire → answered: the node's CheckTx")]


class BareClient:
    """bare_client.cpp and the account it answers for. Its bytes are signed before each window."""

    def __init__(self, network, program, worker):
        self.network, self.program, self.worker, self.process = network, program, worker, None
        self.number = self.sequence = None

    def start(self, topic, over_http, env):
        self.topic = topic
        self.process = subprocess.Popen([self.program, str(self.network.port), str(topic), *(["http"] if over_http else [])],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
        self.line(10)
        if self.number is None: # later its own count is right: the last payload may not be in a block yet
            self.number, self.sequence = self.network.account(self.worker.address)

    def line(self, patience):
        ready, _, _ = select.select([self.process.stdout], [], [], patience)
        text = self.process.stdout.readline() if ready else b""
        if not text:
            raise SystemExit(f"etc/race: the bare client said nothing within {patience} s; exit code {self.process.poll()}")
        return text

    def answer(self, nonce, patience):
        """Waits for the window `nonce` to open and sends its payload."""
        spec = {"chain_id": "localnet", "account_number": self.number, "sequence": self.sequence, "gas": 250000, "fee": 4000000,
                "topic_id": self.topic, "nonce": nonce, "value": VALUE}
        made = json.loads(net.run(net.INFERD, "tx", "encode", "--mnemonic-file", self.worker.mnemonic, "-", input=json.dumps(spec)))
        self.process.stdin.write(base64.b64encode(bytes.fromhex(made["tx"])) + b"\n")
        self.process.stdin.flush()
        said = json.loads(self.line(patience))
        if said.get("result", {}).get("code") != 0:
            raise SystemExit(f"etc/race: the bare client's payload was refused: {said}")
        self.sequence += 1

    def stop(self):
        if self.process:
            self.process.stdin.close()
            self.process.terminate()
            self.process.wait()
        self.process = None


def next_opening(network, topic, epoch):
    """The first nonce that is at least three blocks ahead."""
    raw = network.rpc.query("/emissions.v10.QueryService/GetTopic", wire.field(1, topic))
    nonce = wire.parse(wire.parse(raw)[1][0])[8][0]
    while nonce < network.height() + 3:
        nonce += epoch
    return nonce


def registered(network, workers):
    """Both accounts register and answer once in either topic, as inferd does it."""
    for worker in workers:
        worker.start()
    for worker in workers:
        for topic in TOPICS:
            wait(f"a first confirmed window of topic {topic}",
                 lambda: worker.lines(rf"outcome topic={topic} nonce=[1-9]\d* status=confirmed"), worker)
    for worker in workers:
        worker.stop()


def stamps_of(file):
    """[(time in s, kind, fd, bytes)], see stamps.cpp."""
    found = []
    for at, kind, fd, size in struct.iter_unpack("qiiq", file.read_bytes()):
        if not at:
            return found
        found.append((at / 1e9, kind, fd, size))
    return found


def windows_of(messages, address, topic):
    """[{nonce, event, request, answer}], times in s, of one client's windows, in their order."""
    found, openings, waiting = {}, {}, {}
    mark, senders = address.encode(), set()
    for at, port, to_node, payload in messages:
        if not to_node and b"EventWorkerSubmissionWindowOpened" in payload:
            openings[port] = at
        elif not to_node and port in waiting and b'"hash"' in payload:
            window = waiting.pop(port)
            if json.loads(payload)["result"]["code"] == 0:
                found.setdefault(window["nonce"], {**window, "answer": at})
        elif to_node and b"broadcast_tx_sync" in payload:
            text = json.loads(payload)["params"]["tx"]
            if port in openings:
                senders.add(port)
            if mark not in base64.b64decode(text):
                continue
            tx = net.read_tx({"tx": text, "hash": "", "height": "0", "tx_result": {}})
            if tx["kind"] == "InsertWorkerPayloadRequest" and tx["topic"] == topic:
                # Over HTTP: the event came by the connection that never sends.
                event = openings.get(port) or max((openings[p] for p in openings if p not in senders), default=None)
                waiting[port] = {"nonce": tx["nonce"], "request": at, "event": event}
    return [found[n] for n in sorted(found) if found[n]["event"]]


def steps_of(window, stamps):
    """{step: ms} of a window, from the client's own system calls around the packets; None when they do not tell."""
    sending = [i for i, s in enumerate(stamps) if s[1] == 2 and s[0] <= window["request"]]
    if not sending:
        return None
    at, _, fd, _ = stamps[sending[-1]]
    reads = [s for s in stamps[:sending[-1]] if s[1] == 1 and s[0] >= window["event"]]
    if not reads:
        return None
    return {"read": (reads[-1][0] - window["event"]) * 1e3, "decide": (at - reads[-1][0]) * 1e3,
            "write": (window["request"] - at) * 1e3, "node": (window["answer"] - window["request"]) * 1e3,
            "recvs": len(reads)}


def wakes(pid):
    """How often its threads went to sleep."""
    return sum(int(line.split()[1]) for task in Path(f"/proc/{pid}/task").iterdir()
               for line in (task / "status").read_text().splitlines() if line.startswith("voluntary_ctxt"))


def preloaded(options, file):
    return {**net.NO_PROXY, "LD_PRELOAD": options.stamps, "STAMPS": str(file)}


def half(options, folder, network, inferd, bare, topics, count, capture):
    """inferd answers topics[0], the bare client topics[1]: {name: [windows with their steps]}, cost of inferd."""
    files = {name: folder / f"{name}.{topics[0]}.stamps" for name in ("inferd", "floor")}
    inferd.topics = {topics[0]: "constant"}
    inferd.configure([network.port + 5 * i for i in range(options.nodes)])
    inferd.environment = preloaded(options, files["inferd"])
    inferd.start()
    bare.start(topics[1], options.http, preloaded(options, files["floor"]))
    inferd.wait_for("connected endpoint")
    patience = 3 * options.epoch * max(options.block_ms, 500) / 1e3
    nonce, messages, before = next_opening(network, topics[1], options.epoch), [], None
    for i in range(WARM_UP + count + 1):
        bare.answer(nonce, patience)
        nonce += options.epoch
        time.sleep(0.3)
        messages += capture.drain()
        if i + 1 == WARM_UP:
            before = (time.time(), cpu_s(inferd.process.pid), wakes(inferd.process.pid))
        if i + 1 == WARM_UP + count:
            cost = (time.time() - before[0], cpu_s(inferd.process.pid) - before[1], wakes(inferd.process.pid) - before[2])
    bare.stop()
    inferd.stop()
    messages += capture.drain()
    found = {}
    for name, address, topic in (("inferd", inferd.address, topics[0]), ("floor", bare.worker.address, topics[1])):
        stamps = stamps_of(files[name])
        found[name] = windows_of(messages, address, topic)[WARM_UP:WARM_UP + count]
        if len(found[name]) < count:
            raise SystemExit(f"etc/race: {name} answered {len(found[name])} of {count} windows of topic {topic}; see {folder}")
        for window in found[name]:
            window["ms"] = (window["answer"] - window["event"]) * 1e3
            window["steps"] = steps_of(window, stamps)
    return found, cost


def likely(floor, inferd, share, rounds=2000):
    """The ratio of two percentiles, 95 % of what it is when windows are drawn again by chance."""
    chance = random.Random(1)
    drawn = sorted(percentile(chance.choices(inferd, k=len(inferd)), share) / percentile(chance.choices(floor, k=len(floor)), share)
                   for _ in range(rounds))
    return [round(drawn[int(rounds * x)], 2) for x in (0.025, 0.975)]


def floor(options, folder):
    network = net.Net(folder, options.port)
    models = {topic: "constant" for topic in TOPICS}
    inferd = net.Inferd(folder / "inferd", [options.port], models, VALUE)
    account = net.Inferd(folder / "floor", [options.port], models, VALUE)
    bare, capture = BareClient(network, options.bare_client, account), Capture(options.port)
    found, costs, each = {"floor": [], "inferd": []}, [], (options.windows + 3) // 4
    try:
        network.up(options.epoch, options.block_ms, [inferd.address, account.address], nodes=options.nodes,
                   apart=options.epoch // 2)
        registered(network, [inferd, account])
        for topics in (TOPICS, TOPICS[::-1]):
            capture.drain()
            half_of_it, cost = half(options, folder, network, inferd, bare, topics, each, capture)
            for name, windows in half_of_it.items():
                found[name] += windows
            costs.append(cost)
    finally:
        bare.stop()
        inferd.stop()
        account.stop()
        capture.close()
        network.down()
    (folder / "windows.json").write_text(json.dumps(found, indent=1))
    ms = {name: [w["ms"] for w in windows] for name, windows in found.items()}
    result = {"windows": sum(len(v) for v in ms.values()), "epoch_blocks": options.epoch, "block_ms": options.block_ms,
              "nodes": options.nodes, "cpus": os.cpu_count(), "floor_over": "http" if options.http else "websocket"}
    for name in ("floor", "inferd"):
        for label, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99)):
            result[f"{name}_event_to_mempool_ms_{label}"] = percentile(ms[name], share)
    for label, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99)):
        result[f"ratio_{label}"] = round(percentile(ms["inferd"], share) / percentile(ms["floor"], share), 3)
        result[f"ratio_{label}_likely"] = likely(ms["floor"], ms["inferd"], share)
    for name in ("floor", "inferd"):
        steps = [w["steps"] for w in found[name] if w["steps"]]
        result[f"{name}_steps_ms_p50"] = {key: percentile([s[key] for s in steps], 0.5) for key in [k for k, _ in STEPS] + ["recvs"]}
        result[f"{name}_steps_ms_p90"] = {key: percentile([s[key] for s in steps], 0.9) for key in [k for k, _ in STEPS]}
    result["inferd_cpu_ms_per_window"] = round(sum(c[1] for c in costs) * 1e3 / (2 * each), 3)
    result["inferd_wakes_per_window"] = round(sum(c[2] for c in costs) / (2 * each), 1)
    result["nice"], result["load"] = os.getpriority(os.PRIO_PROCESS, 0), round(os.getloadavg()[1], 1)
    return result


def table(result):
    lines = ["| event → mempool, ms | floor | inferd | ratio | 95 % |", "|---|---:|---:|---:|---:|"]
    for label in ("p50", "p90", "p99"):
        low, high = result[f"ratio_{label}_likely"]
        lines.append(f"| {label} | {result[f'floor_event_to_mempool_ms_{label}']} | {result[f'inferd_event_to_mempool_ms_{label}']} "
                     f"| {result[f'ratio_{label}']} | {low}–{high} |")
    lines += ["", "| of which, ms p50 (p90) | floor | inferd |", "|---|---:|---:|"]
    for key, title in STEPS:
        lines.append(f"| {title} | " + " | ".join(f"{result[f'{n}_steps_ms_p50'][key]} ({result[f'{n}_steps_ms_p90'][key]})"
                                                  for n in ("floor", "inferd")) + " |")
    lines.append(f"| calls of recv for the event | {result['floor_steps_ms_p50']['recvs']} | {result['inferd_steps_ms_p50']['recvs']} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(prog="etc/race --floor", description="inferd and the least a client can do, in turns on one node.")
    parser.add_argument("--windows", type=int, default=80, help="measured windows, both together (80)")
    parser.add_argument("--epoch", type=int, default=12, help="blocks from window to window of a topic (12)")
    parser.add_argument("--block-ms", type=int, default=500, help="pace of the chain (500)")
    parser.add_argument("--port", type=int, default=36750, help="first of five ports on loopback (36750)")
    parser.add_argument("--nodes", type=int, choices=(1, 2), default=1,
                        help="with 2 inferd has a second endpoint, to which it sends each payload too (1)")
    parser.add_argument("--http", action="store_true", help="the bare client sends over HTTP instead of the WebSocket")
    parser.add_argument("--bare-client", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--stamps", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--json", action="store_true", help="one object as the last line; the tables go to stderr")
    options = parser.parse_args()
    folder = net.ROOT / "run" / "floor"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    result = floor(options, folder)
    out = sys.stderr if options.json else sys.stdout
    print(f"{result['windows']} windows on {machine()}; load {result['load']}\n\n{table(result)}\n", file=out)
    for label, most in (("p50", 1.25), ("p99", 1.5)):
        ratio = result[f"ratio_{label}"]
        print(f"{'ok  ' if ratio <= most else 'MISS'} inferd takes at most {most} times the floor's time, {label}: {ratio}", file=out)
    if options.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
