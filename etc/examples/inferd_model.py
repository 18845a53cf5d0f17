"""The line protocol of etc/design/foreign_models.md for a Python function.

    from inferd_model import serve
    serve(lambda request: 0.01)

`predict` gets the request: nonce, topic, symbol, target, horizon_minutes, close, features {name: number or None} and candles
[[opens_ms, open, high, low, close, volume], ...]. It returns a number, or {label: number} for a topic with labels. What it
raises becomes the reason why the window is answered by the fallback or skipped. Standard output belongs to the protocol, so
whatever a library prints goes to stderr, which is in the daemon's log."""
import json
import os
import sys


def serve(predict):
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # print() of anyone else goes to stderr
    for line in sys.stdin:
        request = json.loads(line)
        answer = {"nonce": request["nonce"]}
        try:
            value = predict(request)
            if isinstance(value, dict):
                answer["values"] = [{"label": k, "value": float(v)} for k, v in value.items()]
            else:
                answer["value"] = float(value)
            text = json.dumps(answer, allow_nan=False)
        except Exception as error:
            text = json.dumps({"nonce": request["nonce"], "error": f"{type(error).__name__}: {error}"})
        print(text, file=out, flush=True)
