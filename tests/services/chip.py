"""The bootloader in the ROM of an ESP32-S3, as far as esptool and esptool-js ask.

Frames and commands are those of Espressif's "Serial Protocol": SLIP around

    00 command  size u16  checksum u32  data        to the chip
    01 command  size u16  value u32     data status from the chip; status is 4 bytes, of a stub 2

A stub that is uploaded is not run: once it is started, the chip answers as a stub would.
"""

import hashlib
import struct
import zlib

END, ESCAPE = b"\xc0", b"\xdb"
SYNC, READ_REG, SECURITY_INFO, MD5 = 0x08, 0x0A, 0x14, 0x13
BEGIN, DATA, FINISH = 0x02, 0x03, 0x04
PACKED_BEGIN, PACKED_DATA, PACKED_FINISH = 0x10, 0x11, 0x12
MEM_END, ERASE, ERASE_REGION, READ_FLASH = 0x06, 0xD0, 0xD1, 0xD2
S3, C3, CLASSIC = 9, 5, 0  # chip ids, as images name them
FLASH_ID = 0x1740C8  # 8 MB
FLASH_ID_AT = 0x6000_2058  # W0 of SPI1
REGISTERS = {  # address of the radio; what tells an ESP32 from its successors
    0x6000_7044: 0x0000_0001,
    0x6000_7048: 0x0000_0200,
    0x4000_1000: 0x00F0_1D83,
}
SECTOR = 4096
BAD_CHECKSUM, UNKNOWN = 7, 5


def to_frame(content):
    """SLIP frame."""
    return END + content.replace(ESCAPE, b"\xdb\xdd").replace(END, b"\xdb\xdc") + END


def from_frame(content):
    """What is in a frame."""
    return content.replace(b"\xdb\xdc", END).replace(b"\xdb\xdd", ESCAPE)


class Chip:
    """A chip with its flash; bytes go in, bytes come out.

    ``pulled_at`` bytes of flash written, the cable is pulled: from then on nothing is answered.
    """

    def __init__(self, chip_id=S3, size=0x80_0000):
        self.flash = bytearray(b"\xff") * size
        self.id = chip_id
        self.silent = False
        self.pulled_at: int | None = None
        self.spoils = False  # the flash holds something else than was written
        self.written = 0
        self.restart()

    def restart(self):
        """As after a reset: the bootloader without a stub."""
        self.stub = False
        self._buffer = b""
        self._at = 0
        self._unpacker = None
        self._reading = None

    @property
    def is_pulled(self):
        """Tell whether the cable is out."""
        return self.pulled_at is not None and self.written >= self.pulled_at

    def hear(self, octets):
        """What the chip answers to bytes."""
        if self.silent or self.is_pulled:
            return b""
        self._buffer += octets
        answer = b""
        while True:
            _, begin, rest = self._buffer.partition(END)
            content, end, after = rest.partition(END)
            if not begin or not end:
                return answer
            if not content:  # the end of one frame that was lost and the begin of the next
                self._buffer = END + after
                continue
            self._buffer = after
            answer += self._take(from_frame(content))

    def _take(self, content):
        if self._reading is not None:
            return self._go_on_reading(content)
        if len(content) < 8 or content[0]:
            return b""
        _, command, size, check = struct.unpack_from("<BBHI", content)
        data = content[8:]
        if size != len(data):
            return b""
        return self._do(command, data, check)

    def _do(self, command, data, check):
        numbers = struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4])
        if command in (DATA, PACKED_DATA):
            return self._keep(command, data[16:], check)
        if command in (BEGIN, PACKED_BEGIN):
            self._unpacker = zlib.decompressobj() if command == PACKED_BEGIN else None
            self._at = numbers[3]
            self._erase(numbers[3], numbers[0])
        elif command == ERASE:
            self._erase(0, len(self.flash))
        elif command == ERASE_REGION:
            self._erase(numbers[0], numbers[1])
        return self._tell(command, numbers)

    def _tell(self, command, numbers):
        if command == SYNC:
            return self._answer(SYNC, value=0x2012_0707) * 8
        if command == READ_REG:
            found = FLASH_ID if numbers[0] == FLASH_ID_AT else REGISTERS.get(numbers[0], 0)
            return self._answer(READ_REG, value=found)
        if command == SECURITY_INFO:
            known = self.id != CLASSIC  # the first of the family does not have this command
            told = struct.pack("<IB7sII", 0, 0, b"\0" * 7, self.id, 0) if known else b""
            return self._answer(command, told, failed=0 if known else UNKNOWN)
        if command == MEM_END:
            answer = self._answer(command)
            self.stub = True
            return answer + to_frame(b"OHAI")
        if command == MD5:
            found = hashlib.md5(self.flash[numbers[0] : numbers[0] + numbers[1]])
            digest = found.digest() if self.stub else found.hexdigest().encode()
            return self._answer(command, digest)
        answer = self._answer(command)
        if command == READ_FLASH:
            self._reading = [numbers[0], numbers[0] + numbers[1], numbers[2], numbers[0]]
            answer += self._go_on_reading(b"")
        return answer

    def _erase(self, at, size):
        first, last = (
            at // SECTOR * SECTOR,
            min(-(-(at + size) // SECTOR) * SECTOR, len(self.flash)),
        )
        self.flash[first:last] = b"\xff" * (last - first)

    def _keep(self, command, content, check):
        sum_ = 0xEF
        for octet in content:
            sum_ ^= octet
        if sum_ != check:
            return self._answer(command, failed=BAD_CHECKSUM)
        if command == PACKED_DATA:
            content = self._unpacker.decompress(content)
        if self.pulled_at is not None:  # the last block gets as far as the current lasts
            content = content[: max(self.pulled_at - self.written, 0)]
        end = min(self._at + len(content), len(self.flash))
        held = content[: end - self._at]
        if self.spoils and held:
            held = bytes([held[0] ^ 1]) + held[1:]
        self.flash[self._at : end] = held
        self._at += len(content)
        self.written += len(content)
        return b"" if self.is_pulled else self._answer(command)

    def _go_on_reading(self, acknowledged):
        """Next block, or at the end the digest: as the stub sends, each after the last is heard."""
        at, end, block, begin = self._reading
        if at == end:
            self._reading = None
            return to_frame(hashlib.md5(self.flash[begin:end]).digest())
        until = min(at + block, end)
        self._reading[0] = until
        return to_frame(bytes(self.flash[at:until]))

    def _answer(self, command, data=b"", value=0, failed=0):
        status = bytes([1 if failed else 0, failed]) + (b"" if self.stub else b"\0\0")
        body = data + status
        return to_frame(struct.pack("<BBHI", 1, command, len(body), value) + body)
