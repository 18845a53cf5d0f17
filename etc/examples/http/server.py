"""A model behind a URL, in the contract of Allora's Go node: GET, the answer is the number as text.

server.py [PORT]: a function of your own, below.
server.py PORT MODEL ROWS [INPUT,INPUT,...]: a trained model (trained_model.py) on the last row of ROWS, which another job keeps
fresh: `inferd features --candles C.csv > ROWS`. The contract gives topic and block height only, so the data is the server's.

Prints its URL and serves until it is stopped."""
import csv
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def predict(topic, block_height):
    return 0.001 if block_height % 2 else -0.001  # your model


if len(sys.argv) > 3:
    from trained_model import load  # noqa: E402

    names, trained = load(sys.argv[2], sys.argv[4].split(",") if len(sys.argv) > 4 else None)

    def predict(topic, block_height):  # noqa: F811
        with open(sys.argv[3]) as file:
            *_, last = csv.DictReader(file)
        return trained({name: float(last[name]) for name in names})


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            _, _, topic, height = self.path.split("/")
            topic, height = int(topic), int(height)
        except ValueError:
            return self.answer(404, "wanted is /inference/TOPIC/BLOCK_HEIGHT")
        try:
            self.answer(200, repr(predict(topic, height)))
        except Exception as error:  # no row, an input that is not defined: no number
            self.answer(500, f"{type(error).__name__}: {error}")

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8000), Handler)
print(f"http://127.0.0.1:{server.server_port}/inference/{{TopicId}}/{{BlockHeight}}", flush=True)
server.serve_forever()
