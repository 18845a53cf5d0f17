"""Ten windows of two topics with real candles, workers that must be refused, and a reputer."""
from decimal import Decimal

from report import EPOCH, books_against_chain, check, confirmed, skip, until, values_of

TEN = 10


def windows(network, reported, worker, poor, stranger):
    """`reported`: a reputer runs in topic 1."""
    for w in (worker, poor, stranger):
        w.start()
    until(lambda: all(len(confirmed(worker, topic)) >= TEN for topic in (1, 2)), 150)
    registered = worker.lines(r"outcome topic=\d+ registration status=confirmed")
    check("an unregistered worker registers itself", len(registered) == 2, f"{len(registered)} topics")
    for topic in (1, 2):
        ten_in_a_row(network, worker, topic)
    labels = [values_of(w) for w in confirmed(worker, 2)]
    check("topic 2: every label is answered and they sum to one",
          bool(labels) and all(set(v) == {"up", "down", "flat"} and sum(v.values()) == 1 for v in labels))
    not_let_in(network, poor, stranger)
    if reported:
        rewarded(worker)
    else:
        skip("scores and rewards", "no allora_sdk (SDK_VENV names a Python environment that has it)")
    poor.stop()
    stranger.stop()
    code = worker.stop()
    check("SIGTERM drains and ends with 0", code == 0, f"exit code {code}")
    books_against_chain(network, worker, "ten windows")


def held_of(network, worker, row):
    """This worker's answer on the chain after the block with its payload."""
    held = network.latest_inference(row["topic"], worker.address, row["height"])
    if not held or held["nonce"] != row["nonce"]:
        return None
    return {k: Decimal(v) for k, v in (held["values"] or {"": held["value"]}).items()}


def ten_in_a_row(network, worker, topic):
    rows = [w for w in worker.windows(topic) if w["done_at"]]
    first = next((i for i, w in enumerate(rows) if w["status"] == "confirmed"), 0)
    run = rows[first:first + TEN]
    check(f"topic {topic}: ten windows in a row are confirmed", len(run) == TEN and all(w["status"] == "confirmed" for w in run),
          ", ".join(f"{w['nonce']} {w['status']}" for w in run if w["status"] != "confirmed"))
    same = [w for w in run if held_of(network, worker, w) == values_of(w)]
    check(f"topic {topic}: the books equal GetWorkerLatestInputInferenceByTopicId", len(same) == TEN,
          f"{len(same)} of {TEN}; the last: {run[-1]['values'] if run else ''}")
    until(lambda: network.height() > run[-1]["closes"] + 1, 10)
    events = {w["nonce"]: network.bundle_of(topic, w["nonce"], w["closes"], worker.address) for w in run}
    told = {n: {k if topic == 2 else "": Decimal(v) for k, v in e.items()} for n, e in events.items() if e}
    equal = [w for w in run if told.get(w["nonce"]) == values_of(w)]
    check(f"topic {topic}: the books equal the chain's event", len(equal) == TEN, f"{len(equal)} of {TEN}")


def not_let_in(network, poor, stranger):
    rows = [w for w in poor.windows() if w["done_at"]]
    said = rows[-1]["reason"] if rows else "nothing in the books"
    check("an unfunded worker is refused in clear words", bool(rows) and all(w["status"] == "refused" for w in rows) and
          any(word in said.lower() for word in ("fund", "balance", "unknown", "exist")), said)
    rows = [w for w in stranger.windows(3) if w["done_at"]]
    sent = [t for t in network.transactions(stranger.address) if t["kind"] == "InsertWorkerPayloadRequest"]
    said = rows[-1]["reason"] if rows else "nothing in the books"
    check("a worker that is not whitelisted is told so and pays nothing", bool(rows) and "whitelist" in said and not sent,
          f"{said}; {len(sent)} payloads sent")


def rewarded(worker):
    scored = lambda: [w for w in worker.windows(1) if w["score"] and w["reward"]]
    until(scored, 6 * EPOCH)
    rows = scored()
    check("scores and rewards are booked when a reputer reports", bool(rows),
          f"{len(rows)} windows, the last: score {rows[-1]['score']}, reward {rows[-1]['reward']}" if rows else "none")
