#!/usr/bin/env python3
"""etc/skill: `inferd backtest` against the figures of an independent implementation (Python, NumPy; etc/design/models.md)."""
import json
import subprocess
import sys

HOURLY, MINUTES = "etc/data/btcusd-1h.csv", "etc/data/btcusd-1m.csv"
ROWS = [  # candles, horizon, estimator, n, MR's RMSE, model, its RMSE, R² over MR
    (HOURLY, "1h", "gk", 8830, .002884, "HAR7S", .002416, .298),
    (HOURLY, "4h", "gk", 8824, .004938, "HAR7S", .003983, .349),
    (HOURLY, "8h", "r2", 8816, .007497, "HAR7S", .006258, .303),
    (HOURLY, "24h", "r2", 8784, .010969, "HAR7S", .008927, .338),
    (HOURLY, "168h", "r2", 8496, .019597, "HAR7S", .018103, .147),
    (MINUTES, "15m", "std", 8624, .002401, "HARM", .001896, .376),
    (MINUTES, "1h", "std", 8579, .004395, "HARM", .003488, .370),
    (MINUTES, "4h", "std", 8399, .008224, "HARM", .007128, .249),
]


def backtest(candles, *options):
    done = subprocess.run([sys.argv[1], "backtest", "--candles", candles, "--json", *options], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return {row["name"]: row for row in json.loads(done.stdout)["candidates"]}


failed = 0


def check(mine, published):
    global failed
    off = mine / published - 1
    failed += abs(off) > .005
    return f"{mine:.6f} ({100 * off:+.2f} %)"


print(f"{'horizon':>7} {'of':>4} {'n':>6} {'MR: RMSE (off)':>21} {'model':>6} {'RMSE (off)':>21} {'R² over MR [95 %]':>24}  promotion")
for candles, horizon, estimator, n, reversion, name, rmse, r2 in ROWS:
    rows = backtest(candles, "--target", "volatility", "--horizon", horizon, "--estimator", estimator)
    row = rows[name]
    failed += row["n"] != n
    low, high = row["r2_over_mean_reversion_range"]
    print(f"{horizon:>7} {estimator:>4} {row['n']:>6} {check(rows['MR']['rmse'], reversion):>21} {name:>6} "
          f"{check(row['rmse'], rmse):>21} {row['r2_over_mean_reversion']:>8.3f} [{low:.3f}, {high:.3f}]"
          f"  {'passes all six' if row['promotion']['passes'] else 'does not pass'}")
row = backtest(HOURLY, "--horizon", "1h")["RIDGE5"]
failed += row["n"] != 8830 or abs(row["directional_accuracy"] - .529) > .003 or abs(row["pearson"] - .040) > .005
print(f"RIDGE5, 1 h: n {row['n']}, directional accuracy {row['directional_accuracy']:.3f} (lower bound "
      f"{row['promotion']['directional_accuracy']['bound']:.3f}), r {row['pearson']:.3f}, RMSE gain {100 * row['gain']:+.2f} %")
rows = backtest(HOURLY, "--with", "ethusdt=etc/data/ethusdt-1h.csv", "--target", "volatility", "--horizon", "4h")
own, joint = rows["HAR7S"], rows["HAR7S+ethusdt"]
failed += own["n"] != 5177
print(f"with ETH/USDT, 4 h: n {own['n']}, HAR7S {check(own['rmse'], .00381343)}, HAR7S+ethusdt "
      f"{check(joint['rmse'], .00384500)}: the second symbol adds nothing")
print("all within 0.5 %, n exact" if not failed else f"{failed} figures differ")
sys.exit(failed > 0)
