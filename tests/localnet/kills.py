"""kill -9 of the daemon at random times, for thirty windows."""
import random
import signal
import time

from report import EPOCH, WINDOW, books_against_chain, check, until

THIRTY = 30


def kills(network, worker):
    """A window open for three more blocks after a restart must be answered exactly once."""
    seed = random.randrange(1 << 32)
    dice = random.Random(seed)
    begin, restarts, killed = network.height(), [], 0
    while True:
        head = network.height()
        restarts.append(head)
        worker.start()
        if len([w for w in worker.windows() if begin <= w["nonce"] <= head]) >= THIRTY:
            break
        time.sleep(dice.choice((dice.uniform(0.02, 0.6), dice.uniform(0.5, 5))))
        worker.stop(signal.SIGKILL)
        killed += 1
        if dice.random() < 0.3:
            time.sleep(dice.uniform(0, 2))
    last = restarts[-1]
    until(lambda: not [w for w in worker.windows() if w["nonce"] <= last and not w["done_at"]] and
          network.height() > last + WINDOW + 2, 30)
    time.sleep(1)
    worker.stop()
    rows = {(w["topic"], w["nonce"]): w for w in worker.windows() if begin <= w["nonce"] <= last}
    # A restart counts if the next kill left it three blocks; there is no kill after the last.
    owed = set()
    for i, head in enumerate(restarts):
        next_head = restarts[i + 1] if i + 1 < len(restarts) else head + 100
        for key, row in rows.items():
            at = max(head, key[1])
            if at + 3 <= row["closes"] and next_head - at >= 3:
                owed.add(key)
    lost = [f"topic {k[0]} nonce {k[1]}: {rows[k]['status']} {rows[k]['reason']}" for k in owed if rows[k]["status"] != "confirmed"]
    won = [k for k, w in rows.items() if w["status"] == "confirmed"]
    check(f"kill -9, {killed} times in {len(rows)} windows: none is lost that could be answered after a restart",
          not lost and len(rows) >= THIRTY and len(owed) >= THIRTY // 2,
          f"{len(owed)} owed, {len(won)} confirmed, seed {seed}" + (f"; lost: {lost[:3]}" if lost else ""))
    open_rows = [k for k, w in rows.items() if not w["done_at"]]
    check("kill -9: every window ended in the books", not open_rows, str(open_rows or ""))
    nonces = {topic: sorted(n for t, n in rows if t == topic) for topic in worker.topics}
    gaps = [(t, a, b) for t, ns in nonces.items() for a, b in zip(ns, ns[1:]) if b - a != EPOCH]
    check("kill -9: no window is missing from the books", not gaps, str(gaps or ""))
    books_against_chain(network, worker, "kill -9")
