"""A connection to the broker: TCP, and TLS whose certificate is checked.

A certificate has dates, so TLS is only tried once the time is known. There is no way to leave the
check out: a node that talks to anybody can be told anything. Only a release is fetched from
anybody: it is signed itself.
"""

import asyncio
from binascii import a2b_base64

from micropython import const

_TCP_NODELAY = const(1)
_IPPROTO_TCP = const(6)
IN_PROGRESS = (115, 119)  # EINPROGRESS of Linux and of the ESP32's lwIP
_HANDSHAKE_MS = const(20_000)  # on the chip the arithmetic alone takes a second or two


async def open_stream(socket, host, port, context=None):
    """An asyncio Stream to ``host``; with an SSLContext the broker has to prove that it is it.

    Raises OSError, and ValueError when its certificate is refused.
    """
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0]
    line = socket.socket(family, kind, protocol)
    try:
        line.setblocking(False)
        # Without it every small packet waits for the confirmation of the one before.
        line.setsockopt(_IPPROTO_TCP, _TCP_NODELAY, 1)
        try:
            line.connect(address)
        except OSError as error:
            if error.errno not in IN_PROGRESS:
                raise
        await asyncio.wait_for_ms(wait_until_open(line), _HANDSHAKE_MS)
        if context is not None:
            line = context.wrap_socket(line, server_hostname=host, do_handshake_on_connect=False)
            line.setblocking(False)
        return asyncio.StreamReader(line)
    except BaseException:
        line.close()
        raise


def wait_until_open(line):
    """Return when a connection stands or failed; its first use tells which. To be awaited."""
    core = asyncio.core  # pyright: ignore[reportAttributeAccessIssue] - the stub has none
    yield core._io_queue.queue_write(line)  # as asyncio.open_connection does


def make_context(ssl, ca):
    """SSLContext that trusts the certificate ``ca`` (PEM or DER) and nobody else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=to_der(ca))
    return context


def make_open_context(ssl):
    """SSLContext that trusts anybody: for what is signed itself, as a release is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_NONE
    return context


def to_der(certificate):
    """The bytes of a certificate; of a PEM file with several the first."""
    data = certificate.encode() if isinstance(certificate, str) else certificate
    begin = data.find(b"-----BEGIN CERTIFICATE-----")
    if begin < 0:
        return data
    end = data.find(b"-----END", begin)
    return a2b_base64(data[begin + 27 : end])


class Door:
    """The way to one broker, with or without TLS as the owner configured it."""

    def __init__(self, socket, ssl, broker, clock):
        """``broker`` has host, port, tls, ca; ``clock.unix()`` is None while it does not know."""
        self._socket = socket
        self._ssl = ssl
        self._broker = broker
        self._clock = clock
        self._context = None

    async def open(self):
        """An open stream; OSError as from `open_stream`, and while TLS waits for the time."""
        broker = self._broker
        if broker.tls:
            if self._clock.unix() is None:
                raise OSError("the time is not known yet, and a certificate has dates")
            if not broker.ca:
                raise OSError("TLS needs the CA of the broker: ca in the configuration")
            if self._context is None:
                self._context = make_context(self._ssl, broker.ca)
        return await open_stream(self._socket, broker.host, broker.port, self._context)
