"""A board on a cable: a pty at whose other end is a bootloader, and what it was flashed with.

somebody speaks to the bootloader -> the chip answers
he closes the port                -> a reset: the flash is read as the chip reads it
what was flashed runs on MicroPython's unix port, with the port as its serial line
"""

import os
import pty
import re
import select
import signal
import subprocess
import tempfile
import threading
import time
import tty
from contextlib import contextmanager, suppress
from pathlib import Path

from lokaalmeten.cli.flashing.layout import IMAGE_MAGIC, read_table
from tests.services.chip import END, Chip

REPOSITORY = Path(__file__).parents[2]
FLASHED = REPOSITORY / "tests/firmware/flashed.py"
RESTART = 3
CTRL_C = b"\x03"


class Board:
    """``port`` is what a program opens; ``runs`` tells whether what was flashed runs."""

    def __init__(self, micropython, folder, chip=None):
        self.chip = chip or Chip()
        self._micropython, self._folder = micropython, Path(folder)
        self._host, line = pty.openpty()
        tty.setraw(line)
        self.port = os.ttyname(line)
        os.close(line)
        self._process = None
        self._flashed = False
        self._stop, self._pressed = threading.Event(), threading.Event()
        self.said = b""
        self.log = self._folder / "board.log"

    def run(self):
        """Live until the end of the test."""
        while not self._stop.is_set():
            try:
                ready = select.select([self._host, *self._outputs()], [], [], 0.02)[0]
                octets = os.read(self._host, 65536) if self._host in ready else b""
            except OSError:  # nobody holds the other end
                octets = b""
                self._reset()
                time.sleep(0.005)
            if octets:
                self._hear(octets)
            if self._pressed.is_set():
                self._pressed.clear()
                self.stop()
                self.start()
            self._pass_on()

    def _hear(self, octets):
        if octets.startswith(b"IMPROV"):  # it was closed and opened in one moment
            self._reset()
        if self._process is None:
            self._flashed = True
            self._tell(self.chip.hear(octets))
        elif octets.startswith(END):  # esptool resets the chip into its bootloader
            self.stop()
            self._hear(octets)
        else:
            if CTRL_C in octets and b"IMPROV" not in octets and self._is_interrupted():
                self._process.send_signal(signal.SIGINT)
            with suppress(BrokenPipeError):  # it ends, to start anew
                self._process.stdin.write(octets)
                self._process.stdin.flush()

    def _is_interrupted(self):
        """Tell whether a Ctrl-C interrupts: not after micropython.kbd_intr(-1)."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        caught = int(re.search(r"^SigCgt:\s*(\w+)", status, re.M)[1], 16)
        return bool(caught & 1 << signal.SIGINT - 1)

    def _reset(self):
        """Start what is in the flash, when somebody spoke to the bootloader before."""
        if self._flashed:
            self._flashed = False
            self.chip.restart()
            self.start()

    def _tell(self, octets):
        while octets:
            try:
                octets = octets[os.write(self._host, octets) :]
            except OSError:
                return

    def _outputs(self):
        return [] if self._process is None else [self._process.stdout.fileno()]

    def _pass_on(self):
        """What the software says to who listens; start it anew when it wants that."""
        if self._process is None:
            return
        while select.select(self._outputs(), [], [], 0)[0]:
            octets = os.read(self._process.stdout.fileno(), 4096)
            if not octets:
                break
            self.said += octets
            if self.is_open():
                self._tell(octets)
        if self._process.poll() is not None:
            again = self._process.returncode == RESTART
            self.stop()
            if again:
                self._launch()

    def is_open(self):
        """Tell whether a program holds the port."""
        poll = select.poll()
        poll.register(self._host, select.POLLOUT | select.POLLHUP)
        return not any(event & select.POLLHUP for _, event in poll.poll(0))

    @property
    def runs(self):
        """Tell whether what was flashed runs."""
        return self._process is not None

    def start(self):
        """Do what the ROM does after a reset; a flash with nothing in it starts nothing."""
        flash = bytes(self.chip.flash)
        if flash[0] != IMAGE_MAGIC or flash[0x1_0000] != IMAGE_MAGIC:
            return
        table = {one.label: one for one in read_table(flash)}
        for label in ("vfs", "slog"):
            part = table[label]
            (self._folder / label).write_bytes(flash[part.at : part.at + part.size])
        self._launch()

    def _launch(self):
        simulated = REPOSITORY / "firmware/simulated"
        words = [str(self._folder / "vfs"), str(self._folder / "slog"), str(self._folder)]
        with tempfile.TemporaryDirectory() as place, self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._micropython, "-X", "heapsize=16M", FLASHED, *words],
                cwd=place,
                env={"MICROPYPATH": f"{simulated}:{REPOSITORY}:.frozen", "HOME": place},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
            )

    def stop(self):
        """Switch off what runs."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            with suppress(BrokenPipeError):
                self._process.stdin.close()
            self._process.stdout.close()
            self._process = None

    def press_reset(self):
        """Start what is in the flash."""
        self._pressed.set()

    def opened(self):
        """The port, as a program that listens holds it."""
        return Path(self.port).open("r+b", buffering=0)

    def end(self):
        """Take the board away."""
        self._stop.set()


@contextmanager
def on_cable(micropython, folder, chip=None):
    """A board, from the moment that it is there."""
    board = Board(micropython, folder, chip)
    thread = threading.Thread(target=board.run, daemon=True)
    thread.start()
    try:
        yield board
    finally:
        board.end()
        thread.join(5)
        board.stop()
        os.close(board._host)
