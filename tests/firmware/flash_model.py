"""For MicroPython: a flash chip in memory, whose power can be cut in the middle of a write.

NOR flash as in the data sheets of the W25Q family: erasing 4 KiB sets every bit, programming clears
bits. Where the power goes, part of what was to be programmed is programmed.
"""

import vfs  # pyright: ignore[reportMissingModuleSource] - part of MicroPython

BLOCK = 4096


class PowerCut(BaseException):
    """The power went: what follows is a start."""


class Flash:
    """What vfs.VfsLfs2 asks of a block device; the power goes at operation ``cut_at``."""

    def __init__(self, blocks):
        self.image = bytearray(b"\xff" * (blocks * BLOCK))
        self.operations = 0
        self.cut_at = 0  # never

    def readblocks(self, block, buffer, offset=0):
        at = block * BLOCK + offset
        buffer[:] = memoryview(self.image)[at : at + len(buffer)]

    def writeblocks(self, block, buffer, offset=0):
        at = block * BLOCK + offset
        count = len(buffer)
        torn = self._count()
        if torn:
            count = (count * (self.operations % 7)) // 7
        for index in range(count):
            self.image[at + index] &= buffer[index]
        if torn:
            raise PowerCut

    def ioctl(self, operation, argument):
        if operation == 4:
            return len(self.image) // BLOCK
        if operation == 5:
            return BLOCK
        if operation == 6:
            torn = self._count()
            size = BLOCK // 2 if torn else BLOCK
            at = argument * BLOCK
            self.image[at : at + size] = b"\xff" * size
            if torn:
                raise PowerCut
            return 0
        return None

    def _count(self):
        self.operations += 1
        return self.operations == self.cut_at


def make(blocks):
    """A chip with an empty file system."""
    flash = Flash(blocks)
    vfs.VfsLfs2.mkfs(flash, progsize=32, readsize=32, lookahead=32)  # pyright: ignore[reportArgumentType]
    return flash


def survive(flash):
    """The chip after the cut: what was open is gone, also what would be closed by the collector."""
    left = Flash(len(flash.image) // BLOCK)
    left.image, flash.image = flash.image, bytearray(flash.image)
    left.operations = flash.operations
    return left


def mount(flash, place):
    """Mount the flash as after a start."""
    try:
        vfs.umount(place)
    except OSError:
        pass
    vfs.mount(vfs.VfsLfs2(flash, progsize=32, readsize=32, lookahead=32), place)
