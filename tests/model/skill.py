#!/usr/bin/env python3
"""etc/skill: `inferd backtest` against the figures of an independent implementation (Python, NumPy; etc/design/models.md)."""
import json
import subprocess
import sys

HOURLY, MINUTES = "etc/data/btcusd-1h.csv", "etc/data/btcusd-1m.csv"
MEANS = {"1h": .003339, "4h": .005970, "8h": .008540, "24h": .012458, "168h": .021966}  # RMSE of the training mean, hourly
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
PROMOTION = {  # of HARM by the minute: n_eff, then value and lower bound of each figure, log aspect
    "15m": (644, .681, .650, .373, .304, .208, .175, .320, .287, -.37),
    "1h": (142, .633, .579, .293, .135, .165, .135, .250, .203, -.37),
    "4h": (30, .729, .646, .428, .078, .244, .193, .347, .281, -.28),
}


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




def check_near(mine, published, tolerance):
    global failed
    failed += abs(mine - published) > tolerance
    return mine


def promotion_line(p, published):
    """The figures of a row, checked against the published ones: values within their rounding, bounds within .006, which is what
    the rounding of n_eff is worth at 30 rows."""
    values = [p["n_eff"]]
    for name in ("directional_accuracy", "pearson", "wrmse_gain", "wczar_gain"):
        values += [p[name]["value"], p[name]["bound"]]
    values.append(p["log_aspect"]["value"])
    for mine, theirs, tolerance in zip(values, published, [.6] + [.001, .006] * 4 + [.005]):
        check_near(mine, theirs, tolerance)
    return (f"n_eff {values[0]:.0f}, directional accuracy {values[1]:.3f} ({values[2]:.3f}), Pearson {values[3]:.3f} ({values[4]:.3f}), "
            f"WRMSE gain {100 * values[5]:.1f} % ({100 * values[6]:.1f}), WCZAR gain {100 * values[7]:.1f} % ({100 * values[8]:.1f}), "
            f"log aspect {values[9]:.2f}")


promotions = []
print(f"{'horizon':>7} {'of':>4} {'n':>6} {'mean: RMSE (off)':>21} {'MR: RMSE (off)':>21} {'model':>6} {'RMSE (off)':>21} {'R² over MR [95 %]':>24}  promotion")
for candles, horizon, estimator, n, reversion, name, rmse, r2 in ROWS:
    rows = backtest(candles, "--target", "volatility", "--horizon", horizon, "--estimator", estimator)
    row = rows[name]
    failed += row["n"] != n
    low, high = row["r2_over_mean_reversion_range"]
    check_near(row["r2_over_mean_reversion"], r2, .0015)
    mean = check(rows["mean"]["rmse"], MEANS[horizon]) if candles == HOURLY else f"{rows['mean']['rmse']:.6f}"
    if candles == MINUTES:
        promotions.append(f"  {horizon:>3}: " + promotion_line(row["promotion"], PROMOTION[horizon]))
    print(f"{horizon:>7} {estimator:>4} {row['n']:>6} {mean:>21} {check(rows['MR']['rmse'], reversion):>21} {name:>6} "
          f"{check(row['rmse'], rmse):>21} {row['r2_over_mean_reversion']:>8.3f} [{low:.3f}, {high:.3f}]"
          f"  {'passes all six' if row['promotion']['passes'] else 'does not pass'}")
print("HARM by the promotion rules, lower bounds in brackets:", *promotions, sep="\n")
row = backtest(HOURLY, "--horizon", "1h")["RIDGE5"]
failed += row["n"] != 8830 or abs(row["directional_accuracy"] - .529) > .003 or abs(row["pearson"] - .040) > .005
print(f"RIDGE5, 1 h: n {row['n']}, directional accuracy {row['directional_accuracy']:.3f} (lower bound "
      f"{row['promotion']['directional_accuracy']['bound']:.3f}), r {row['pearson']:.3f}, RMSE gain {100 * row['gain']:+.2f} %")
rows = backtest(HOURLY, "--with", "ethusdt=etc/data/ethusdt-1h.csv", "--target", "volatility", "--horizon", "4h")
own, joint = rows["HAR7S"], rows["HAR7S+ethusdt"]
failed += own["n"] != 5177
print(f"with ETH/USDT, 4 h: n {own['n']}, HAR7S {check(own['rmse'], .00381343)}, HAR7S+ethusdt "
      f"{check(joint['rmse'], .00384500)}: the second symbol adds nothing")
print("all RMSEs within 0.5 %, the rest within its rounding, n exact" if not failed else f"{failed} figures differ")
sys.exit(failed > 0)
