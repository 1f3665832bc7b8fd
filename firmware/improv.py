"""Improv Wi-Fi over the serial line: a browser gives a board that was just flashed its network.

As published at improv-wifi.com/serial:

    IIIIII V T L data... C

    I  the letters "IMPROV"      T  type, see STATE_ERROR_RPC_RESULT   L  length of the data
    V  version, 1                C  low byte of the sum of all bytes before it

A command is data of type 3: command, length, its data. Texts are length and UTF-8.
"""

from micropython import const

HEADER = b"IMPROV\x01"
STATE, ERROR, COMMAND, RESULT = 1, 2, 3, 4  # types
AUTHORIZED, PROVISIONING, PROVISIONED = 2, 3, 4  # states
NONE, INVALID, UNKNOWN, UNABLE, OTHER = 0, 1, 2, 3, 255  # errors
SETTINGS, CURRENT, INFORMATION, SCAN = 1, 2, 3, 4  # commands
_MOST_NETWORKS = const(16)
_MOST_BYTES = const(
    253
)  # of a result: its command and its length come before, one byte tells of all


class Improv:
    """Reads what comes on the serial line and answers; what is no packet is passed over."""

    def __init__(self, write, information, scan, connect, provisioned=False):
        """``write(bytes)`` sends. ``information`` are four texts: name, version, chip, device.

        ``scan()`` gives [(ssid, dBm, locked), ...]; the coroutine function
        ``connect(ssid, password)`` tells whether the network lets us in, and keeps it.
        """
        self.state = PROVISIONED if provisioned else AUTHORIZED
        self._write = write
        self._information = information
        self._scan = scan
        self._connect = connect
        self._packet = bytearray()

    @property
    def within(self):
        """Tell whether a packet has begun."""
        return bool(self._packet)

    async def take(self, octets):
        """Take bytes as they come."""
        for octet in octets:
            self._packet.append(octet)
            if not fits(self._packet):
                # what broke off a packet may be the first byte of the next
                self._packet = bytearray([octet]) if octet == HEADER[0] else bytearray()
            elif is_whole(self._packet):
                packet, self._packet = bytes(self._packet), bytearray()
                await self._read(packet)

    async def _read(self, packet):
        if packet[7] != COMMAND:
            return
        if sum(packet[:-1]) & 255 != packet[-1]:
            self._fail(INVALID)
            return
        data = packet[9:-1]
        if len(data) < 2 or data[1] != len(data) - 2:
            self._fail(INVALID)
            return
        self._fail(NONE)
        await self._do(data[0], data[2:])

    async def _do(self, command, data):
        if command == SETTINGS:
            await self._provision(data)
        elif command == CURRENT:
            self._tell_state()
            if self.state == PROVISIONED:
                self._answer(CURRENT, [])
        elif command == INFORMATION:
            self._answer(INFORMATION, self._information)
        elif command == SCAN:
            for ssid, strength, locked in self._scan()[:_MOST_NETWORKS]:
                self._answer(SCAN, [ssid, str(strength), "YES" if locked else "NO"])
            self._answer(SCAN, [])
        else:
            self._fail(UNKNOWN)

    async def _provision(self, data):
        texts = read_texts(data)
        if len(texts) != 2:
            self._fail(INVALID)
            return
        before, self.state = self.state, PROVISIONING
        self._tell_state()
        try:
            connected = await self._connect(texts[0], texts[1])
        except (OSError, ValueError):
            connected = False
        if connected:
            self.state = PROVISIONED
            self._tell_state()
            self._answer(SETTINGS, [])
        else:
            self.state = before
            self._fail(UNABLE)
            self._tell_state()

    def _tell_state(self):
        self._write(to_packet(STATE, bytes([self.state])))

    def _fail(self, error):
        self._write(to_packet(ERROR, bytes([error])))

    def _answer(self, command, texts):
        self._write(to_packet(RESULT, to_result(command, texts)))


def fits(packet):
    """Tell whether these bytes can be the beginning of a packet."""
    return bytes(packet[: len(HEADER)]) == HEADER[: len(packet)]


def is_whole(packet):
    """Tell whether a packet is complete."""
    return len(packet) >= 9 and len(packet) == 10 + packet[8]


def to_packet(kind, data):
    """Packet, with the line end after which a terminal shows what follows on a line of its own."""
    packet = HEADER + bytes([kind, len(data)]) + data
    return packet + bytes([sum(packet) & 255]) + b"\n"


def to_result(command, texts):
    """Data of a result: the command and texts; what does not fit in is cut, or left out."""
    data = b""
    for text in texts:
        room = _MOST_BYTES - len(data) - 1
        if room < 0:
            break
        octets = text.encode()[:room]
        data += bytes([len(octets)]) + octets
    return bytes([command, len(data)]) + data


def read_texts(data):
    """Texts of a command; [] when they do not add up."""
    texts, at = [], 0
    while at < len(data):
        end = at + 1 + data[at]
        if end > len(data):
            return []
        try:
            texts.append(data[at + 1 : end].decode())
        except UnicodeError:
            return []
        at = end
    return texts
