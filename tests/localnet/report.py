"""Shared by the checks: output of one line per check, and access to a worker's books."""
import json
import threading
import time
from decimal import Decimal

EPOCH, BLOCK_MS, WINDOW = 12, 500, 6  # in blocks; the pace of every check

failures = []
_lock = threading.Lock()


def check(name, good, detail=""):
    with _lock:
        print(f"{'ok  ' if good else 'FAIL'} {name}{': ' + detail if detail else ''}", flush=True)
        if not good:
            failures.append(name)


def skip(what, why):
    with _lock:
        print(f"skip {what}: {why}", flush=True)


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


def lost_since(worker, nonce):
    """Windows from `nonce` on that were not confirmed, as text."""
    return [f"topic {w['topic']} nonce {w['nonce']}: {w['status']} {w['reason']}" for w in worker.windows()
            if w["nonce"] >= nonce and w["done_at"] and w["status"] != "confirmed"]


def books_against_chain(network, worker, whose):
    """Compares the wallet's transactions in blocks with the books."""
    txs = network.transactions(worker.address)
    keys = [(t["topic"], t["nonce"]) for t in txs if t["kind"] == "InsertWorkerPayloadRequest"]
    twice = sorted({k for k in keys if keys.count(k) > 1})
    check(f"{whose}: no payload reached the chain twice", keys and not twice,
          f"{len(keys)} payloads" + (f"; twice: {twice[:5]}" if twice else ""))
    booked = {(w["topic"], w["nonce"]) for w in confirmed(worker)}
    on_chain = {(t["topic"], t["nonce"]) for t in txs if t["kind"] == "InsertWorkerPayloadRequest" and t["code"] == 0}
    check(f"{whose}: confirmed in the books and accepted on the chain are the same windows", booked == on_chain,
          f"{len(booked)} and {len(on_chain)}; differ: {sorted(booked ^ on_chain)[:5]}")
    paid = sum(t["fee"] for t in txs)
    fees = sum(int(w["fee"]) for w in worker.windows())
    fees += sum(int(t["paid"]) for t in worker.books("SELECT paid FROM transactions WHERE nonce = 0"))
    check(f"{whose}: the fees in the books are the fees the chain took", paid == fees,
          f"{fees} and {paid} uallo in {len(txs)} transactions")
