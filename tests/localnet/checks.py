"""inferd against the chain's own node: one line a check, exit code 1 when one failed.

    checks.py [--port PORT] [--keep] [--sdk PYTHON] [NAME...]      names: windows node failover kill

`windows` also holds the refusals (unfunded, unregistered, not whitelisted) and, with --sdk (a Python that has allora_sdk),
rewards and scores. Time is measured in blocks of half a second and epochs of twelve of them.
"""
import argparse
import json
import random
import shutil
import signal
import socket
import sys
import threading
import time
from decimal import Decimal

import net
from sdk import Sdk

EPOCH, BLOCK_MS, WINDOW = 12, 500, 6
failures = []


def check(name, good, detail=""):
    print(f"{'ok  ' if good else 'FAIL'} {name}{': ' + detail if detail else ''}", flush=True)
    if not good:
        failures.append(name)


def until(condition, patience):
    end = time.time() + patience
    while time.time() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    return condition()


def values_of(row):
    return {v["label"]: Decimal(v["value"]) for v in json.loads(row["values"] or "[]")}


def confirmed(worker, topic=None):
    return [w for w in worker.windows(topic) if w["status"] == "confirmed"]


class Relay:
    """A port that leads to the node, until it is cut."""

    def __init__(self, target):
        self.target, self.sockets = target, []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.server.accept()
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            self.sockets += [near, far]
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self._copy, args=(a, b), daemon=True).start()

    @staticmethod
    def _copy(a, b):
        try:
            while data := a.recv(1 << 16):
                b.sendall(data)
        except OSError:
            pass
        b.close()

    def cut(self):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        for s in self.sockets:
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            s.close()


class Witness:
    """Asks the chain, window by window while it is open, what it holds of a worker."""

    def __init__(self, network, worker, topics):
        self.rpc_net, self.worker, self.topics, self.held, self.over = net.Net(network.folder, network.port), worker, topics, {}, False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while not self.over:
            for topic in self.topics:
                try:
                    if held := self.rpc_net.latest_inference(topic, self.worker.address):
                        values = held["values"] or {"": held["value"]}
                        self.held[topic, held["nonce"]] = {k: Decimal(v) for k, v in values.items()}
                except (OSError, ValueError, net.wire.Refused):
                    pass  # the node is away
            time.sleep(0.3)

    def stop(self):
        self.over = True
        self.thread.join(5)


def windows(network, worker, others, sdk):
    """Ten windows of two topics; beside them workers that must not get in, and a reputer."""
    poor, stranger = others
    for w in (worker, poor, stranger):
        w.start()
    if sdk:
        sdk.start(network.grpc, network.port)
    witness = Witness(network, worker, (1, 2))
    until(lambda: len(confirmed(worker, 1)) >= 10 and len(confirmed(worker, 2)) >= 10, 110)
    witness.stop()
    head = network.height()

    registered = worker.lines(r"outcome topic=\d+ nonce=0 status=confirmed")
    check("an unregistered worker registers itself", len(registered) == 2, f"{len(registered)} topics")
    for topic in (1, 2):
        rows = worker.windows(topic)
        first = next((w["nonce"] for w in rows if w["status"] == "confirmed"), 0)
        later = [w for w in rows if w["nonce"] >= first and w["done_at"]]
        run = [w for w in later if w["status"] == "confirmed"]
        check(f"topic {topic}: ten windows in a row are confirmed", len(run) >= 10 and len(run) == len(later),
              f"{len(run)} of {len(later)}")
        seen = [w for w in run if (topic, w["nonce"]) in witness.held]
        same = [w for w in seen if values_of(w) == witness.held[topic, w["nonce"]]]
        check(f"topic {topic}: the books equal GetWorkerLatestInputInferenceByTopicId", len(seen) >= 9 and len(same) == len(seen),
              f"{len(same)} of {len(seen)}" + (f"; {seen[-1]['values']}" if seen else ""))
        events = {w["nonce"]: network.bundle_of(topic, w["nonce"], w["closes"], worker.address)
                  for w in run if w["closes"] + 4 < head}
        equal = [n for n, e in events.items() if e and {k if topic == 2 else "": Decimal(v) for k, v in e.items()} ==
                 values_of(next(w for w in run if w["nonce"] == n))]
        check(f"topic {topic}: the books equal the chain's event", len(events) >= 8 and len(equal) == len(events), f"{len(equal)} of {len(events)}")
    labels = [values_of(w) for w in confirmed(worker, 2)]
    check("topic 2: every label is answered and they sum to one",
          bool(labels) and all(set(v) == {"up", "down", "flat"} and sum(v.values()) == 1 for v in labels))

    rows = [w for w in poor.windows() if w["done_at"]]
    said = rows[-1]["reason"] if rows else "nothing in the books"
    check("an unfunded worker is refused in clear words", bool(rows) and all(w["status"] == "refused" for w in rows) and
          any(word in said.lower() for word in ("fund", "balance", "unknown", "exist")), said)
    rows = [w for w in stranger.windows(3) if w["done_at"]]
    sent = [t for t in network.transactions(stranger.address) if t["kind"] == "InsertWorkerPayloadRequest"]
    said = rows[-1]["reason"] if rows else "nothing in the books"
    check("a worker that is not whitelisted is told so and pays nothing", bool(rows) and "whitelist" in said and not sent,
          f"{said}; {len(sent)} payloads sent")
    if sdk:
        scored = lambda: [w for w in worker.windows(1) if w["score"] and w["reward"]]
        until(scored, 6 * EPOCH)
        rows = scored()
        check("scores and rewards are booked when a reputer reports", bool(rows),
              f"{len(rows)} windows, the last: score {rows[-1]['score']}, reward {rows[-1]['reward']}" if rows else "none")
        sdk.stop()
    else:
        print("skip scores and rewards: no allora_sdk (SDK_VENV names a Python environment that has it)", flush=True)
    poor.stop()
    stranger.stop()
    code = worker.stop()
    check("SIGTERM drains and ends with 0", code == 0, f"exit code {code}")


def node(network, worker):
    """The node is killed and comes back: nothing is lost that was still open then."""
    worker.start()
    worker.wait_for(r"status=confirmed", 40)
    network.script("kill")
    network.rpc.close()
    worker.wait_for(r"disconnected|connection|not connected", 20)
    time.sleep(4)
    network.script("start")
    again = network.height()
    done = lambda: [w for w in confirmed(worker) if w["nonce"] >= again]
    until(lambda: len(done()) >= 4, 60)
    rows = [w for w in worker.windows() if w["nonce"] >= again and w["done_at"]]
    check("the node is killed and restarted: every window afterwards is confirmed",
          len(done()) >= 4 and len(done()) == len(rows), f"{len(done())} of {len(rows)}")
    worker.stop()


def failover(network, worker):
    """The first endpoint of the list dies in the middle; another one is dead from the beginning."""
    with socket.create_server(("127.0.0.1", 0)) as s:
        dead = s.getsockname()[1]
    relay = Relay(network.port)
    worker.configure([dead, relay.port, network.port])
    worker.start()
    endpoint = worker.wait_for(r"connected endpoint=127.0.0.1:(\d+)", 20)[1][1]
    check("a dead first endpoint is passed over", endpoint == str(relay.port), f"connected to the one at {endpoint}")
    worker.wait_for(r"nonce=[1-9]\d* status=confirmed", 40)
    relay.cut()
    cut_at = network.height()
    done = lambda: [w for w in confirmed(worker) if w["nonce"] >= cut_at]
    until(lambda: len(done()) >= 3, 50)
    rows = [w for w in worker.windows() if w["nonce"] >= cut_at and w["done_at"]]
    check("the endpoint in use dies: the next one serves, no window is lost", len(done()) >= 3 and len(done()) == len(rows),
          f"{len(done())} of {len(rows)}")
    worker.stop()
    worker.configure([network.port])


def kill(network, worker, windows_wanted=30):
    """kill -9 at random moments. A window that was open for three more blocks at a restart must be answered, once."""
    seed = random.randrange(1 << 32)
    dice = random.Random(seed)
    begin, restarts = network.height(), []
    kills = 0
    while True:
        head = network.height()
        restarts.append(head)
        worker.start()
        if head >= begin + windows_wanted * EPOCH // 2 + EPOCH:
            break
        time.sleep(dice.choice((dice.uniform(0.02, 0.6), dice.uniform(0.5, 5))))
        worker.stop(signal.SIGKILL)
        kills += 1
        if dice.random() < 0.3:
            time.sleep(dice.uniform(0, 2))
    last = restarts[-1]
    until(lambda: not [w for w in worker.windows() if w["nonce"] <= last and not w["done_at"]] and network.height() > last + WINDOW + 2, 30)
    time.sleep(1)
    worker.stop()
    rows = {(w["topic"], w["nonce"]): w for w in worker.windows() if begin <= w["nonce"] <= last}
    # A restart counts when the next kill left it two blocks; the last one is never killed.
    owed = set()
    for i, head in enumerate(restarts):
        until_head = restarts[i + 1] if i + 1 < len(restarts) else head + 100
        for key, row in rows.items():
            at = max(head, key[1])
            if at + 3 <= row["closes"] and until_head - at >= 3:
                owed.add(key)
    lost = [f"topic {k[0]} nonce {k[1]}: {rows[k]['status']} {rows[k]['reason']}" for k in owed if rows[k]["status"] != "confirmed"]
    won = [k for k, w in rows.items() if w["status"] == "confirmed"]
    check(f"kill -9, {kills} times in {len(rows)} windows: none is lost that could be answered after a restart", not lost and len(rows) >= windows_wanted - 2,
          f"{len(owed)} owed, {len(won)} confirmed, seed {seed}" + (f"; lost: {lost[:3]}" if lost else ""))
    open_rows = [k for k, w in rows.items() if not w["done_at"]]
    check("kill -9: every window ended in the books", not open_rows, str(open_rows or ""))
    books_against_chain(network, worker)


def books_against_chain(network, worker):
    """Every transaction of the wallet that reached a block, against the books."""
    txs = network.transactions(worker.address)
    payloads = [t for t in txs if t["kind"] == "InsertWorkerPayloadRequest"]
    keys = [(t["topic"], t["nonce"]) for t in payloads]
    twice = sorted({k for k in keys if keys.count(k) > 1})
    check("no payload reached the chain twice", not twice, f"{len(payloads)} payloads" + (f"; twice: {twice[:5]}" if twice else ""))
    booked = {(w["topic"], w["nonce"]) for w in confirmed(worker)}
    on_chain = {(t["topic"], t["nonce"]) for t in payloads if t["code"] == 0}
    check("confirmed in the books and accepted on the chain are the same windows", booked == on_chain,
          f"{len(booked)} and {len(on_chain)}; differ: {sorted(booked ^ on_chain)[:5]}")
    paid = sum(t["fee"] for t in txs)
    fees = sum(w["fee"] for w in worker.windows())
    fees += sum(t["paid"] for t in worker.books("SELECT paid FROM transactions WHERE nonce = 0"))
    check("the fees in the books are the fees the chain took", paid == fees, f"{fees} and {paid} uallo in {len(txs)} transactions")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--port", type=int, default=36850)
    parser.add_argument("--keep", action="store_true", help="leave run/localnet-test behind")
    parser.add_argument("--sdk", default="")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    names = options.names or ["windows", "node", "failover", "kill"]
    folder = net.ROOT / "run" / "localnet-test"
    shutil.rmtree(folder, ignore_errors=True)
    network = net.Net(folder, options.port)
    ports = [options.port]
    worker = net.Inferd(folder / "worker", ports, {1: "ridge, penalty 100", 2: "labels"})
    poor = net.Inferd(folder / "poor", ports, {1: "constant"})
    stranger = net.Inferd(folder / "stranger", ports, {3: "constant"})
    sdk = Sdk(folder / "reputer", options.sdk, "reputer") if options.sdk else None
    begin = time.time()
    try:
        network.up(EPOCH, BLOCK_MS, [worker.address] + ([sdk.address] if sdk else []), [stranger.address])
        for name in names:
            try:
                if name == "windows":
                    windows(network, worker, (poor, stranger), sdk)
                else:
                    {"node": node, "failover": failover, "kill": kill}[name](network, worker)
            except (RuntimeError, TimeoutError, OSError, net.wire.Refused) as e:
                check(name, False, f"{type(e).__name__}: {e}")
                worker.stop()
                worker.configure(ports)
        if "kill" not in names:
            books_against_chain(network, worker)
    finally:
        for w in (worker, poor, stranger):
            w.stop(signal.SIGKILL, 5)
        if sdk:
            sdk.stop()
        network.down()
    print(f"{'FAILED: ' + ', '.join(failures) if failures else 'all checks hold'} ({time.time() - begin:.0f} s)")
    if not failures and not options.keep:
        shutil.rmtree(folder)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
