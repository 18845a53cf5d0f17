"""Volatility from candles: an exponentially weighted mean of squared returns (RiskMetrics 1996), scaled to the horizon."""
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from inferd_model import serve  # noqa: E402

DECAY = 0.97  # per candle: a half-life of 23 candles


def predict(request):
    closes = [candle[4] for candle in request["candles"]]
    if len(closes) < 30:
        raise ValueError(f"{len(closes)} candles, 30 are needed")
    returns = [math.log(b / a) for a, b in zip(closes, closes[1:])]
    variance = sum(r * r for r in returns[:20]) / 20
    for r in returns[20:]:
        variance = DECAY * variance + (1 - DECAY) * r * r
    return math.sqrt(variance * request["horizon_minutes"] / request["interval_minutes"])


serve(predict)
