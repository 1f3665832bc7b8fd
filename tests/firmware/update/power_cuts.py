"""For MicroPython: updates a board from release 1 to 2 with the power cut at one place after the
other; prints what became of each, one line a cut.

Arguments: release 1, release 2, public key, and how many operations lie between two cuts.
"""

import asyncio
import json
import os
import struct
import sys

import boot  # pyright: ignore[reportMissingImports] - as it lies on a board
from flash_model import BLOCK, Flash, PowerCut, make, mount, survive

from firmware.files import Files
from firmware.update.slots import Slots
from firmware.update.trial import Trial
from firmware.update.updater import Updater

BOARD = "/board"
STARTS = 12


class Memory:
    """A reader as of asyncio over bytes: the answer of a server."""

    def __init__(self, content):
        self._content = content
        self._at = 0
        self._head = None

    def write(self, request):
        begin = int(request.split(b"bytes=")[1].split(b"-")[0])
        head = "HTTP/1.1 206 Partial\r\nContent-Range: bytes %d-/*\r\n\r\n" % begin
        self._content = head.encode() + self._content[begin:]

    async def drain(self):
        pass

    async def read(self, count):
        got = self._content[self._at : self._at + count]
        self._at += len(got)
        return got

    def close(self):
        pass

    async def wait_closed(self):
        pass


def read_files(release):
    """Path and hash of each file of a release, and its bytes."""
    length = struct.unpack("<4sI", release[:8])[1]
    manifest = json.loads(release[8 : 8 + length])
    at = 8 + length + 64
    for file in manifest["files"]:
        yield file["path"], release[at : at + file["bytes"]]
        at += file["bytes"]


class Board:
    """A board that starts, updates itself and is cut off."""

    def __init__(self, image, first, second, key):
        self.flash = Flash(len(image) // BLOCK)
        self.flash.image[:] = image
        self.contents = [dict(read_files(each)) for each in (first, second)]
        self.second = second
        self.key = key

    def start(self):
        """One life: boot, be looked at, update or be confirmed. Returns the release that ran."""
        mount(self.flash, BOARD)
        folder = boot.start(BOARD + "/slots.json")
        ran = self.identify(folder)
        if ran is None:
            return None
        files = Files(os, BOARD)
        slots = Slots(files)
        assert slots.running == folder, (slots.running, folder)
        if slots.on_trial:
            trial = Trial(slots)
            for _ in range(3):
                trial.note_sample()
            trial.note_broker()
            assert trial.look(301) == "confirmed"
        elif ran == 1:
            asyncio.run(self.update(files, slots))
        return ran

    async def update(self, files, slots):
        async def connect(host, port, tls):
            memory = Memory(self.second)
            return memory, memory

        updater = Updater(files, slots, connect, "box-1", "stable", "1.0.0", lambda: None)
        await updater.install("http://here/release")

    def identify(self, folder):
        """Release that lies whole in a folder: 1 or 2; None is a brick."""
        for number, contents in enumerate(self.contents):
            if all(self.read(folder, path) == content for path, content in contents.items()):
                return number + 1
        return None

    def read(self, folder, path):
        try:
            with open("%s/%s/%s" % (BOARD, folder, path), "rb") as file:
                return file.read()
        except OSError:
            return None


def make_image(first, key):
    """A board as it leaves the workbench: release 1 in folder a."""
    flash = make(128)
    mount(flash, BOARD)
    files = Files(os, BOARD)
    for path, content in read_files(first):
        files.write("a/" + path, content)
    files.write("slots.json", b'{"good": "a"}')
    files.write("release.pub", key)
    return bytes(flash.image)


def live(board):
    """Start again and again until release 2 is confirmed; which releases ran, and 0 for a cut."""
    ran = []
    for _ in range(STARTS):
        try:
            number = board.start()
        except PowerCut:
            number = 0
            board.flash = survive(board.flash)
        if number is None:
            return ran, "bricked"
        ran.append(number)
        state = json.loads(board.read("", "slots.json") or b"{}")
        if number == 2 and not state["trial"] and state["good"] == "b":
            return ran, "updated"
    return ran, "stuck"


if __name__ == "__main__":
    first, second, key = [open(name, "rb").read() for name in sys.argv[1:4]]
    image = make_image(first, key)
    board = Board(image, first, second, key)
    ran, end = live(board)
    total = board.flash.operations
    print("uncut", total, "".join([str(number) for number in ran]), end)
    for cut in range(1, total + 1, int(sys.argv[4])):
        board = Board(image, first, second, key)
        board.flash.cut_at = cut
        ran, end = live(board)
        print("cut", cut, "".join([str(number) for number in ran]), end)
