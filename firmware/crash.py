"""What a node says after it fell over: the last crashes, kept until they were sent.

At a crash the text goes to memory of the clock (RTC), which outlives a reset and a watchdog and
costs nothing; after the start it goes to flash, which outlives the power. 2,048 bytes is what an
ESP32 has of the one, so it is what there is of the other; the oldest crash makes room.

    MMM  [ll text] ...    M the letters "LMC", l length of the text, u16, little-endian
"""

import json
import struct

from micropython import const

KEPT = "crash.log"
MAGIC = b"LMC"
MOST = 2048
MOST_TEXT = 1000  # the end of a traceback tells most
_MOST_ENTRY = const(1500)


class Crashes:
    """The crashes of the last boots."""

    def __init__(self, memory, files):
        """``memory()`` reads the memory of the clock, ``memory(bytes)`` writes it."""
        self._memory = memory
        self._files = files

    def note(self, text, facts):
        """Keep a crash: ``facts`` is a dictionary of numbers, such as free heap and uptime."""
        said = dict(facts)
        most = MOST_TEXT
        while True:
            said["text"] = text[-most:]
            entry = json.dumps(said).encode()
            if len(entry) <= _MOST_ENTRY:
                break
            most //= 2  # letters that take several bytes
        self._memory(add(self._memory(), entry))

    def settle(self):
        """After a start: move what the memory holds to flash. What cannot be moved stays."""
        fresh = read(self._memory())
        if not fresh:
            return
        ring = self._files.read(KEPT) or b""
        for entry in fresh:
            ring = add(ring, entry)
        try:
            self._files.write(KEPT, ring)
        except OSError:
            return
        self._memory(b"")

    def payloads(self):
        """What is to be sent: one JSON object a crash, the oldest first."""
        return read(self._files.read(KEPT) or b"")

    def forget(self):
        """They were sent."""
        self._files.remove(KEPT)


def add(ring, entry):
    """Ring with one entry more, without as many of the oldest as must make room."""
    entries = read(ring)
    entries.append(entry)
    while size(entries) > MOST:
        entries.pop(0)
    return MAGIC + b"".join([struct.pack("<H", len(one)) + one for one in entries])


def size(entries):
    """Bytes of a ring with these entries."""
    return len(MAGIC) + sum([2 + len(one) for one in entries])


def read(ring):
    """Entries of a ring; what is torn or was never written holds none."""
    if ring[: len(MAGIC)] != MAGIC:
        return []
    entries, at = [], len(MAGIC)
    while at + 2 <= len(ring):
        length = struct.unpack("<H", ring[at : at + 2])[0]
        at += 2
        if length == 0 or at + length > len(ring):
            break
        entries.append(bytes(ring[at : at + length]))
        at += length
    return entries


def run(main, crashes, say, facts, restart):
    """Run ``main()``; when it falls over keep why, and start anew.

    ``say(error)`` gives its traceback as text, ``facts()`` the numbers. Ctrl-C ends it, so that
    somebody at the serial line gets the REPL.
    """
    try:
        main()
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # whatever it was
        crashes.note(say(error), facts())
        restart()
