"""Counts a worker's traffic with its node: bytes both ways, and requests (HTTP requests, WebSocket messages, HTTP/2 streams).

Used for counting only; latencies are measured without it.
"""
import asyncio
import threading


class Requests:
    """Counts requests in the bytes of one connection, client to server."""

    def __init__(self):
        self.count, self.mode, self.rest = 0, "http", b""

    def feed(self, data):
        self.rest += data
        while self._one():
            pass

    def _one(self):
        if self.mode == "http" and self.rest.startswith(b"PRI * HTTP/2.0") and len(self.rest) >= 24:
            self.mode, self.rest = "h2", self.rest[24:]
        if self.mode == "http":
            end = self.rest.find(b"\r\n\r\n")
            if end < 0 or self.rest.startswith(b"PRI"):
                return False
            head = self.rest[:end].lower()
            at = head.find(b"content-length:")
            body = int(head[at + 15:].split(b"\r\n")[0]) if at >= 0 else 0
            if len(self.rest) < end + 4 + body:
                return False
            self.rest = self.rest[end + 4 + body:]
            self.count += 1
            if b"upgrade: websocket" in head:
                self.mode = "ws"
            return True
        if self.mode == "h2":
            if len(self.rest) < 9:
                return False
            size = int.from_bytes(self.rest[:3], "big")
            if len(self.rest) < 9 + size:
                return False
            self.count += self.rest[3] == 1  # HEADERS frame: one call
            self.rest = self.rest[9 + size:]
            return True
        if len(self.rest) < 2:
            return False
        size, skip = self.rest[1] & 0x7F, 2
        if size >= 126:
            skip = 4 if size == 126 else 10
            if len(self.rest) < skip:
                return False
            size = int.from_bytes(self.rest[2:skip], "big")
        skip += 4 if self.rest[1] & 0x80 else 0
        if len(self.rest) < skip + size:
            return False
        self.count += self.rest[0] & 0x0F in (1, 2)
        self.rest = self.rest[skip + size:]
        return True


class CountingProxy:
    """Listens on a port for each of `targets`; totals() sums over all of them."""

    def __init__(self, targets):
        self.bytes, self.connections, self.ports = 0, [], []
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        threading.Thread(target=self._run, args=(targets, ready), daemon=True).start()
        ready.wait()

    def _run(self, targets, ready):
        asyncio.set_event_loop(self.loop)

        async def listen():
            for target in targets:
                server = await asyncio.start_server(lambda r, w, t=target: self._serve(r, w, t), "127.0.0.1", 0)
                self.ports.append(server.sockets[0].getsockname()[1])
            ready.set()

        self.loop.run_until_complete(listen())
        self.loop.run_forever()

    async def _serve(self, reader, writer, target):
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", target)
        except OSError:
            writer.close()
            return
        requests = Requests()
        self.connections.append(requests)
        await asyncio.gather(self._copy(reader, up_writer, requests), self._copy(up_reader, writer, None))

    async def _copy(self, reader, writer, requests):
        try:
            while data := await reader.read(1 << 16):
                self.bytes += len(data)
                if requests:
                    requests.feed(data)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        writer.close()

    def totals(self):
        return self.bytes, sum(c.count for c in self.connections)
