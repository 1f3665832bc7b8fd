"""Makes the file system of a board, as a file: `meten flash` runs this on MicroPython's unix port.

One argument, a file of JSON:

    image   file to write
    blocks  blocks of 4096 bytes that the partition has
    files   path on the board by path here

The last line that is printed is the number of bytes; blocks at the end that nobody wrote are left
out, because littlefs erases a block before it uses it.
"""

import json
import os
import sys

import vfs

BLOCK = 4096
FOLDER = "/image"


class Memory:
    """Blocks in memory, as littlefs wants them."""

    def __init__(self, blocks):
        self.blocks = blocks
        self.data = bytearray(b"\xff" * (blocks * BLOCK))

    def readblocks(self, block, buffer, offset=0):
        """Fill a buffer."""
        begin = block * BLOCK + offset
        buffer[:] = self.data[begin : begin + len(buffer)]

    def writeblocks(self, block, buffer, offset=0):
        """Write a buffer."""
        begin = block * BLOCK + offset
        self.data[begin : begin + len(buffer)] = buffer

    def ioctl(self, request, argument):
        """Say how many blocks there are, how long they are; erase one."""
        if request == 4:
            return self.blocks
        if request == 5:
            return BLOCK
        if request == 6:
            self.data[argument * BLOCK : (argument + 1) * BLOCK] = b"\xff" * BLOCK
        return 0


def make_image(files, blocks):
    """Bytes of a file system with these files, {path on the board: path here}."""
    memory = Memory(blocks)
    vfs.VfsLfs2.mkfs(memory)
    vfs.mount(vfs.VfsLfs2(memory, mtime=False), FOLDER)  # the same files make the same bytes
    for name in sorted(files):
        make_folders(name)
        with open(files[name], "rb") as here, open(FOLDER + "/" + name, "wb") as there:
            there.write(here.read())
    vfs.umount(FOLDER)
    return bytes(memory.data[: count_used(memory.data) * BLOCK])


def make_folders(name):
    """Make the folders in which a file is to lie."""
    parts = name.split("/")[:-1]
    for count in range(len(parts)):
        try:
            os.mkdir(FOLDER + "/" + "/".join(parts[: count + 1]))
        except OSError:
            pass  # it is there


def count_used(data):
    """Blocks up to the last that somebody wrote."""
    blank = b"\xff" * BLOCK
    count = len(data) // BLOCK
    while count and data[(count - 1) * BLOCK : count * BLOCK] == blank:
        count -= 1
    return count


with open(sys.argv[1]) as file:
    wanted = json.load(file)
image = make_image(wanted["files"], wanted["blocks"])
with open(wanted["image"], "wb") as file:
    file.write(image)
print(len(image))  # noqa: T201 - its answer
