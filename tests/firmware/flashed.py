# pyright: reportAttributeAccessIssue=false, reportArgumentType=false, reportPossiblyUnboundVariable=false
# pyright: reportMissingImports=false, reportMissingModuleSource=false
"""Runs what a flash holds, on MicroPython: the root of its files, boot.py and main.py from there.

Arguments: file of the partition of files, file of the outbox, folder for what outlives a restart.
Only chip and devices are simulated; not one module of the node software is taken from the host.
"""

import asyncio
import json
import socket  # noqa: F401 - main.py finds these where they are now
import ssl  # noqa: F401
import sys
import time

import machine  # this and the next of firmware/simulated, in front of those of main.py
import network
import vfs

from firmware.simulated.board import Board, Watchdog
from firmware.simulated.built import connect
from firmware.simulated.devices import Air
from firmware.simulated.file_flash import Image
from firmware.simulated.flash import SECTOR, Flash
from firmware.simulated.rtc import read_left, write_left

RESTART = 3
FILES, OUTBOX, KEPT = sys.argv[1:4]


class Partition:
    """esp32.Partition, of the two that a node has."""

    TYPE_DATA = 1

    @staticmethod
    def find(kind, label):
        """Partitions of that name."""
        return [slog] if label == "slog" else []


class Esp32:
    """The module."""

    Partition = Partition

    @staticmethod
    def wake_on_ext0(pin, level):
        """Wake by a pin."""


class Ticking:
    """Time of the devices."""

    begin = time.ticks_ms()

    @property
    def ms(self):
        """Milliseconds since the start."""
        return time.ticks_diff(time.ticks_ms(), self.begin)


class Plain:
    """A partition in a file, as littlefs wants it."""

    def __init__(self, path, blocks):
        self.blocks = blocks
        self.file = open(path, "r+b")

    def readblocks(self, block, buffer, offset=0):
        """Fill a buffer."""
        self.file.seek(block * SECTOR + offset)
        self.file.readinto(buffer)

    def writeblocks(self, block, buffer, offset=0):
        """Write a buffer."""
        self.file.seek(block * SECTOR + offset)
        self.file.write(buffer)
        self.file.flush()

    def ioctl(self, request, argument):
        """Say how large it is; erase a block."""
        if request == 6:
            self.writeblocks(argument, b"\xff" * SECTOR)
        return {4: self.blocks, 5: SECTOR}.get(request, 0)


def run(path):
    """Run a file of the flash as the chip does."""
    with open(path) as file:
        exec(compile(file.read(), path, "exec"), {"__name__": "__main__"})


async def look():
    """Let happen on the board what is due."""
    while True:
        board.look()
        await asyncio.sleep_ms(100)


left = read_left(KEPT, None)
board = Board(Ticking()).put_in_place()
board.cause, board.memory = left.cause, left.memory
network.air.points = {"home": ("secret-home", -60, 500)}
slog = Flash(1024, data=Image(OUTBOX, 1024 * SECTOR))
sys.modules["esp32"] = Esp32
disk = vfs.VfsLfs2(Plain(FILES, 512))
vfs.mount(disk, "/disk")
with open("/disk/board.json") as file:
    built = __import__("firmware.boards." + json.load(file)["board"], None, None, ("NAME",))
connect(built, board, Air(), int(time.time()))
vfs.umount("/disk")
for name in [one for one in sys.modules if one.split(".")[0] in ("firmware", "lokaalmeten")]:
    if not name.startswith("firmware.simulated") and name != "firmware":
        del sys.modules[name]
import firmware  # noqa: E402
from tests.firmware import repl  # noqa: E402

firmware.__path__ = "/firmware"
sys.path[:] = ["/", ".frozen"]
vfs.umount("/")
vfs.mount(disk, "/")
asyncio.create_task(look())  # noqa: RUF006 - it lives in the queue of the loop
try:
    run("/boot.py")
    try:
        run("/main.py")
    except KeyboardInterrupt:
        repl.speak(lambda: run("/boot.py"))
except machine.Reset:
    cause = machine.SOFT_RESET
except Watchdog:
    cause = machine.WDT_RESET
vfs.umount("/")
vfs.mount(vfs.VfsPosix(), "/")
write_left(KEPT, board.memory, cause, False)
sys.exit(RESTART)
