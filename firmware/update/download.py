"""A part of a file over HTTP, from a byte on (RFC 9110, sections 14.2 and 15.3.7).

Everything that comes is bounded in length and in time.
"""

import asyncio

from micropython import const

from firmware.streams import close

WAIT_S = 30  # for each answer
_MOST_URL = const(200)
_MOST_HEAD = const(4096)
CHUNK = 1024


class Download:
    """Reads one file from ``at`` on; every method raises OSError when it does not come."""

    def __init__(self, reader, writer, at, first):
        """A connection and the ``first`` bytes of the content; see ``open_download``."""
        self.at = at  # of the byte that comes next
        self._reader = reader
        self._writer = writer
        self._first = first

    async def read(self, count):
        """At most ``count`` bytes; OSError at the end of the file."""
        got = self._first[:count]
        self._first = self._first[count:]
        if not got:
            got = await asyncio.wait_for(self._reader.read(min(count, CHUNK)), WAIT_S)
        if not got:
            raise OSError("the file ends at byte %d, too early" % self.at)
        self.at += len(got)
        return got

    async def read_all(self, count):
        """Exactly ``count`` bytes."""
        content = b""
        while len(content) < count:
            content += await self.read(count - len(content))
        return content

    async def skip_to(self, at):
        """Pass over what is not wanted."""
        while self.at < at:
            await self.read(at - self.at)

    async def close(self):
        """Leave the connection."""
        await close(self._writer)


async def open_download(connect, url, start):
    """Download of a file from byte ``start`` on.

    ``connect(host, port, tls)`` gives a reader and a writer as of asyncio.
    """
    tls, host, port, path = read_url(url)
    reader, writer = await asyncio.wait_for(connect(host, port, tls), WAIT_S)
    try:
        lines = "GET %s HTTP/1.1\r\nHost: %s\r\nRange: bytes=%d-\r\nConnection: close\r\n\r\n"
        writer.write((lines % (path, host, start)).encode())
        await asyncio.wait_for(writer.drain(), WAIT_S)
        head, first = await read_head(reader)
        download = Download(reader, writer, find_start(head, start), first)
        await download.skip_to(start)
    except BaseException:
        await close(writer)
        raise
    return download


def read_url(url):
    """(tls, host, port, path) of http:// or https://; raises ValueError for what is neither."""
    scheme, _, rest = url.partition("://")
    place, _, path = rest.partition("/")
    host, _, port = place.partition(":")
    plain = len(url) <= _MOST_URL and all("!" <= letter <= "~" for letter in url)
    if scheme not in ("http", "https") or not plain or not host or (port and not port.isdigit()):
        raise ValueError("%s is not an address of a release" % url[:_MOST_URL])
    tls = scheme == "https"
    return tls, host, int(port or (443 if tls else 80)), "/" + path


async def read_head(reader):
    """Lines of the head of an answer, and what of the content came with them."""
    got = b""
    while len(got) <= _MOST_HEAD:
        head, end, rest = got.partition(b"\r\n\r\n")
        if end:
            return head.split(b"\r\n"), rest
        more = await asyncio.wait_for(reader.read(CHUNK), WAIT_S)
        if not more:
            break
        got += more
    raise OSError("the answer of the server is not HTTP")


def find_start(lines, start):
    """Where the content of an answer begins in the file: at ``start``, or with the whole file.

    A server may ignore the range and send everything; RFC 9110, section 14.2.
    """
    fields = {}
    for line in lines[1:]:
        name, _, value = line.partition(b":")
        fields[name.strip().lower()] = value.strip().lower()
    status = lines[0].split(b" ")
    code = status[1] if len(status) > 1 and status[0].startswith(b"HTTP/1.") else b"nothing"
    if b"transfer-encoding" in fields or b"content-encoding" in fields:
        raise OSError("the server sends the file in pieces, or packed")
    begins = b"bytes " + str(start).encode() + b"-"
    if code == b"206" and fields.get(b"content-range", b"").startswith(begins):
        return start
    if code == b"200":
        return 0
    raise OSError("the server answers " + code.decode())
