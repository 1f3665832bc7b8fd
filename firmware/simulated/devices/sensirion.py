"""What the sensors of Sensirion have in common: commands of 16 bits, words with a CRC."""

import struct

from firmware.simulated.board import ENODEV
from firmware.simulated.devices import Device


def slow_crc8(data):
    """CRC-8, polynomial 0x31, start 0xFF, bit by bit."""
    crc = 0xFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x31) & 0xFF if crc & 0x80 else crc << 1
    return crc


def to_words(data):
    """Bytes with a CRC after every second one."""
    found = b""
    for at in range(0, len(data), 2):
        found += data[at : at + 2] + bytes([slow_crc8(data[at : at + 2])])
    return found


class Sensirion(Device):
    """Commands by number; `answer` is what the next read gives."""

    fastest_hertz = 100_000

    def __init__(self):
        super().__init__()
        self.answer = b""
        self.answer_ms = 0
        self.commands = []
        self._last = {}

    def write(self, data):
        """A command with its words, whose CRCs must be right."""
        if len(data) < 2:
            return
        (command,) = struct.unpack(">H", data[:2])
        words = data[2:]
        for at in range(0, len(words), 3):
            if slow_crc8(words[at : at + 2]) != words[at + 2]:
                raise OSError(ENODEV)
        self.commands.append(command)
        self.obey(command, words)

    def reply(self, command, data, wait_ms=0):
        """Have an answer ready after a while; a frozen device repeats its last one."""
        if self.frozen:
            data = self._last.get(command, data)
        self._last[command] = data
        self.answer = to_words(data)
        self.answer_ms = self.time.ms + wait_ms

    def read(self, count):
        """The answer; too early it is not acknowledged."""
        if self.time.ms < self.answer_ms or not self.answer:
            raise OSError(ENODEV)
        found = self.answer[:count]
        if self.corrupt and len(found) > 2:
            found = found[:2] + bytes([found[2] ^ 0x01]) + found[3:]
        return found + b"\xff" * (count - len(found))
