"""A ring of records on raw NOR flash: what was appended survives a power cut at any moment.

No file system: one page costs its bytes and eight more. The log runs through the sectors in turn
and a record goes on in the next one, so that nothing is lost at their ends. All little-endian:

    sector   CCCC nnnn dddd ff -- kkkk                                 20 bytes, then records
    record   LL ll a x, then L bytes that end with the CRC-32 of those before, as pages do

    C  "LMo1", programmed by itself after an erase: without it the erase may not have ended
    n  number of the sector, one more than the one before it; it lies at n modulo sectors  u32
    d  records dropped so far, with those that die when the sector after this one is erased  u32
    f  where the first record of this sector begins                    u16
    k  CRC-32 of the 16 bytes before
    L  bytes of the record, u16; l the same, inverted: a torn length never looks like one
    a  FF, cleared when the record is done with
    x  FF, 00 for a record that outlives its sector: it is copied before that is erased

The sector after the newest is always erased. An address counts bytes since sector 0 was first
opened: it only grows, and an address below ``tail`` is gone.
"""

import struct
from binascii import crc32

SECTOR = 4096
CLEAN = b"LMo1"
HEAD = "<4sIIHHI"
HEAD_BYTES = 20
RECORD = "<HHBB"
RECORD_BYTES = 6
SHORTEST = 24  # a record that begins in a sector has this much of it there
LAST = SECTOR - RECORD_BYTES - SHORTEST  # where a record can begin at the latest
LONGEST = LAST - HEAD_BYTES  # so that it ends in the next sector
LASTING = 40  # bytes of a record that outlives its sector, at most
CRC_RESIDUE = 0x2144DF1C  # CRC-32 of anything that is followed by its own CRC-32
FREE = 0xFF
BLANK = b"\xff" * RECORD_BYTES


class Ring:
    """Records on a partition (readblocks, writeblocks and ioctl as in esp32.Partition).

    ``tail`` and ``end`` are addresses; ``live`` counts the records that are not done with and
    ``dropped`` those that had to make room before they were.
    """

    def __init__(self, flash):
        """Find what is there; an empty partition is made ready, a torn last record is put aside."""
        self._flash = flash
        self._sectors = flash.ioctl(4, 0)
        self._head = bytearray(HEAD_BYTES)
        self._record = bytearray(RECORD_BYTES)
        self._chunk = bytearray(128)
        self._first = bytearray(2)
        self.dropped = self.live = self.tail = self.end = 0
        self._number = -1
        self._oldest = 0  # address below which every record is done with
        self.length = 0  # of the record that `find` came to
        self._lasting = False
        if self._find_newest():
            self._find_tail()
            self._find_end()
            self._make_room()
        else:
            self._erase(0)
            self._open(HEAD_BYTES)
            self._make_room()
        self._count_live()

    def append(self, data, lasting=False):
        """Write a record that ends with its CRC-32; when this returns it is safe.

        The oldest sector makes room. Raises OSError when the flash does not work; what was half
        written then stays behind in its sector.
        """
        longest = LASTING if lasting else LONGEST
        if not SHORTEST <= len(data) <= longest:
            raise ValueError("a record has %d to %d bytes" % (SHORTEST, longest))
        try:
            self._settle_end(len(data))
            self._write(data, lasting)
        except OSError:
            self.end = (self._number + 1) * SECTOR
            raise
        self.live += 1

    def find(self, at):
        """Address of the first record from ``at`` on that is not done with, or None at the end.

        Its bytes are in ``length`` then.
        """
        from_oldest = at <= self._oldest
        at = self._settle(max(at, self._oldest))
        while at < self.end:
            if self._read_record(at) and self._record[4] == FREE:
                break
            at = self._settle_after(at)
        if from_oldest:
            self._oldest = at
        return at if at < self.end else None

    def after(self, at):
        """Address at which to look for the record after the one at ``at``."""
        if at < self.tail:
            return self.tail
        return self._settle_after(at) if self._read_record(at) else at

    def read(self, at, buffer):
        """Fill the buffer with the first bytes of a record."""
        at += RECORD_BYTES
        room = SECTOR - (at & 4095)
        if len(buffer) <= room:
            self._flash.readblocks(at // SECTOR % self._sectors, buffer, at & 4095)
            return
        view = memoryview(buffer)
        self._flash.readblocks(at // SECTOR % self._sectors, view[:room], at & 4095)
        self._flash.readblocks((at // SECTOR + 1) % self._sectors, view[room:], HEAD_BYTES)

    def clear(self, at):
        """Mark a live record as done with."""
        self._program(at + 4, b"\x00")
        self.live -= 1

    # writing

    def _settle_end(self, size):
        """Go on to the next sector where no record can begin, and rather than lose a lasting one.

        A record that goes over the end of its sector may leave no room in the next one for those
        that outlive the sector which is then erased.
        """
        while not self.end & 4095 or self.end & 4095 > LAST:
            self._open(HEAD_BYTES)
            self._make_room()
        over = (self.end & 4095) + RECORD_BYTES + size - SECTOR
        doomed = self._number + 2 - self._sectors
        if over > 0 and self._count(doomed, True) > to_carried(HEAD_BYTES + over):
            self._open(HEAD_BYTES)
            self._make_room()

    def _write(self, data, lasting):
        """Program a record from ``end`` on, over the end of the sector if need be."""
        size = len(data)
        struct.pack_into(RECORD, self._record, 0, size, size ^ 0xFFFF, FREE, 0 if lasting else FREE)
        at = self.end
        self._program(at, self._record)
        at += RECORD_BYTES
        room = SECTOR - (at & 4095)
        if size <= room:
            self._program(at, data)
            self.end = at + size
            return
        view = memoryview(data)
        self._program(at, view[:room])
        self._open(HEAD_BYTES + size - room)
        self._program(self._number * SECTOR + HEAD_BYTES, view[room:])
        self._make_room()

    def _open(self, first):
        """Begin the next sector, whose first record will begin at ``first``."""
        number = self._number + 1
        doomed = number + 1 - self._sectors
        lost = max(0, self._count(doomed, True) - to_carried(first))
        dropped = self.dropped + lost + self._count(doomed, False)
        head = self._head
        struct.pack_into(HEAD, head, 0, CLEAN, number, dropped, first, 0xFFFF, 0)
        struct.pack_into("<I", head, 16, crc32(memoryview(head)[:16]) & 0xFFFFFFFF)
        self._program(number * SECTOR + 4, memoryview(head)[4:])
        self._number = number
        self.dropped = dropped
        self.end = number * SECTOR + first

    def _count(self, number, lasting):
        """Live records that begin in a sector, the lasting ones or the others."""
        count = 0
        if number * SECTOR < self.tail:
            return count
        at = self.find(number * SECTOR)
        while at is not None and at // SECTOR == number:
            count += self._lasting == lasting
            at = self.find(self.after(at))
        return count

    def _make_room(self):
        """Have an erased sector after the newest; what outlives the old one is copied first."""
        old = self._number + 1 - self._sectors
        if old >= 0 and old * SECTOR >= self.tail:
            self._carry(old)
            self.tail = (old + 1) * SECTOR
        if not self._is_clean((self._number + 1) % self._sectors):
            self._erase((self._number + 1) % self._sectors)

    def _carry(self, number):
        """Copy the lasting records of a sector to the end, as far as they fit in the newest."""
        at = self.find(number * SECTOR)
        while at is not None and at // SECTOR == number:
            self.live -= 1
            fits = self.end + RECORD_BYTES + LASTING <= (self._number + 1) * SECTOR
            if self._lasting and fits:
                copy = bytearray(self.length)
                self.read(at, copy)
                self._write(copy, True)
                self.live += 1
            at = self.find(self.after(at))

    def _erase(self, index):
        self._flash.ioctl(6, index)
        self._flash.writeblocks(index, CLEAN, 0)

    def _program(self, at, data):
        self._flash.writeblocks(at // SECTOR % self._sectors, data, at & 4095)

    # reading

    def _read_record(self, at):
        """Read the head of a record; True when there is one."""
        self._flash.readblocks(at // SECTOR % self._sectors, self._record, at & 4095)
        length, inverse, _, lasting = struct.unpack_from(RECORD, self._record, 0)
        sound = length ^ inverse == 0xFFFF and SHORTEST <= length <= LONGEST
        self.length = length if sound else 0
        self._lasting = lasting != FREE
        return sound

    def _settle_after(self, at):
        """Address after the record whose head was just read.

        After a torn head nothing was written, so the next record follows it; after a blank one
        there is none in this sector.
        """
        if self._record == BLANK:
            return self._enter(at // SECTOR + 1)
        return self._settle_from(at // SECTOR, at + RECORD_BYTES + self.length)

    def _settle_from(self, number, at):
        if at - number * SECTOR <= LAST:
            return at
        return self._enter(number + 1)

    def _settle(self, at):
        """The address itself, or where records begin when it is a sector's or gone."""
        at = max(at, self.tail)
        if not at & 4095:
            return self._enter(at // SECTOR)
        return self._settle_from(at // SECTOR, at)

    def _enter(self, number):
        """Address of the first record of a sector; ``end`` when there is no such sector yet."""
        if number > self._number:
            return self.end
        self._flash.readblocks(number % self._sectors, self._first, 12)
        first = self._first[0] | self._first[1] << 8
        return self._settle_from(number, number * SECTOR + first)

    def _read_head(self, index):
        """Number of the sector that lies there, or None."""
        self._flash.readblocks(index, self._head, 0)
        clean, number, _, _, _, check = struct.unpack_from(HEAD, self._head, 0)
        if clean != CLEAN or check != crc32(memoryview(self._head)[:16]) & 0xFFFFFFFF:
            return None
        return number if number % self._sectors == index else None

    def _is_clean(self, index):
        """Tell whether a sector was erased to the end and not written since."""
        chunk = self._chunk
        for at in range(0, SECTOR, len(chunk)):
            self._flash.readblocks(index, chunk, at)
            blank = chunk.count(b"\xff") if at else chunk[4:].count(b"\xff") + 4
            if blank != len(chunk) or (at == 0 and chunk[:4] != CLEAN):
                return False
        return True

    def _is_sound(self, at, length):
        """Tell whether a record ends with its CRC-32."""
        at += RECORD_BYTES
        crc = 0
        while length:
            if not at & 4095:
                at += HEAD_BYTES
            size = min(length, len(self._chunk), SECTOR - (at & 4095))
            part = memoryview(self._chunk)[:size]
            self._flash.readblocks(at // SECTOR % self._sectors, part, at & 4095)
            crc = crc32(part, crc)
            at += size
            length -= size
        return crc & 0xFFFFFFFF == CRC_RESIDUE

    # after a start

    def _find_newest(self):
        for index in range(self._sectors):
            number = self._read_head(index)
            if number is not None and number > self._number:
                self._number = number
        return self._number >= 0

    def _find_tail(self):
        """The oldest sector from which the numbers rise without a hole up to the newest."""
        oldest = self._number
        lowest = max(0, self._number + 1 - self._sectors)
        while oldest > lowest and self._read_head((oldest - 1) % self._sectors) == oldest - 1:
            oldest -= 1
        self.tail = oldest * SECTOR
        self._read_head(self._number % self._sectors)
        self.dropped = struct.unpack_from(HEAD, self._head, 0)[2]

    def _find_end(self):
        """Where to go on writing; the last record is put aside when it was not written whole."""
        limit = (self._number + 1) * SECTOR
        self.end = limit  # for `_enter`: there is no further sector
        at, last, size = self._settle(max(self.tail, (self._number - 1) * SECTOR)), None, 0
        while at < limit:
            if self._read_record(at):
                last, size = at, self.length
            elif self._record == BLANK and at // SECTOR == self._number:
                break
            at = self._settle_after(at)
        self.end = at
        if last is not None and not self._is_whole(last, size):
            self.clear(last)

    def _is_whole(self, at, size):
        """Tell whether the newest record is sound and its end lies in a sector that was opened."""
        if at + RECORD_BYTES + size > (self._number + 1) * SECTOR:
            return False
        return self._is_sound(at, size)

    def _count_live(self):
        self.live = 0
        at = self.find(self.tail)
        while at is not None:
            self.live += 1
            at = self.find(self.after(at))


def to_carried(first):
    """How many lasting records a new sector takes after ``first``.

    The quarter that is left is for what is new, and for copies that a power cut tore.
    """
    return max(0, (SECTOR - SECTOR // 4 - first) // (RECORD_BYTES + LASTING))
