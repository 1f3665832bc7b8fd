"""Stands in front of MicroPython's socket: the network that a simulated node believes to be on.

Connections are real ones of this machine. A time server answers whoever asks on port 123, as long
as the board's Wi-Fi has an address. What the node opens for its own network is opened at another
port of this machine alone, when ``ports`` says at which: those of the portal are 53 and 80.
"""

# ruff: noqa: F403, F405 - the rest of the module is as it is
import struct
import time

import network
from usocket import *
from usocket import getaddrinfo as _getaddrinfo
from usocket import socket as _socket

NTP = 123
TIME_SERVER = ("time server", NTP)
SINCE_1900 = 2208988800  # seconds to 1970 (RFC 4330, chapter 3)
EAGAIN = 11
ports = {}  # port of this machine by that of the node


def getaddrinfo(host, port, *rest):
    """As MicroPython's; the port of a time server leads to ours."""
    if port == NTP:
        return [(AF_INET, SOCK_DGRAM, 0, "", TIME_SERVER)]
    if port in ports:
        return _getaddrinfo("127.0.0.1", ports[port], *rest)
    return _getaddrinfo(host, port, *rest)


def socket(*kind):
    """A socket; one for datagrams reaches the time server too."""
    return Datagrams(*kind) if SOCK_DGRAM in kind[1:] else _socket(*kind)


class Datagrams:
    """A socket of UDP."""

    def __init__(self, *kind):
        """``kind`` as of a socket."""
        self._line = _socket(*kind)
        self._answers = []
        for name in ("setblocking", "bind", "recvfrom", "close"):
            setattr(self, name, getattr(self._line, name))

    def sendto(self, data, address):
        """Send; a question to the time server is answered at once, or never."""
        if address != TIME_SERVER:
            return self._line.sendto(data, address)
        if network.air.online:
            self._answers.append(answer_time(data, time.time()))
        return len(data)

    def recv(self, count):
        """The next answer; OSError when there is none."""
        return self._answers.pop(0)[:count] if self._answers else self._line.recv(count)


def answer_time(question, unix):
    """Answer of a time server of stratum 2 (RFC 4330, chapter 4)."""
    now = struct.pack(">II", (unix + SINCE_1900) & 0xFFFFFFFF, 0)
    head = b"\x24\x02" + bytes(14)
    return head + now + question[40:48] + now + now
