"""A minimal CometBFT client: JSON-RPC over a persistent connection, the WebSocket, basic protobuf.

Blocking sockets and no packages: an event loop would delay the observer of a race.
"""
import base64
import json
import os
import socket
import struct
import time


class Refused(Exception):
    """The node returned an error or closed the connection."""


class Rpc:
    """JSON-RPC over a persistent connection to 127.0.0.1."""

    def __init__(self, port, timeout=10):
        self.port, self.timeout, self.sock = port, timeout, None

    def connect(self):
        self.sock = socket.create_connection(("127.0.0.1", self.port), self.timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    @staticmethod
    def request(method, **params):
        """The bytes of a request, built before the time is taken."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        return b"POST / HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body

    def exchange(self, request):
        """Sends bytes from request() and returns the response body, unparsed. Retries on a new connection when the node has
        closed the old one, which it does after ten idle seconds."""
        for fresh in (self.sock is None, True):
            if self.sock is None:
                self.connect()
            try:
                self.sock.sendall(request)
                return self._body()
            except OSError:
                self.close()
                if fresh:
                    raise

    def _body(self):
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head, body = data[:end].lower(), data[end + 4:]
        at = head.find(b"content-length:")
        if at >= 0:
            length = int(head[at + 15:].split(b"\r\n", 1)[0])
            while len(body) < length:
                body += self._more()
            return body
        while not body.endswith(b"0\r\n\r\n"):
            body += self._more()
        out = b""
        while True:
            size, body = body.split(b"\r\n", 1)
            if (n := int(size, 16)) == 0:
                return out
            out, body = out + body[:n], body[n + 2:]

    def _more(self):
        data = self.sock.recv(1 << 20)
        if not data:
            raise ConnectionError("the node closed the connection")
        return data

    def call(self, method, **params):
        answer = json.loads(self.exchange(self.request(method, **params)))
        if "error" in answer:
            raise Refused(f"{method}: {answer['error'].get('data') or answer['error']}")
        return answer["result"]

    def close(self):
        if self.sock:
            self.sock.close()
        self.sock = None

    def query(self, path, data=b"", height=0):
        """One abci_query; protobuf in and out. None when not found. `height`: the state after that block; 0: the latest."""
        answer = self.call("abci_query", path=path, data=data.hex(), height=str(height), prove=False)["response"]
        if answer["code"] == 22:
            return None
        if answer["code"]:
            raise Refused(f"{path}: {answer['log']}")
        return base64.b64decode(answer["value"] or "")


class EventSocket:
    """The node's WebSocket: subscribe, then read messages with the time of their first byte."""

    def __init__(self, port, timeout=60):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        self.sock.sendall(f"GET /websocket HTTP/1.1\r\nHost: node\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.sock.recv(4096)
        if b" 101 " not in data.split(b"\r\n", 1)[0]:
            raise Refused("the node refused the WebSocket")
        self.rest = data.split(b"\r\n\r\n", 1)[1]
        self.next_id = 0

    def subscribe(self, query):
        self.next_id += 1
        self._send(1, json.dumps({"jsonrpc": "2.0", "id": self.next_id, "method": "subscribe",
                                  "params": {"query": query}}).encode())

    def _send(self, opcode, payload):
        mask, n = os.urandom(4), len(payload)
        size = bytes([0x80 | n]) if n < 126 else b"\xfe" + struct.pack(">H", n)
        self.sock.sendall(bytes([0x80 | opcode]) + size + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload)))

    def _take(self, n):
        while len(self.rest) < n:
            data = self.sock.recv(1 << 18)
            if not data:
                raise ConnectionError("the node closed the WebSocket")
            self.rest += data
        out, self.rest = self.rest[:n], self.rest[n:]
        return out

    def read(self):
        """(wall clock in seconds at its first bytes, message as bytes)."""
        message = b""
        while True:
            first, second = self._take(2)
            if not message:
                at = time.time()
            length = second & 0x7F
            if length == 126:
                length, = struct.unpack(">H", self._take(2))
            elif length == 127:
                length, = struct.unpack(">Q", self._take(8))
            payload = self._take(length)
            opcode = first & 0x0F
            if opcode == 9:
                self._send(10, payload)
                continue
            if opcode == 8:
                raise ConnectionError("the node closed the WebSocket")
            message += payload
            if first & 0x80:
                return at, message

    def close(self):
        self.sock.close()


def varint(n):
    out = b""
    while n > 0x7F:
        out, n = out + bytes([n & 0x7F | 0x80]), n >> 7
    return out + bytes([n])


def field(number, value):
    """Encodes one protobuf field: an int, a str or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def parse(data):
    """Decodes to {field number: [values]}; nested messages stay bytes."""
    out, at = {}, 0

    def number():
        nonlocal at
        n = shift = 0
        while True:
            byte = data[at]
            at += 1
            n |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return n

    while at < len(data):
        key = number()
        if key & 7 == 0:
            value = number()
        elif key & 7 == 2:
            size = number()
            value, at = data[at:at + size], at + size
        else:
            raise ValueError(f"wire type {key & 7}")
        out.setdefault(key >> 3, []).append(value)
    return out
