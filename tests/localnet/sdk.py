"""allora_sdk's worker, run unmodified by sdk_worker.py."""
import signal
import subprocess
import time
from pathlib import Path

import net


class Sdk:
    """allora_sdk's worker as a process."""

    def __init__(self, folder, python, role="inferer", topic=1, value="0.0123"):
        self.folder, self.python, self.role, self.topic, self.value = Path(folder), python, role, topic, value
        self.mnemonic, self.address = net.new_wallet(folder)
        self.process = None

    def start(self, grpc, rpc):
        self.out = open(self.folder / "out.txt", "ab")
        self.offset = self.out.tell()
        at = time.time()
        self.process = subprocess.Popen([self.python, str(Path(__file__).with_name("sdk_worker.py")), self.role, self.mnemonic,
                                         str(self.topic), str(grpc), str(rpc), self.value], stdout=self.out,
                                        stderr=open(self.folder / "err.txt", "ab"), env=net.NO_PROXY)
        return at

    def said(self, word):
        """[(time, rest)] of its lines with this prefix."""
        text = (self.folder / "out.txt").read_bytes()[self.offset:].decode(errors="replace")
        parts = [line.split() for line in text.splitlines() if line.startswith(word + " ")]
        return [(float(p[1]), p[2:]) for p in parts]

    def stop(self, how=signal.SIGTERM, patience=5):
        if self.process is None:
            return
        self.process.send_signal(how)
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None
        self.out.close()
