"""A local network (etc/localnet) and its workers, for the checks and the race."""
import base64
import csv
import json
import os
import re
import signal
import sqlite3
import subprocess
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import wire

ROOT = Path(__file__).resolve().parents[2]
INFERD = os.environ.get("INFERD", str(ROOT / "build" / "inferd"))
NO_PROXY = {**os.environ, "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}


class Net:
    """Ports from `port`: RPC, p2p, gRPC; the second node's RPC is port + 5. All files are in `folder`, which down() removes.
    Not thread-safe: another() returns the same network for another thread."""

    def __init__(self, folder, port, peer=None):
        self.folder, self.port, self.grpc, self.second, self.peer = Path(folder), port, port + 2, port + 5, peer or port + 1
        self.env = {**NO_PROXY, "LOCALNET_DIR": str(self.folder / "net"), "LOCALNET_PORT": str(port),
                    "LOCALNET_PEER_PORT": str(self.peer)}
        self.rpc = wire.Rpc(port)

    def another(self):
        return Net(self.folder, self.port, self.peer)

    def script(self, *words):
        done = subprocess.run([str(ROOT / "etc" / "localnet"), *words], env=self.env, text=True, capture_output=True)
        if done.returncode:
            raise RuntimeError(f"etc/localnet {words[0]}: {done.stderr.strip().splitlines()[-1:]}")
        return done.stdout

    def up(self, epoch, block_ms, fund, strangers=(), nodes=1, apart=None, network="local"):
        """An address may have an amount: ADDRESS=UALLO. `apart`: blocks from topic 1's windows to topic 3's. `network`: whose
        chain id and lowest gas price it has."""
        self.script("up", "--epoch", str(epoch), "--block-ms", str(block_ms), "--nodes", str(nodes), "--network", network,
                    *(("--apart", str(apart)) if apart else ()),
                    *(w for a in fund for w in ("--fund", a)), *(w for a in strangers for w in ("--stranger", a)))

    def down(self):
        self.rpc.close()
        self.script("down")

    def height(self, node=1):
        rpc = self.rpc if node == 1 else wire.Rpc(self.second)
        return int(rpc.call("status")["sync_info"]["latest_block_height"])

    def pid(self, node):
        return int((self.folder / "net" / f"node{node}.pid").read_text())

    def account(self, address):
        """(number, sequence), or None for an account that was never funded."""
        try:
            raw = self.rpc.query("/cosmos.auth.v1beta1.Query/AccountInfo", wire.field(1, address))
        except wire.Refused:
            return None
        if raw is None:
            return None
        info = wire.parse(wire.parse(raw)[1][0])
        return info.get(3, [0])[0], info.get(4, [0])[0]

    def latest_inference(self, topic, address, height=0):
        """The worker's answer on the chain after block `height`, while the window is open, or None:
        {nonce, value, values{label: value}}."""
        raw = self.rpc.query("/emissions.v10.QueryService/GetWorkerLatestInputInferenceByTopicId",
                             wire.field(1, topic) + wire.field(2, address), height)
        if not raw:
            return None
        held = wire.parse(wire.parse(raw)[1][0])
        pairs = [wire.parse(v) for v in held.get(7, [])]
        return {"nonce": held[2][0], "value": held[4][0].decode(),
                "values": {p[1][0].decode(): p[2][0].decode() for p in pairs}}


    def time_of(self, height):
        """The instant of a block in seconds; blocks far apart are compared, so fractions of microseconds do not count."""
        at = self.rpc.call("block", height=str(height))["block"]["header"]["time"]
        return datetime.fromisoformat(at[:26].rstrip("Z") + "+00:00").timestamp()

    def transactions(self, address):
        """[{hash, height, code, kind, topic, nonce, fee}] of all transactions of this account in blocks, oldest first."""
        found, page = [], 1
        while True:
            answer = self.rpc.call("tx_search", query=f"message.sender='{address}'", prove=False, page=str(page), per_page="100",
                                   order_by="asc")
            found += [read_tx(tx) for tx in answer["txs"]]
            if not answer["txs"] or len(found) >= int(answer["total_count"]):
                return found
            page += 1

    def bundle_of(self, topic, nonce, closes, address):
        """This worker's answer in the chain's event: {label: value}, or None when no event names it."""
        for height in range(closes, closes + 4):
            for event in self.rpc.call("block_results", height=str(height))["finalize_block_events"] or []:
                if not event["type"].endswith(".EventNetworkInferenceBundle"):
                    continue
                said = {a["key"]: json.loads(a["value"]) for a in event["attributes"] if a["key"] != "mode"}
                if (int(said["topic_id"]), int(said["nonce"])) != (topic, nonce) or address not in said["inferer_addresses"]:
                    continue
                values = said["inferer_values"][said["inferer_addresses"].index(address)]
                values = values if isinstance(values, list) else [values]
                return dict(zip(said.get("label_names") or [""], values))
        return None


def read_tx(tx):
    raw = wire.parse(base64.b64decode(tx["tx"]))
    body, auth = wire.parse(raw[1][0]), wire.parse(raw[2][0])
    fee = wire.parse(wire.parse(auth[2][0])[1][0])[2][0]  # AuthInfo.fee.amount[0].amount
    message = wire.parse(body[1][0])
    kind, inner = message[1][0].decode().rsplit(".", 1)[1], wire.parse(message[2][0])
    out = {"hash": tx["hash"], "height": int(tx["height"]), "code": tx["tx_result"].get("code", 0), "kind": kind,
           "fee": int(fee), "topic": 0, "nonce": 0}
    if kind == "InsertWorkerPayloadRequest":
        bundle = wire.parse(inner[2][0])
        out["topic"], out["nonce"] = bundle[3][0], wire.parse(bundle[2][0])[1][0]
    elif kind == "RegisterRequest":
        out["topic"] = inner[4][0]
    return out


def new_wallet(folder, name="mnemonic"):
    """(file, address) of a new key."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    file = Path(folder) / name
    run(INFERD, "wallet", "new", "--mnemonic-file", file)
    return file, address_of(file)


def address_of(file):
    return json.loads(run(INFERD, "wallet", "show", "--mnemonic-file", file))["address"]


def run(*words, **options):
    done = subprocess.run([str(w) for w in words], text=True, capture_output=True, **options)
    if done.returncode:
        raise RuntimeError(f"{' '.join(str(w) for w in words[:3])}: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout


def recent_candles(out, hours=1400):
    """The newest candles of etc/data, shifted to end a day from now; readers hide the future ones."""
    with open(ROOT / "etc" / "data" / "btcusd-1h.csv") as file:
        rows = list(csv.DictReader(file))[-hours:]
    end = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    with open(out, "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        for i, row in enumerate(rows):
            at = end - timedelta(hours=len(rows) - 1 - i)
            writer.writerow({**row, "timestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ")})


class Inferd:
    """One daemon in its own folder: configuration, models, books, log."""

    def __init__(self, folder, rpc_ports, topics, value="0.0123", chain_id="localnet"):
        self.folder, self.process, self.topics, self.chain_id = Path(folder), None, topics, chain_id
        self.environment = NO_PROXY
        self.folder.mkdir(parents=True, exist_ok=True)
        self.mnemonic = self.folder / "mnemonic"
        if not self.mnemonic.exists():
            new_wallet(self.folder)
        self.address = address_of(self.mnemonic)
        self.value = value
        recent_candles(self.folder / "candles.csv")
        for topic, kind in topics.items():
            self._model(topic, kind)
        self.configure(rpc_ports)

    def _model(self, topic, kind):
        out = self.folder / f"model-{topic}.json"
        if kind == "labels":
            run(INFERD, "train", "--candles", ROOT / "etc/data/btcusd-1h.csv", "--topic", topic, "--out", out,
                "--labels", "down,flat,up", "--edges=-0.02,0.02", "--keep", "shares of the past")
        elif kind == "constant":
            run(INFERD, "train", "--constant", self.value, "--topic", topic, "--out", out)
        else:
            run(INFERD, "train", "--candles", ROOT / "etc/data/btcusd-1h.csv", "--topic", topic, "--out", out, "--keep", kind)

    def configure(self, rpc_ports, chain="", log="info"):
        urls = ", ".join(f'"http://127.0.0.1:{p}"' for p in rpc_ports)
        text = f"""state_dir = "."
[chain]
id = "{self.chain_id}"
rpc = [{urls}]
{chain}
[wallet]
mnemonic_file = "mnemonic"
[[market.source]]
kind = "csv"
path = "candles.csv"
[admin]
socket = "admin.sock"
[log]
level = "{log}"
dir = "log"
"""
        for topic in self.topics:
            text += f'[[topic]]\nid = {topic}\nsymbol = "btcusd"\nhorizon_hours = 168\nmodel = "model-{topic}.json"\n'
        (self.folder / "inferd.toml").write_text(text)

    def start(self):
        """Starts it with its output in out.txt; returns the wall clock."""
        self.out = open(self.folder / "out.txt", "ab")
        self.offset = self.out.tell()
        at = time.time()
        self.process = subprocess.Popen([INFERD, "run", "--config", str(self.folder / "inferd.toml")], stdout=self.out,
                                        stderr=subprocess.STDOUT, env=self.environment)
        return at

    def stop(self, how=signal.SIGTERM, patience=30):
        """Its exit code; negative if killed by a signal."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            code = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        self.process = None
        self.out.close()
        return code

    def doctor(self):
        """What `inferd doctor` prints, whatever it finds."""
        done = subprocess.run([INFERD, "doctor", "--config", str(self.folder / "inferd.toml")], env=self.environment, text=True,
                              capture_output=True, timeout=60)
        return done.stdout

    def lines(self, pattern, since_start=True):
        """[(time in s, match)] of its output's lines."""
        text = (self.folder / "out.txt").read_bytes()[self.offset if since_start else 0:].decode(errors="replace")
        found = []
        for line in text.splitlines():
            if match := re.search(pattern, line):
                stamp = line.split(" ", 1)[0]
                try:
                    at = datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()
                except ValueError:
                    at = 0.0
                found.append((at, match))
        return found

    def wait_for(self, pattern, patience=30):
        """The first matching line; TimeoutError quotes the last line."""
        end = time.time() + patience
        while time.time() < end:
            if found := self.lines(pattern):
                return found[0]
            time.sleep(0.02)
        last = (self.folder / "out.txt").read_text(errors="replace").strip().splitlines()[-1:]
        raise TimeoutError(f"inferd said nothing like \"{pattern}\" within {patience} s; its last line: {last}")

    def books(self, sql="SELECT * FROM windows ORDER BY nonce"):
        path = self.folder / "ledger.db"
        if not path.exists():
            return []
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)
        db.row_factory = sqlite3.Row
        try:
            if db.execute("PRAGMA user_version").fetchone()[0] == 0:
                return []  # being made
            return [dict(row) for row in db.execute(sql)]
        finally:
            db.close()

    def windows(self, topic=None):
        return [w for w in self.books() if topic in (None, w["topic"])]
