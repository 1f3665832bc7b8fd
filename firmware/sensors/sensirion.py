"""How Sensirion's I2C sensors talk: commands of 16 bits, words of 16 bits with a CRC each.

CRC-8 with polynomial 0x31 and start 0xFF over the two bytes of a word; BE EF gives 92 (SPS30
datasheet, section 6.2; the same in those of SEN5x and SGP41).
"""

# the CRC of each half byte, so that a byte takes two steps instead of eight
NIBBLES = b"\x00\x31\x62\x53\xc4\xf5\xa6\x97\xb9\x88\xdb\xea\x7d\x4c\x1f\x2e"


def crc8(high, low):
    """CRC of one word."""
    crc = 0xFF ^ high
    crc = (crc << 4) & 0xFF ^ NIBBLES[crc >> 4]
    crc = (crc << 4) & 0xFF ^ NIBBLES[crc >> 4] ^ low
    crc = (crc << 4) & 0xFF ^ NIBBLES[crc >> 4]
    return (crc << 4) & 0xFF ^ NIBBLES[crc >> 4]


def put_word(buffer, at, word):
    """Write a word and its CRC."""
    buffer[at] = word >> 8
    buffer[at + 1] = word & 0xFF
    buffer[at + 2] = crc8(word >> 8, word & 0xFF)


class Words:
    """An answer of ``count`` words in a buffer that is made once."""

    def __init__(self, bus, address, count):
        """``bus`` is an I2C bus, see `firmware.sensors.bus`."""
        self._bus = bus
        self._address = address
        self._buffer = bytearray(3 * count)
        self._before = bytearray(3 * count)
        self.same = False  # the answer is, byte for byte, the one before

    def receive(self):
        """Read the answer; ValueError when a CRC is wrong."""
        self._buffer, self._before = self._before, self._buffer
        buffer = self._buffer
        self._bus.readfrom_into(self._address, buffer)
        for at in range(0, len(buffer), 3):
            if crc8(buffer[at], buffer[at + 1]) != buffer[at + 2]:
                raise ValueError("CRC of word %d" % (at // 3))
        self.same = buffer == self._before

    def word(self, index):
        """Word of the answer, unsigned."""
        return self._buffer[3 * index] << 8 | self._buffer[3 * index + 1]

    def signed(self, index):
        """Word of the answer, two's complement."""
        word = self.word(index)
        return word - 65536 if word & 0x8000 else word
