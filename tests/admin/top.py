#!/usr/bin/env python3
"""top.py INFERD: drives `inferd ctl top` on a pseudo-terminal, beside the daemon of $INFERD_CONFIG (top.sh starts it)."""
import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
import unicodedata

DEADLINE_S = 20
COLUMNS, ROWS = 80, 24
MOST_ACTORS = 40
LINE_MODE = termios.ICANON | termios.ECHO | termios.ISIG


def width(text):
    """Columns that a terminal needs."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


class Frame:
    """One screen: its lines as text, and the index of the selected one."""

    def __init__(self, raw):
        lines = re.split(r"\r*\n", raw)  # the terminal adds a \r of its own
        self.selected = next((i for i, line in enumerate(lines) if "\x1b[7m" in line), None)
        self.lines = [re.sub(r"\x1b\[[0-9;]*[mKJ]", "", line) for line in lines]
        assert not any("\x1b" in line for line in self.lines), f"an escape of another kind: {raw!r}"

    def has(self, part):
        return any(part in line for line in self.lines)

    def actors(self):
        """(place, state, restarts, handled, waiting) as they are sorted."""
        head = next(i for i, line in enumerate(self.lines) if line.startswith("PLACE "))
        rows = [line for line in self.lines[head + 1 : -1] if line.strip()]
        return [
            (r[:18].strip(), r[19:26].strip(), int(r[32:36]), int(r[37:44]), int(r[45:49]))
            for r in rows
        ]

    def selected_place(self):
        return self.lines[self.selected][:18].strip()


class Top:
    """`inferd ctl top` on a terminal of its own."""

    def __init__(self, inferd, *arguments):
        self.columns, self.rows = COLUMNS, ROWS
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            resize(0, COLUMNS, ROWS)
            os.execv(inferd, [inferd, "ctl", "top", "--interval", "0.5", *arguments])
        self.decoder = codecs.getincrementaldecoder("utf-8")()  # a read may end within a character
        self.output = ""
        self.read = 0  # of the output: what the frames before ended with
        self.frames = 0

    def receive(self, until):
        ready, _, _ = select.select([self.terminal], [], [], max(0, until - time.monotonic()))
        if not ready:
            return False
        try:
            data = os.read(self.terminal, 65536)
        except OSError:  # the process has closed its side
            data = b""
        self.output += self.decoder.decode(data)
        return bool(data)

    def frame(self, what, accept):
        """The first complete frame that is accepted. Each must fit the terminal."""
        until = time.monotonic() + DEADLINE_S
        last = None
        while True:
            while (end := self.output.find("\x1b[J", self.read)) >= 0:
                begin = self.output.rindex("\x1b[H", 0, end) + 3
                self.read = end + 3
                last = Frame(self.output[begin:end])
                self.frames += 1
                self.check_size(last)
                if accept(last):
                    return last
            if not self.receive(until):
                shown = "\n".join(last.lines) if last else repr(self.output)
                raise AssertionError(f"no screen with {what}; the last one:\n{shown}")

    def check_size(self, frame):
        assert len(frame.lines) <= self.rows, f"{len(frame.lines)} lines on {self.rows}"
        for line in frame.lines:
            assert width(line) <= self.columns, f"{width(line)} columns on {self.columns}: {line}"

    def press(self, key, what, accept):
        os.write(self.terminal, key.encode())
        return self.frame(what, accept)

    def end(self):
        """Its exit code."""
        until = time.monotonic() + DEADLINE_S
        while self.receive(until):
            pass
        while time.monotonic() < until:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            select.select([], [], [], 0.02)
        os.kill(self.pid, signal.SIGKILL)
        raise AssertionError("it does not end")


def resize(terminal, columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def select_place(top, place):
    frame = top.frame("a selected actor", lambda f: f.selected is not None)
    for _ in range(MOST_ACTORS):
        if frame.selected_place() == place:
            return
        before = frame.selected_place()
        frame = top.press("\x1b[B", f"another actor than {before}", lambda f: f.selected_place() != before)
    raise AssertionError(f"the cursor keys do not reach {place}")


def handled_by(frame, place):
    """Messages since the actor's start."""
    return next(a[3] for a in frame.actors() if a[0] == place)


def check_screen(top):
    frame = top.frame("a healthy daemon", lambda f: f.has("healthy"))
    for part in (" up ", "PLACE ", "TOPIC  NONCE", "confirmed", "head ", "q quit"):
        assert frame.has(part), part
    assert len(frame.lines) == ROWS
    places = [a[0] for a in frame.actors()]
    assert places == sorted(places), f"sorted by place at first: {places}"


def check_sort(top):
    for name, column in (("busy", None), ("mailbox", 4), ("handled", 3), ("restarts", 2)):
        frame = top.press("s", f"order by {name}", lambda f: f.has(f"s sort ({name})"))
        if column is not None:
            values = [a[column] for a in frame.actors()]
            assert values == sorted(values, reverse=True), f"{name}: {values}"
    top.press("s", "order by place", lambda f: f.has("s sort (place)"))


def check_restart(top):
    select_place(top, "timer/1")
    frame = top.press("r", "the question", lambda f: f.has("restart timer/1? y/n"))
    before = handled_by(frame, "timer/1")
    top.press("n", "the refusal", lambda f: f.has("not restarted"))
    top.press("x", "the keys", lambda f: f.has("q quit"))  # of no meaning
    frame = top.frame("more messages of the same timer", lambda f: handled_by(f, "timer/1") > before)
    before = handled_by(frame, "timer/1")
    top.press("r", "the question", lambda f: f.has("restart timer/1? y/n"))
    top.press("y", "the answer", lambda f: f.has("restarting timer/1"))
    top.frame("a new timer", lambda f: handled_by(f, "timer/1") < before)


def check_pause(top):
    select_place(top, "timer/1")
    top.press("p", "the pause", lambda f: f.has("topic 1 is paused"))
    top.frame("a paused topic", lambda f: any(re.match(r"1 +paused ", line) for line in f.lines))
    top.press("p", "the end of the pause", lambda f: f.has("topic 1 is resumed"))
    top.frame("a topic that is not paused", lambda f: any(re.match(r"1 +(open|closed) ", line) for line in f.lines))


def check_resize(top):
    for columns, rows in ((60, 20), (132, 50), (COLUMNS, ROWS)):
        top.columns, top.rows = max(columns, top.columns), max(rows, top.rows)  # of the frames until then
        resize(top.terminal, columns, rows)
        top.frame(f"{rows} rows", lambda f: len(f.lines) == rows)
        top.columns, top.rows = columns, rows
        top.frame("another screen", lambda f: True)


def line_mode(top):
    return termios.tcgetattr(top.terminal)[3] & LINE_MODE


def check_quit(top, key):
    assert line_mode(top) == 0, "keys come one by one"
    os.write(top.terminal, key.encode())
    assert top.end() == 0, f"after {key!r}"
    assert top.output.startswith("\x1b[?1049h\x1b[?25l"), "the alternate screen"
    assert top.output.endswith("\x1b[?25h\x1b[?1049l"), f"the screen is left: {top.output[-40:]!r}"
    assert line_mode(top) == LINE_MODE, "the terminal's modes are as before"


def main():
    inferd = sys.argv[1]
    top = Top(inferd)
    check_screen(top)
    check_sort(top)
    check_restart(top)
    check_pause(top)
    check_resize(top)
    check_quit(top, "q")
    print(f"{top.frames} screens")
    for key in ("\x1b", "\x03"):  # escape, Ctrl-C
        top = Top(inferd)
        top.frame("a healthy daemon", lambda f: f.has("healthy"))
        check_quit(top, key)
    top = Top(inferd)
    top.frame("a healthy daemon", lambda f: f.has("healthy"))
    os.close(top.terminal)  # the window is closed, or ssh ends
    until = time.monotonic() + DEADLINE_S
    while os.waitpid(top.pid, os.WNOHANG)[0] == 0:
        assert time.monotonic() < until, "it outlives its terminal"
        select.select([], [], [], 0.02)
    top = Top(inferd, "--socket", "/nonexistent/admin.sock")
    assert top.end() != 0, "without a daemon it fails"
    assert "\x1b[?1049h" not in top.output, "and leaves the screen alone"
    assert "/nonexistent/admin.sock" in top.output, top.output


if __name__ == "__main__":
    main()
