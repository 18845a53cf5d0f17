"""What a node and its clients send each other on loopback, with the kernel's time of each packet. Needs CAP_NET_RAW.

Nothing stands in the way and nobody is woken: packets lie in the socket's buffer until drain() reads them.
"""
import ctypes
import socket
import struct

TIMESTAMPNS = 35  # SO_TIMESTAMPNS, and the type of what it adds to a packet
ATTACH_FILTER, RCVBUFFORCE, IPV4 = 26, 33, 0x0800


class Stream:
    """One direction of one connection, cut into messages: (time in s, payload). HTTP or, after its upgrade, WebSocket."""

    def __init__(self):
        self.data, self.arrived, self.sequence, self.web_socket = b"", [], None, False

    def feed(self, at, sequence, payload):
        if self.sequence is not None and sequence != self.sequence:
            if (sequence - self.sequence) & 0xffffffff > 1 << 31:
                return  # sent again
            raise RuntimeError("etc/race: packets were lost by the capture")
        self.sequence = (sequence + len(payload)) & 0xffffffff
        self.arrived.append((at, len(payload)))
        self.data += payload

    def take(self, size):
        """The first `size` bytes and the time at which the first of them was sent."""
        at, out, self.data = self.arrived[0][0], self.data[:size], self.data[size:]
        while size:
            when, length = self.arrived.pop(0)
            if length > size:
                self.arrived.insert(0, (when, length - size))
                break
            size -= length
        return at, out

    def messages(self):
        while (one := self._web_socket() if self.web_socket else self._http()) is not None:
            yield one

    def _http(self):
        end = self.data.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = self.data[:end].lower()
        found = head.find(b"content-length:")
        size = end + 4 + (int(head[found + 15:].split(b"\r\n")[0]) if found >= 0 else 0)
        if len(self.data) < size:
            return None
        self.web_socket = b"upgrade: websocket" in head
        at, raw = self.take(size)
        return at, raw[end + 4:]

    def _web_socket(self):
        if len(self.data) < 2:
            return None
        size, head, masked = self.data[1] & 0x7F, 2, self.data[1] & 0x80
        if size >= 126:
            more = 2 if size == 126 else 8
            if len(self.data) < 2 + more:
                return None
            size, head = int.from_bytes(self.data[2:2 + more], "big"), 2 + more
        head += 4 if masked else 0
        if len(self.data) < head + size:
            return None
        at, raw = self.take(head + size)
        payload = raw[head:]
        if masked:
            mask = int.from_bytes((raw[head - 4:head] * (size // 4 + 1))[:size], "big")
            payload = (int.from_bytes(payload, "big") ^ mask).to_bytes(size, "big")
        return at, payload


class Capture:
    def __init__(self, port):
        self.port = port
        try:
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(IPV4))
        except PermissionError:
            raise SystemExit("etc/race --floor reads the packets on loopback: run it as root or with CAP_NET_RAW")
        # tcp port PORT, in Ethernet frames with IPv4 headers of 20 bytes
        code = [(0x30, 0, 0, 23), (0x15, 0, 5, socket.IPPROTO_TCP), (0x28, 0, 0, 34), (0x15, 2, 0, port), (0x28, 0, 0, 36),
                (0x15, 0, 1, port), (0x06, 0, 0, 1 << 18), (0x06, 0, 0, 0)]
        program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in code))
        self.sock.setsockopt(socket.SOL_SOCKET, ATTACH_FILTER, struct.pack("HL", len(code), ctypes.addressof(program)))
        self.sock.setsockopt(socket.SOL_SOCKET, RCVBUFFORCE, 64 << 20)
        self.sock.setsockopt(socket.SOL_SOCKET, TIMESTAMPNS, 1)
        self.sock.bind(("lo", IPV4))
        self.sock.setblocking(False)
        self.streams = {}  # (the client's port, to the node)

    def drain(self):
        """[(time in s, client's port, to the node, payload)] of all whole messages since the last call, in the order of time."""
        found = []
        while True:
            try:
                packet, notes, _, _ = self.sock.recvmsg(1 << 18, 64)
            except BlockingIOError:
                return sorted(found, key=lambda m: m[0])
            seconds, ns = struct.unpack("qq", next(data for _, kind, data in notes if kind == TIMESTAMPNS))
            end = 14 + int.from_bytes(packet[16:18], "big")
            source, target, sequence = struct.unpack(">HHI", packet[34:42])
            start = 34 + (packet[46] >> 4) * 4
            key = (source, True) if target == self.port else (target, False)
            if packet[47] & 2:  # SYN: a new connection, on a port that may have been another's
                self.streams[key] = Stream()
            elif key in self.streams and end > start:
                stream = self.streams[key]
                stream.feed(seconds + ns / 1e9, sequence, packet[start:end])
                found += [(at, *key, payload) for at, payload in stream.messages()]

    def close(self):
        self.sock.close()
