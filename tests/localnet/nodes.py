"""Failures of nodes: the second one dies in use, one stops following the chain, the only validator is killed and restarted."""
import os
import signal
import socket
import threading
import time

from report import books_against_chain, check, confirmed, lost_since, until


class Relay:
    """A TCP relay to another port, until it is cut."""

    def __init__(self, target):
        self.target, self.sockets = target, []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.server.accept()
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            self.sockets += [near, far]
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self._copy, args=(a, b), daemon=True).start()

    @staticmethod
    def _copy(a, b):
        try:
            while data := a.recv(1 << 16):
                b.sendall(data)
        except OSError:
            pass
        b.close()

    def cut(self):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        for s in self.sockets:
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            s.close()


def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def endpoint_of(row):
    return row["endpoint"].rsplit(":", 1)[-1]


def failover(network, worker):
    """The first endpoint is down from the start; the second is a full node that dies during a window."""
    follower, validator = str(network.second), str(network.port)
    worker.configure([unused_port(), network.second, network.port])
    worker.start()
    endpoint = worker.wait_for(r"connected endpoint=127.0.0.1:(\d+)", 20)[1][1]
    check("a dead first endpoint is passed over", endpoint == follower, f"connected to the one at {endpoint}")
    until(lambda: all(confirmed(worker, t) for t in worker.topics), 40)
    begin = min((w["nonce"] for w in confirmed(worker)), default=0)
    # An answer sent late, while it was being registered, goes to both nodes: the first one to accept it is booked.
    check("the second node's endpoint is in the books", begin and any(endpoint_of(w) == follower for w in confirmed(worker)))

    in_window = until(lambda: [w for w in worker.windows() if w["status"] in ("claimed", "stored", "sent") and w["nonce"] <= network.height()], 20)
    network.script("kill", "2")
    killed_at = network.height()
    check("the node in use is killed within a window", bool(in_window), ", ".join(f"{w['nonce']} {w['status']}" for w in in_window or []))
    later = lambda t: [w for w in confirmed(worker, t) if w["nonce"] > killed_at]
    until(lambda: all(len(later(t)) >= 2 for t in worker.topics), 60)
    lost = lost_since(worker, begin)
    check("the node in use dies: the other one serves, no window is lost", all(len(later(t)) >= 2 for t in worker.topics) and not lost,
          f"{sum(len(later(t)) for t in worker.topics)} windows confirmed afterwards" + (f"; lost: {lost}" if lost else ""))
    check("the endpoint that took over is in the books", all(endpoint_of(w) == validator for t in worker.topics for w in later(t)))
    worker.stop()
    network.script("start", "2")
    until(lambda: network.height(2) + 1 >= network.height(), 30)
    books_against_chain(network, worker, "failover")


def left(network, worker, what, happen):
    """The second node is in use when it becomes useless while its socket stays open."""
    worker.configure([network.second, network.port])
    worker.start()
    worker.wait_for(rf"connected endpoint=127.0.0.1:{network.second}", 20)
    until(lambda: confirmed(worker), 40)
    connections = lambda: [m[1] for _, m in worker.lines(r"connected endpoint=127.0.0.1:(\d+)")]
    used = connections()
    happen()
    since = network.height()
    away = until(lambda: connections()[len(used):] == [str(network.port)] and network.height(), 90)
    check(f"{what}: it is left", used == [str(network.second)] and away, f"after {away and away - since} blocks; connections {connections()}")
    begin = (away or since) + 1
    done = lambda: [w for w in confirmed(worker) if w["nonce"] >= begin]
    until(lambda: len(done()) >= 3, 40)
    lost = lost_since(worker, begin)
    check(f"{what}: every window afterwards is confirmed", len(done()) >= 3 and not lost,
          f"{len(done())} confirmed, {len(lost_since(worker, since)) - len(lost)} lost until it was left" + (f"; lost: {lost}" if lost else ""))
    worker.stop()
    books_against_chain(network, worker, what)


def node_stops(network, worker):
    left(network, worker, "a node that is stopped (SIGSTOP)", lambda: os.kill(network.pid(2), signal.SIGSTOP))
    network.script("kill", "2")  # it could continue, but recovers slowly after losing its peer for so long
    network.script("start", "2")
    until(lambda: network.height(2) + 1 >= network.height(), 30)


def node_behind(network, worker, relay):
    left(network, worker, "a node that hears of no block any more", relay.cut)


def node_dies(network, worker):
    """The worker's only node is killed and restarted: no window that opens after the reconnection is lost."""
    worker.configure([network.port])
    worker.start()
    worker.wait_for(r"nonce=[1-9]\d* status=confirmed", 40)
    time.sleep(1)  # a node killed right after a block does not index its transactions, and tx_search is the reference
    network.script("kill", "1")
    network.rpc.close()
    worker.wait_for(r"disconnected|connection|not connected", 20)
    time.sleep(4)
    gone = len(worker.lines(r"connected endpoint"))
    network.script("start", "1")
    back = network.height()
    found = until(lambda: len(worker.lines(r"connected endpoint")) > gone and network.height(), 60)
    check("the node is killed and restarted: it is found again", bool(found), f"{found and found - back} blocks after its return")
    again = (found or back) + 1
    done = lambda: [w for w in confirmed(worker) if w["nonce"] >= again]
    until(lambda: len(done()) >= 4, 60)
    lost = lost_since(worker, again)
    check("the node is killed and restarted: every window afterwards is confirmed", len(done()) >= 4 and not lost,
          f"{len(done())} confirmed" + (f"; lost: {lost}" if lost else ""))
    worker.stop()
    books_against_chain(network, worker, "node killed")
