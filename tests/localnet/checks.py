"""inferd against the chain's own node: prints one line per check, exit code 1 when one failed.

    checks.py [--port PORT] [--keep] [--sdk PYTHON] [NAME...]      names: conformance windows kills
                                                         failover stopped behind node prices

Two networks in parallel, twenty ports from PORT (LOCALNET_PORT, 36850), all files in one folder (LOCALNET_DIR). The first
runs the simulation's suite, ten windows with every refusal (and, with --sdk, a Python with allora_sdk, rewards and scores), and
kills of the daemon; the second, with two nodes, the failures of nodes. After them a third, with mainnet's id and prices, on the
first one's ports. A block takes half a second, an epoch twelve blocks.
"""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import net
import nodes
import report
from kills import kills
from prices import prices
from sdk import Sdk
from windows import windows

CONFORMANCE = os.environ.get("CONFORMANCE", str(net.ROOT / "build" / "tests" / "conformance" / "conformance.test"))
TWO = {1: "ridge, penalty 100", 2: "labels"}


def conformance_accounts():
    """(funded, strangers), named in tests/conformance/chain_network.hpp."""
    keys = json.loads((net.ROOT / "tests" / "golden" / "keys.json").read_text())["valid"]
    worker, clumsy, newcomer, stranger, poor = (k["address"] for k in keys[:5])
    much = "=1000000000000000000"
    return [worker + much, clumsy + much, newcomer], [stranger + much, poor + "=1000"]


def conformance(network, scored):
    done = subprocess.run([CONFORMANCE, "--color_output=no", "--", f"http://127.0.0.1:{network.port}", *(["scored"] if scored else [])],
                          text=True, capture_output=True, timeout=300)
    words = (done.stdout + done.stderr).strip().splitlines()
    report.check("the real node answers as the simulated one (tests/conformance)", done.returncode == 0,
                 words[-1] if words else f"exit code {done.returncode}")
    if done.returncode:
        print("\n".join(words), flush=True)


def guarded(name, check, *words):
    """Runs one check; an exception fails that check only."""
    try:
        check(*words)
    except Exception as e:  # noqa: BLE001
        report.check(name, False, f"{type(e).__name__}: {e}")


def together(jobs):
    threads = [threading.Thread(target=guarded, args=job, daemon=True) for job in jobs]
    for t in threads:
        t.start()
    for t in threads:
        while t.is_alive():  # signals are handled between joins
            t.join(0.5)


class Stage:
    """Context manager: one network and its workers, removed on every exit."""

    def __init__(self, folder, port):
        self.folder, self.network, self.cast = folder, net.Net(folder, port), []

    def worker(self, name, topics, chain_id="localnet"):
        self.cast.append(net.Inferd(self.folder / name, [self.network.port], topics, chain_id=chain_id))
        return self.cast[-1]

    def clear(self):
        for each in self.cast:
            each.stop(signal.SIGKILL, 5)
        self.network.down()


def one_node(stage, names, python):
    sdk = Sdk(stage.folder / "reputer", python, "reputer") if python and {"windows", "conformance"} & set(names) else None
    funded, strangers = conformance_accounts()
    worker, killed = stage.worker("worker", TWO), stage.worker("killed", TWO)
    poor, stranger = stage.worker("poor", {1: "constant"}), stage.worker("stranger", {3: "constant"})
    if sdk:
        stage.cast.append(sdk)
    stage.network.up(report.EPOCH, report.BLOCK_MS, funded + [worker.address, killed.address] + ([sdk.address] if sdk else []),
                     strangers + [stranger.address])
    if sdk:
        sdk.start(stage.network.grpc, stage.network.port)  # runs to the end, so that answers to topic 1 are scored
    jobs = {"conformance": (conformance, stage.network, sdk is not None),
            "windows": (windows, stage.network.another(), sdk is not None, worker, poor, stranger),
            "kills": (kills, stage.network.another(), killed)}
    together([(name, *job) for name, job in jobs.items() if name in names])


def two_nodes(stage, names):
    relay = nodes.Relay(stage.network.port + 1)  # between the second node and the first
    stage.network = net.Net(stage.folder, stage.network.port, relay.port)
    jobs = {"failover": (nodes.failover,), "stopped": (nodes.node_stops,), "behind": (nodes.node_behind, relay), "node": (nodes.node_dies,)}
    workers = {name: stage.worker(name, TWO) for name in jobs if name in names}
    stage.network.up(report.EPOCH, report.BLOCK_MS, [w.address for w in workers.values()], nodes=2)
    for name, worker in workers.items():
        check, *more = jobs[name]
        guarded(name, check, stage.network, worker, *more)


def dear(stage):
    worker = stage.worker("worker", TWO, "allora-mainnet-1")
    stage.network.up(report.EPOCH, report.BLOCK_MS, [worker.address], network="mainnet")
    guarded("prices", prices, stage.network, worker)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("LOCALNET_PORT", 36850)))
    parser.add_argument("--keep", action="store_true", help="leave the folder behind")
    parser.add_argument("--sdk", default="")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    every = ["conformance", "windows", "kills", "failover", "stopped", "behind", "node", "prices"]
    names = options.names or every
    if unknown := [n for n in names if n not in every]:
        parser.error(f"no check is named {unknown[0]}")
    folder = Path(os.environ.get("LOCALNET_DIR", net.ROOT / "run" / f"localnet-test-{options.port}"))
    shutil.rmtree(folder, ignore_errors=True)
    begin = time.time()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the networks are removed
    stages = [Stage(folder / "one", options.port), Stage(folder / "two", options.port + 10)]
    try:
        jobs = [("the first network", one_node, stages[0], names, options.sdk)] if set(names) & set(every[:3]) else []
        jobs += [("the second network", two_nodes, stages[1], names)] if set(names) & set(every[3:7]) else []
        together(jobs)
        if "prices" in names:
            stages[0].clear()
            stages.append(Stage(folder / "three", options.port))
            together([("the third network", dear, stages[2])])
    finally:
        for stage in stages:
            stage.clear()
        if not report.failures and not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    failures = report.failures
    print(f"{'FAILED: ' + ', '.join(failures) if failures else 'all checks hold'} ({time.time() - begin:.0f} s)")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
