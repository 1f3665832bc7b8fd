"""Records packed by native code: a sample must not allocate, and `struct` with a star does.

A call of `struct` with sixteen arguments allocates nothing, but takes four times as long as this.
"""

from array import array

import micropython

from lokaalmeten.wire import HEADER_BYTES, MAX_OFFSET, PageWriter, record_fields

WIDTHS = {"B": 1, "h": 2, "H": 2, "i": 4, "I": 4}


@micropython.viper  # pyright: ignore[reportArgumentType] - the stub knows no arguments
def pack(buffer: ptr8, at: int, row: ptr32, widths: ptr8):  # noqa: F821 - viper's own types
    """Write ``row`` at ``at``, little-endian, 1, 2 or 4 bytes a value, until a width is 0."""
    index = 0
    width = int(widths[0])
    while width:
        value = int(row[index])
        buffer[at] = value & 0xFF
        if width > 1:
            buffer[at + 1] = value >> 8 & 0xFF
        if width == 4:
            buffer[at + 2] = value >> 16 & 0xFF
            buffer[at + 3] = value >> 24 & 0xFF
        at += width
        index += 1
        width = int(widths[index])


class RecordWriter(PageWriter):
    """A page writer that allocates nothing for a record; `row` is filled from outside."""

    def __init__(self, schema, samples):
        """As `PageWriter`."""
        super().__init__(schema, samples)
        codes = [code for _, code in record_fields(schema)]
        self.row = array("i", [0 for _ in codes])
        self._widths = bytes([WIDTHS[code] for code in codes] + [0])
        self._at = 0
        self._begun = 0

    def begin(self, boot, sequence, time, flags=0):
        """As `PageWriter`."""
        super().begin(boot, sequence, time, flags)
        self._at = HEADER_BYTES
        self._begun = time

    def put(self, time, bits, row):
        """As `PageWriter`, in as few steps as it can be done."""
        offset = time - self._begun
        if self._count >= self.samples or offset < 0 or offset > MAX_OFFSET:
            return False
        row[0] = offset
        row[1] = bits
        pack(self._buffer, self._at, row, self._widths)  # pyright: ignore[reportCallIssue]
        self._at += self._record_bytes
        self._count += 1
        return True
