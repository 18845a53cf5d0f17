"""Mainnet's prices on the chain's own node: the default caps suffice, and `inferd doctor` knows the cost of a day."""
import re
from decimal import Decimal

from report import EPOCH, books_against_chain, check, confirmed, until

TEN, DAY_S, UALLO = 10, 86_400, Decimal(10) ** 18
TOLERANCE = Decimal("0.05")


def forecast(worker):
    """(ALLO of a day, payloads of a day) as the doctor says, or None and its words."""
    words = worker.doctor()
    said = re.search(r"cost of a day +(?:about )?([0-9.]+) ALLO at present, for ([0-9.]+) payloads", words)
    return (Decimal(said[1]), Decimal(said[2])) if said else (None, words)


def near(a, b):
    return abs(a / b - 1) <= TOLERANCE


def prices(network, worker):
    """The configuration names no caps."""
    before = forecast(worker)
    check("mainnet's prices: the doctor says what a day costs before the first window", before[0] is not None,
          f"{before[0]} ALLO for {before[1]} payloads")
    worker.start()
    until(lambda: all(len(confirmed(worker, topic)) >= TEN for topic in worker.topics), 150)
    after = forecast(worker)
    worker.stop()
    paid = count = Decimal(0)
    per_day = Decimal(0)
    for topic in worker.topics:
        rows = [w for w in worker.windows(topic) if w["done_at"]]
        first = next((i for i, w in enumerate(rows) if w["status"] == "confirmed"), 0)
        run = rows[first:first + TEN]
        check(f"mainnet's prices, topic {topic}: the default caps answer ten windows of ten",
              len(run) == TEN and all(w["status"] == "confirmed" for w in run),
              ", ".join(f"{w['nonce']} {w['status']} {w['reason']}" for w in run if w["status"] != "confirmed"))
        if len(run) < TEN:
            return
        until(lambda: network.height() > run[-1]["nonce"] + EPOCH, 30)
        fees = sum(Decimal(w["fee"]) for w in run) / UALLO
        seconds = Decimal(network.time_of(run[-1]["nonce"] + EPOCH) - network.time_of(run[0]["nonce"]))
        paid, count, per_day = paid + fees, count + TEN, per_day + fees * DAY_S / seconds
    least = Decimal(250_000_000) * 147_000 / UALLO
    check("mainnet's prices: a payload costs what mainnet's lowest gas price makes it cost", least < paid / count < 4 * least,
          f"{paid / count:.8f} ALLO")
    for name, said in (("before", before), ("after", after)):
        if said[0] is None:
            check(f"mainnet's prices: the doctor says what a day costs {name} ten windows", False, said[1])
            continue
        check(f"mainnet's prices: the doctor's cost of a payload {name} ten windows is within 5 % of the books'",
              near(said[0] / said[1], paid / count), f"{said[0] / said[1]:.8f} and {paid / count:.8f} ALLO")
    if after[0] is not None:
        check("mainnet's prices: the doctor's cost of a day is within 5 % of what the books then say", near(after[0], per_day),
              f"{after[0]} and {per_day:.5f} ALLO")
    books_against_chain(network, worker, "mainnet's prices")
