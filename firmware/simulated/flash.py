"""NOR flash behind the interface of esp32.Partition, and the moments at which power fails.

As the datasheets of the chips have it (W25Q64JV, chapters 8.2.12 and 8.2.16): an erase sets a
sector of 4 KiB to ones, a program only clears bits. Power that fails during a program leaves a
part of the bytes, the last of them half done; during an erase it leaves anything.

Runs under CPython and MicroPython.
"""

SECTOR = 4096
PAGE = 256  # bytes that a chip programs or erases in one go inside


class PowerCut(BaseException):
    """The supply went away during an operation."""


class Flash:
    """``sectors`` of flash; ``programs``, ``erases`` and ``programmed_bytes`` are counted."""

    def __init__(self, sectors, random=None, data=None):
        """``random`` (a function of a limit) chooses what a cut leaves; ``data`` is read on."""
        self.data = bytearray(b"\xff" * (sectors * SECTOR)) if data is None else data
        self.sectors = sectors
        self.operations = self.programs = self.erases = self.programmed_bytes = 0
        self._random = random
        self._cut_at = None

    def cut_in(self, operations):
        """Have the power fail during the operation after so many; None is never."""
        self._cut_at = None if operations is None else self.operations + operations

    @property
    def doomed(self):
        """Tell whether the power is to fail during an operation that is still to come."""
        return self._cut_at is not None

    def readblocks(self, block, buffer, offset=0):
        """Fill the buffer from ``offset`` of a block."""
        at = block * SECTOR + offset
        if at + len(buffer) > len(self.data):
            raise OSError(22)
        buffer[:] = self.data[at : at + len(buffer)]

    def writeblocks(self, block, buffer, offset=None):
        """Program at an offset; without one a whole block, erased first."""
        if offset is None:
            for sector in range(block, block + len(buffer) // SECTOR):
                self.ioctl(6, sector)
            offset = 0
        at = block * SECTOR + offset
        old = int.from_bytes(self.data[at : at + len(buffer)], "little")
        new = int.from_bytes(buffer, "little")
        if at + len(buffer) > len(self.data):
            raise OSError(22)
        if new & ~old:
            raise AssertionError("%d bytes at %d set bits that need an erase" % (len(buffer), at))
        if self._is_cut():
            self._tear_program(at, buffer)
        self.data[at : at + len(buffer)] = buffer
        self.programs += 1
        self.programmed_bytes += len(buffer)

    def ioctl(self, operation, argument):
        """The block protocol: 4 is the number of blocks, 5 their size, 6 erases one."""
        if operation == 4:
            return self.sectors
        if operation == 5:
            return SECTOR
        if operation == 6:
            if self._is_cut():
                self._tear_erase(argument * SECTOR)
            at = argument * SECTOR
            self.data[at : at + SECTOR] = b"\xff" * SECTOR
            self.erases += 1
        return 0

    def _is_cut(self):
        self.operations += 1
        return self._cut_at is not None and self.operations > self._cut_at

    def _tear_program(self, at, buffer):
        whole = self._random(len(buffer) + 1)
        self.data[at : at + whole] = buffer[:whole]
        if whole < len(buffer):
            self.data[at + whole] &= buffer[whole] | self._random(256)
        self._cut_at = None
        raise PowerCut

    def _tear_erase(self, at):
        for page in range(at, at + SECTOR, PAGE):
            fate = self._random(3)
            if fate == 1:
                self.data[page : page + PAGE] = b"\xff" * PAGE
            elif fate == 2:
                for byte in range(page, page + PAGE):
                    self.data[byte] |= self._random(256)
        self._cut_at = None
        raise PowerCut
