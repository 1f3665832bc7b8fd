"""The page: one block of samples, written once to flash, published unchanged, decoded in bulk.

All numbers are little-endian. One letter per byte:

    header   MM V S bbbb qqqq tttt cc ff                              20 bytes
    record   dd x [llll oooo aa] [nnnn] then the schema's counts     as drawn below, c times
    trailer  kkkk                                                     4 bytes

    M  magic, the letters "LM"            d  seconds after t                  u16
    V  version of this layout        u8   x  device bits, see BIT_* below     u8
    S  schema id, see SCHEMAS        u8   l  latitude, 1e-7 degree            i32  moving only
    b  boot id of the node           u32  o  longitude, 1e-7 degree           i32  moving only
    q  sequence, counted per node    u32  a  horizontal accuracy, cm          u16  moving only
    t  Unix seconds of the page      u32  counts: h i16, H u16, i i32, in the steps of quantities.py
    c  number of records             u16  k  CRC-32 (IEEE) of all bytes before it
    f  page flags, see FLAG_*        u16  n  the clock before it was set       u32  anchor only

    schema 1 "box"      3 + 4 x 4 + 2 x 2 + 4 + 6 x 2 = 39 bytes  fixed place
    schema 2 "bike"    13 + 3 x 4 + 2 x 2 + 4 + 4 x 2 = 41 bytes  moving
    schema 3 "counter"  3 + 2 x 2 + 2               =  9 bytes  fixed place
    schema 4 "anchor"   3 + 4                       =  7 bytes  of any node, one record a page

An anchor tells the time of a boot afterwards: at t + d the clock that stamped the pages of this
boot before it was set (seconds since boot, or an RTC that begins in 1970 or 2000) showed n. So
those pages lie t + d - n seconds later than they say.

A missing value is the sentinel of its letter, never 0. A value beyond its letter saturates
one step short of the sentinel's side, and the checks fail it: MicroPython's ``struct`` would
wrap it silently (40000 as ``h`` becomes -25536), CPython's would raise.

Runs unchanged under MicroPython and CPython: integers only, ``struct`` and ``binascii`` only.
"""

import struct
from binascii import crc32

MAGIC = b"LM"
VERSION = 2  # 1 had device bits of two bytes
HEADER = "<2sBBIIIHH"
HEADER_BYTES = 20
CRC_BYTES = 4
SAMPLES = 60  # samples in a full page: one a minute makes an hour, one a second a minute
MAX_OFFSET = 65535  # seconds that a record can lie after its page's time

FLAG_TICKS = 1  # t is what a clock showed that was not set: the node did not know the time

BIT_WARM_UP = 1  # a sensor was still warming up
BIT_NO_FIX = 2  # no position
BIT_PM_ERROR = 4  # particulate sensor failed
BIT_CLIMATE_ERROR = 8  # temperature, humidity or pressure sensor failed
BIT_CLOCK_UNSURE = 16  # time from the board's own clock, not from GNSS or NTP
BITS = 255  # what there is room for

MISSING = {"h": -32768, "H": 65535, "i": -2147483648, "I": 4294967295}
SPAN = {
    "h": (-32767, 32767),
    "H": (0, 65534),
    "i": (-2147483647, 2147483647),
    "I": (0, 4294967294),
}

PLACE = (("lat", "i"), ("lon", "i"), ("accuracy", "H"))
TICKS = (("ticks", "I"),)  # as wide as t, whose clock it is
ANCHOR = 4

# Letter of each quantity as quantities.py has it, and a test compares: a node has not that table.
CODES = {
    "pm1": "i", "pm25": "i", "pm4": "i", "pm10": "i", "temperature": "h", "humidity": "h",
    "pressure": "i", "voc_raw": "H", "nox_raw": "H", "co2": "H", "sound_laeq": "h",
    "sound_lamax": "h", "count_in": "H", "count_out": "H", "battery": "h",
}  # fmt: skip

# id: (name, moving or None for any node, quantities in the order of the record)
SCHEMAS = {
    1: (
        "box",
        False,
        (
            "pm1", "pm25", "pm4", "pm10", "temperature", "humidity", "pressure",
            "voc_raw", "nox_raw", "co2", "sound_laeq", "sound_lamax", "battery",
        ),
    ),
    2: (
        "bike",
        True,
        (
            "pm1", "pm25", "pm10", "temperature", "humidity", "pressure",
            "voc_raw", "nox_raw", "sound_laeq", "battery",
        ),
    ),
    3: ("counter", False, ("count_in", "count_out", "battery")),
    ANCHOR: ("anchor", None, ()),
}  # fmt: skip


def record_fields(schema):
    """Fields of a record, ``((name, letter), ...)``: offset, bits, place or ticks, counts."""
    _, moving, keys = SCHEMAS[schema]
    head = (("offset", "H"), ("bits", "B"))
    head += TICKS if schema == ANCHOR else PLACE if moving else ()
    return head + tuple([(key, CODES[key]) for key in keys])


def record_format(schema):
    """``struct`` format of one record."""
    return "<" + "".join([code for _, code in record_fields(schema)])


RECORD_BYTES = {schema: struct.calcsize(record_format(schema)) for schema in SCHEMAS}
PAGE_BYTES = HEADER_BYTES + SAMPLES * max(RECORD_BYTES.values()) + CRC_BYTES  # of the longest


def saturate(count, code):
    """Whole steps that fit the letter: None becomes its sentinel, the rest is cut to its span."""
    if count is None:
        return MISSING[code]
    low, high = SPAN[code]
    return low if count < low else high if count > high else count


class PageWriter:
    """Fills one page in a buffer that is made once and used again.

    ``begin`` a page, ``add`` samples until ``full``, ``seal`` it; the sealed bytes are a view
    into the buffer and stay valid until the next ``begin``.
    """

    def __init__(self, schema, samples=SAMPLES):
        """Prepare for pages of ``schema`` (a key of SCHEMAS) with room for ``samples`` records."""
        self.schema = schema
        self.samples = samples
        self._codes = [code for _, code in record_fields(schema)]
        self._format = record_format(schema)
        self._record_bytes = RECORD_BYTES[schema]
        self._buffer = bytearray(HEADER_BYTES + samples * self._record_bytes + CRC_BYTES)
        self._count = 0

    def begin(self, boot, sequence, time, flags=0):
        """Start page ``sequence`` of ``boot`` at ``time`` (Unix seconds, or see FLAG_TICKS)."""
        self._head = (boot, sequence, time)
        self._flags = flags
        self._count = 0

    def add(self, time, bits, *counts):
        """Append a sample: time, device bits, place (if moving) or ticks, counts; None = missing.

        Returns False, and adds nothing, when the page is full or the time does not fit in it.
        Raises ValueError when there are not as many values as the schema has: MicroPython's
        ``struct`` would fill up with zeros, and a zero is a measurement.
        """
        if len(counts) != len(self._codes) - 2:
            raise ValueError("schema %d takes %d values" % (self.schema, len(self._codes) - 2))
        row = [0, 0]
        for count, code in zip(counts, self._codes[2:]):
            row.append(saturate(count, code))
        return self.put(time, bits, row)

    def put(self, time, bits, row):
        """Append a sample as ``add`` does; ``row`` is two places for time and bits, then counts.

        The counts have been cut to their letters, as by ``saturate``.
        """
        offset = time - self._head[2]
        if self._count >= self.samples or offset < 0 or offset > MAX_OFFSET:
            return False
        row[0] = offset
        row[1] = bits & BITS
        at = HEADER_BYTES + self._count * self._record_bytes
        struct.pack_into(self._format, self._buffer, at, *row)
        self._count += 1
        return True

    def full(self):
        """Tell whether no further sample fits."""
        return self._count >= self.samples

    def empty(self):
        """Tell whether no sample was added since ``begin``."""
        return self._count == 0

    def seal(self, sequence=None):
        """Write header and CRC; return the page as a memoryview of the buffer.

        ``sequence`` is for whoever gives numbers to finished pages only.
        """
        boot, begun, time = self._head
        sequence = begun if sequence is None else sequence
        head = (MAGIC, VERSION, self.schema, boot, sequence, time, self._count, self._flags)
        struct.pack_into(HEADER, self._buffer, 0, *head)
        end = HEADER_BYTES + self._count * self._record_bytes
        view = memoryview(self._buffer)
        struct.pack_into("<I", self._buffer, end, crc32(view[:end]) & 0xFFFFFFFF)
        return view[: end + CRC_BYTES]


# Why a page is refused, in the order in which it is looked at, cheapest first.
REASONS = ("short", "magic", "version", "schema", "empty", "length", "crc")


def refuse_page(page):
    """Name the first thing that is wrong with the bytes (see REASONS), or None for a good page."""
    if len(page) < HEADER_BYTES + CRC_BYTES:
        return "short"
    magic, version, schema, _, _, _, count, _ = struct.unpack_from(HEADER, page, 0)
    if magic != MAGIC:
        return "magic"
    if version != VERSION:
        return "version"
    if schema not in SCHEMAS:
        return "schema"
    if count == 0:
        return "empty"
    end = HEADER_BYTES + count * RECORD_BYTES[schema]
    if len(page) != end + CRC_BYTES:
        return "length"
    if struct.unpack_from("<I", page, end)[0] != crc32(memoryview(page)[:end]) & 0xFFFFFFFF:
        return "crc"
    return None


def read_page(page):
    """Read a good page slowly: ``(schema, boot, sequence, time, flags, [record, ...])``.

    A record is a tuple in the order of ``record_fields`` with None for missing. The server
    decodes in bulk (``ingest/decode.py``); this is for a node's own use and for the tests.
    """
    _, _, schema, boot, sequence, time, count, flags = struct.unpack_from(HEADER, page, 0)
    fields = record_fields(schema)
    layout = record_format(schema)
    size = RECORD_BYTES[schema]
    records = []
    for index in range(count):
        values = struct.unpack_from(layout, page, HEADER_BYTES + index * size)
        record = []
        for (name, code), value in zip(fields, values):
            sentinel = name not in ("offset", "bits") and value == MISSING[code]
            record.append(None if sentinel else value)
        records.append(tuple(record))
    return schema, boot, sequence, time, flags, records
