"""A model behind a URL, in the contract of Allora's Go node: GET, the answer is the number as text.

server.py [PORT]: prints its URL and serves until it is stopped."""
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def predict(topic, block_height):
    return 0.001 if block_height % 2 else -0.001  # your model


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            _, _, topic, height = self.path.split("/")
            body, status = repr(predict(int(topic), int(height))), 200
        except ValueError:
            body, status = "wanted is /inference/TOPIC/BLOCK_HEIGHT", 404
        self.send_response(status)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8000), Handler)
print(f"http://127.0.0.1:{server.server_port}/inference/{{TopicId}}/{{BlockHeight}}", flush=True)
server.serve_forever()
